"""Bluesky's adapter against the simulated server: videos, quotes, gates, galleries, figures."""

import hashlib
from dataclasses import replace
from io import BytesIO

import pytest
import requests

from publishers import clients
from publishers.contract import (
    Account,
    Found,
    Processing,
    Published,
    Rejected,
    TryLater,
    Uncertain,
)
from publishers.sandbox import accounts, faults
from publishers.sandbox.models import Account as Simulated
from publishers.sandbox.models import Call, Credential, RemotePost
from tests.publishers.adapters.kit import Memory, film, picture, png
from tests.publishers.adapters.simulated import now, prepare, sandbox, send
from tests.sandbox.films import mp4

__all__ = ["sandbox"]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def simulated(sandbox):
    made = accounts.create("bluesky", "tidewater.test", "Tidewater")
    Simulated.objects.filter(pk=made.pk).update(processing_seconds=0.3)
    return made


@pytest.fixture
def sky(simulated):
    token = accounts.mint_tokens(simulated).access
    return clients.adapter_for(
        "bluesky", Account(simulated.remote_id, simulated.handle, token=token)
    )


def moving(padding=100_000, seconds=9):
    content = mp4(padding=padding, seconds=seconds, width=1080, height=1920)
    return replace(
        film(),
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        read=lambda: content,
        opens=lambda: BytesIO(content),
    )


def sent(sky, payload, step=None) -> Published:
    outcome = send(sky, payload, step)
    assert isinstance(outcome, Published), outcome
    return outcome


# -- videos


def test_a_video(sky, simulated):
    payload, step = now("Look", moving()), Memory()
    assert isinstance(sky.prepare(payload, step), Processing)
    outcome = sent(sky, payload, step)
    assert sky.find(payload, Memory()) == Found(outcome.remote_id, outcome.permalink)
    attached = simulated.posts.get().attachments.get()
    assert (attached.picture.digest, attached.alt) == (moving().sha256, "The tide comes in")
    assert "0:09" in requests.get(outcome.permalink, timeout=20).text
    again = now("Again", moving(), client_token="other")
    sent(sky, again)
    assert simulated.uploads.count() == 1, "it is known there"


def test_a_large_video_goes_in_parts(sky, simulated):
    payload, step = now("Look", moving(25_000_000)), Memory()
    sent(sky, payload, step)
    assert simulated.posts.get().attachments.get().picture.digest == payload.media[0].sha256
    methods = Call.objects.filter(does="upload").order_by("pk").values_list("path", flat=True)
    named = [path.rpartition(".")[2] for path in methods]
    assert named == ["startUpload", *["uploadPart"] * 4, "finishUpload"]


def test_videos_that_are_no_good(sky, simulated):
    for media in (moving(seconds=700), replace(film(), size=15, read=lambda: b"no video at all")):
        assert isinstance(prepare(sky, now("Look", media), Memory()), Rejected)
    faults.arm(simulated, "processing_failed")
    step, payload = Memory(), now("Look", moving())
    assert isinstance(prepare(sky, payload, step), Rejected)
    sent(sky, payload, step)


def test_a_day_that_is_full(sky, simulated):
    Simulated.objects.update(day_limit=0)
    assert isinstance(sky.prepare(now("Look", moving()), Memory()), TryLater)
    assert not Call.objects.filter(path__endswith="uploadVideo").exists()


def test_a_pass_is_no_session(sky):
    sky.prepare(now("Look", moving()), Memory())
    made = Credential.objects.filter(way="pass").first()
    sky.account = replace(sky.account, token=made.value)
    assert not isinstance(send(sky, now()), Published)


# -- what stands below a text


def test_a_quoted_post_beside_a_gallery(sky, simulated):
    first = sent(sky, now("One"))
    pictures = [picture(f"Pier {n}", png((n * 40, 60, 90))) for n in range(5)]
    options = {"quote": first.permalink, "adult": "nudity"}
    second = sent(sky, now("Two", *pictures, client_token="2", options=options))
    row = simulated.posts.get(text="Two")
    assert row.body["embed"]["record"]["record"]["uri"] == first.remote_id
    assert row.attachments.count() == 5
    assert "Labelled nudity" in requests.get(second.permalink, timeout=20).text


def test_a_post_that_nobody_may_quote(sky):
    first = sent(sky, now("One", options={"quoting": "nobody"}))
    quoting = now("Two", client_token="2", options={"quote": first.permalink})
    assert isinstance(send(sky, quoting), Rejected)
    assert sky.remove(first.remote_id) is None
    gone = send(sky, quoting)
    assert isinstance(gone, Rejected)
    assert "any more" in gone.reason


def test_a_card_with_a_picture(sky, simulated):
    options = {"card": "https://tide.earth/api", "card_title": "Tides", "card_text": "By the hour"}
    outcome = sent(sky, now("Read", picture(), options=options))
    shown = requests.get(outcome.permalink, timeout=20).text
    assert "Tides" in shown
    assert "By the hour" in shown


# -- gates


def test_gates_are_there_with_the_post_and_go_with_it(sky, simulated):
    payload = now(options={"replies": "mentioned,followers", "quoting": "nobody"})
    outcome = sent(sky, payload)
    shown = requests.get(outcome.permalink, timeout=20).text
    assert "Mentioned people and followers can reply" in shown
    assert "Nobody can quote it" in shown
    address = f"{sky.server.host}/xrpc/com.atproto.repo.getRecord"
    query = {"repo": simulated.remote_id, "rkey": outcome.remote_id.rpartition("/")[2]}
    for name in ("threadgate", "postgate"):
        asked = {**query, "collection": f"app.bsky.feed.{name}"}
        gate = requests.get(address, asked, timeout=20).json()
        assert gate["value"]["post"] == outcome.remote_id
    assert sky.remove(outcome.remote_id) is None
    assert sky.remove(outcome.remote_id) is None, "gone is gone"
    sent(sky, payload)


def test_a_lost_answer_with_gates_makes_no_second_post(sky, simulated):
    payload, step = now(options={"replies": "nobody"}), Memory()
    faults.arm(simulated, "error_after")
    assert isinstance(send(sky, payload, step), Uncertain)
    assert isinstance(send(sky, payload, step), Uncertain), "its key is taken"
    assert isinstance(sky.find(payload, step), Found)
    assert RemotePost.objects.count() == 1


# -- figures and points


def test_figures(sky, simulated):
    live = sent(sky, now())
    gone = sent(sky, now("Gone", client_token="2"))
    assert sky.remove(gone.remote_id) is None
    told = sky.measure([live.remote_id, gone.remote_id])
    assert set(told) == {live.remote_id}
    assert set(told[live.remote_id]) == set(sky.spec.metrics)
    assert set(sky.audience()) == set(sky.spec.account_metrics)


def test_points_that_are_spent(sky, simulated):
    path = "/sandbox/bluesky/xrpc/com.atproto.repo.putRecord"
    one = {"platform": "bluesky", "account": simulated, "does": "publish", "method": "POST"}
    Call.objects.bulk_create(Call(**one, path=path, status=200) for _ in range(2499))
    sent(sky, now())
    outcome = send(sky, now("Two", client_token="2"))
    assert isinstance(outcome, TryLater)
    assert outcome.rate_limited
    assert 3500 < outcome.after <= 3600
