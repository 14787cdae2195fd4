"""The real TikTok adapter against the simulated TikTok over real HTTP."""

import hashlib
import time
from dataclasses import replace
from io import BytesIO

import pytest
import requests
from django.utils import timezone

from publishers import clients, oauth
from publishers.adapters.tiktok import TikTok
from publishers.contract import (
    Account,
    CannotTell,
    Found,
    Hook,
    NotFound,
    Processing,
    Published,
    Reconnect,
    Rejected,
    Tokens,
    TryLater,
    Uncertain,
)
from publishers.registrations import Door
from publishers.sandbox import accounts, faults
from publishers.sandbox import oauth as theirs
from publishers.sandbox.models import Account as Simulated
from publishers.sandbox.models import Call, Picture, RemotePost, Upload
from publishers.sandbox.registry import twin_for
from publishers.sandbox.twin import Happening
from tests.publishers.adapters.faulty import each_fault, meet
from tests.publishers.adapters.kit import Memory, film, picture, png, post
from tests.publishers.adapters.simulated import confirmed, prepare, reachable, sandbox
from tests.sandbox.films import mp4

__all__ = ["sandbox"]
pytestmark = pytest.mark.django_db(transaction=True)
PUBLIC = {"privacy": "PUBLIC_TO_EVERYONE"}


@pytest.fixture
def simulated(sandbox):
    made = accounts.create("tiktok", "tidewater")
    Simulated.objects.filter(pk=made.pk).update(processing_seconds=0.3)
    return made


@pytest.fixture
def tiktok(simulated):
    token = accounts.mint_tokens(simulated).access
    account = Account(simulated.remote_id, simulated.handle, token=token)
    return clients.adapter_for("tiktok", account)


def moving(padding=50_000, seconds=9):
    content = mp4(padding=padding, seconds=seconds)
    digest = hashlib.sha256(content).hexdigest()
    return replace(
        film(),
        size=len(content),
        sha256=digest,
        read=lambda: content,
        opens=lambda: BytesIO(content),
    )


def clip(*media, text="Tide at nine #tide", **options):
    chosen = PUBLIC | options
    return post(text, *(media or (moving(),)), options=chosen, created_at=timezone.now())


def send(adapter, payload, step=None):
    step = step or Memory()
    return prepare(adapter, payload, step) or adapter.publish(reachable(adapter, payload), step)


def test_a_video_in_one_piece_and_in_several(tiktok, simulated):
    Simulated.objects.update(processing_seconds=3600)
    for payload in (clip(), clip(moving(25_000_000), text="Several")):
        step = Memory()
        outcome = send(tiktok, payload, step)
        assert isinstance(outcome, Processing), outcome
        assert isinstance(tiktok.confirm(outcome.handle, payload), Processing)
        Picture.objects.update(ready_at=timezone.now())
        RemotePost.objects.update(shows_at=timezone.now())
        live = confirmed(tiktok, outcome, payload)
        assert isinstance(live, Published), live
        assert requests.get(live.permalink, timeout=10).status_code == 200
        assert tiktok.remote_id_in(live.permalink, tiktok.account) == live.remote_id
        assert tiktok.find(payload, step) == Found(live.remote_id, live.permalink)
        assert tiktok.find(payload, Memory()).remote_id == live.remote_id
        assert set(tiktok.measure([live.remote_id])[live.remote_id]) == set(tiktok.spec.metrics)
    assert simulated.posts.count() == 2
    assert Call.objects.filter(path__endswith="/video/", status=206).count() == 1
    assert set(tiktok.audience()) == set(tiktok.spec.account_metrics)


def test_pictures_are_fetched(tiktok, simulated):
    payload = clip(picture(), picture("b", png((200, 60, 40))))
    outcome = send(tiktok, payload)
    live = confirmed(tiktok, outcome, payload)
    assert isinstance(live, Published), live
    assert "/photo/" in live.permalink
    assert simulated.posts.get().attachments.count() == 2
    assert isinstance(tiktok.find(payload, Memory()), CannotTell), "they are not listed"


def test_pictures_that_cannot_be_fetched_are_sent_again(tiktok, simulated):
    faults.arm(simulated, "fetch_failed")
    payload, step = clip(picture()), Memory()
    outcome = send(tiktok, payload, step)
    assert isinstance(tiktok.confirm(outcome.handle, payload), Uncertain)
    assert tiktok.find(payload, step) == NotFound()
    assert isinstance(confirmed(tiktok, send(tiktok, payload, step), payload), Published)


def test_what_only_one_sees_keeps_its_name(tiktok, simulated):
    payload = clip(privacy="SELF_ONLY")
    outcome = send(tiktok, payload)
    live = confirmed(tiktok, outcome, payload)
    assert live.remote_id == outcome.handle
    assert live.permalink.endswith("/@tidewater")
    assert tiktok.measure([live.remote_id]) == {}


def test_a_draft_is_no_post(tiktok, simulated):
    payload = clip(mode="draft")
    assert isinstance(confirmed(tiktok, send(tiktok, payload), payload), Published)
    assert simulated.posts.count() == 0


@pytest.mark.parametrize(
    "payload",
    [
        clip(privacy="FOLLOWER_OF_CREATOR"),
        clip(replace(moving(), seconds=601.0)),
        clip(text="a" * 2201),
    ],
    ids=["privacy", "length", "text"],
)
def test_what_it_does_not_take(tiktok, payload):
    assert isinstance(send(tiktok, payload), Rejected)


def test_what_is_no_video_fails_later(tiktok):
    outcome = send(tiktok, clip(film()))
    lost = replace(film(), read=lambda: b"no video at all", size=15, sha256="f" * 64)
    payload = clip(lost)
    outcome = send(tiktok, payload)
    assert isinstance(confirmed(tiktok, outcome, payload), Rejected)


@each_fault()
def test_faults_of_the_last_piece(tiktok, simulated, fault):
    Simulated.objects.update(processing_seconds=0)
    payload, step = clip(), Memory()
    assert tiktok.prepare(payload, step) is None
    outcome, live = meet(tiktok, simulated, payload, step, fault)
    if isinstance(outcome, Uncertain):
        assert isinstance(tiktok.find(payload, step), Found if live else NotFound)


def test_a_place_that_ended_is_asked_for_again(tiktok):
    payload, step = clip(), Memory()
    assert tiktok.prepare(payload, step) is None
    Upload.objects.update(expires_at=timezone.now())
    assert isinstance(tiktok.publish(payload, step), TryLater)
    assert isinstance(send(tiktok, payload, step), Processing)


def test_a_day_that_is_full(tiktok, simulated):
    Simulated.objects.update(day_limit=0)
    outcome = send(tiktok, clip(picture()))
    assert isinstance(outcome, TryLater)
    assert outcome.rate_limited


def test_a_consent_is_exchanged_and_its_renewal_rotates(tiktok, simulated):
    door = Door("tiktok")
    back = oauth.redirect_uri("tiktok")
    scopes = ",".join(tiktok.spec.auth.scopes)
    asked = {"client_key": "drumbeat", "redirect_uri": back, "scope": scopes}
    code = theirs.grant_code(twin_for("tiktok"), simulated, asked)
    tokens = oauth.exchange(door, code=code, verifier="")
    assert isinstance(tokens, Tokens), tokens
    assert oauth.missing_scopes(door, tokens) == ()
    renewed = oauth.refresh(door, tokens.refresh)
    assert renewed.refresh not in ("", tokens.refresh)
    assert isinstance(oauth.refresh(door, tokens.refresh), Reconnect)
    again = clients.adapter_for("tiktok", replace(tiktok.account, token=renewed.access))
    [account] = again.accounts()
    assert (account.remote_id, account.handle) == (simulated.remote_id, "tidewater")


def test_what_it_tells_is_believed(tiktok, simulated):
    twin = twin_for("tiktok")
    outcome = send(tiktok, clip())
    assert isinstance(outcome, Processing)
    for kind, told in (("published", "published"), ("revoked", "revoked")):
        request = twin.hook(Happening(kind, simulated, simulated.posts.get()))
        hook = Hook("POST", {}, request.headers, request.body)
        [event] = TikTok.hear(hook, tiktok.app, time.time())
        assert (event.kind, event.account) == (told, simulated.remote_id)
