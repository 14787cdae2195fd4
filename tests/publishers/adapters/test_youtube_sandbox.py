"""The real YouTube adapter against the simulated YouTube over real HTTP; what both send and answer
is held against google/youtube.v3.json where that is there.
"""

from dataclasses import replace

import pytest
import requests
from django.utils import timezone

from publishers import clients, oauth
from publishers.contract import (
    Account,
    CannotTell,
    Found,
    NotFound,
    Processing,
    Published,
    Reconnect,
    Rejected,
    ReplyTo,
    Tokens,
    TryLater,
)
from publishers.registrations import Door
from publishers.sandbox import accounts, faults
from publishers.sandbox import oauth as theirs
from publishers.sandbox.ledger import posts
from publishers.sandbox.models import Account as Simulated
from publishers.sandbox.models import Upload
from publishers.sandbox.registry import twin_for
from tests.publishers.adapters.faulty import each_fault, meet
from tests.publishers.adapters.kit import Memory, picture
from tests.publishers.adapters.simulated import confirmed, prepare, sandbox
from tests.publishers.adapters.youtube import clip as played
from tests.publishers.adapters.youtube import moving as made
from tests.sandbox.films import mp4

__all__ = ["sandbox"]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def simulated(sandbox):
    found = accounts.create("youtube", "tidewater")
    Simulated.objects.filter(pk=found.pk).update(processing_seconds=0.2)
    return found


@pytest.fixture
def youtube(simulated):
    token = accounts.mint_tokens(simulated).access
    account = Account(simulated.remote_id, simulated.handle, token=token)
    return clients.adapter_for("youtube", account)


def moving(padding=50_000):
    content = mp4(padding=padding, seconds=9)
    return replace(made(), size=len(content), read=lambda: content, opens=None)


def clip(*media, **said):
    return replace(played(*(media or (moving(),)), **said), created_at=timezone.now())


def send(adapter, payload, step=None):
    step = step or Memory()
    return prepare(adapter, payload, step) or adapter.publish(payload, step)


def test_a_video_goes_out_is_found_changed_and_taken_back(youtube, simulated):
    payload, step = clip(moving(11_000_000), picture(), tags="tide"), Memory()
    assert prepare(youtube, payload, step) is None
    assert posts(simulated).count() == 0, "nobody has seen it"
    assert youtube.find(payload, step) == NotFound()
    assert youtube.find(payload, Memory()) == NotFound()
    live = youtube.publish(payload, step)
    assert isinstance(live, Published), live
    [row] = posts(simulated)
    assert (row.title, row.text, row.tags) == ("High water", "Tide at nine", ["tide"])
    assert row.attachments.get().picture.poster is not None
    shown = requests.get(live.permalink, timeout=10)
    assert shown.status_code == 200
    assert "Tide at nine" in shown.text
    assert youtube.find(payload, step) == Found(live.remote_id, live.permalink)
    assert youtube.find(payload, Memory()) == Found(live.remote_id, live.permalink)
    assert set(youtube.measure([live.remote_id])[live.remote_id]) == set(youtube.spec.metrics)
    assert set(youtube.audience()) == set(youtube.spec.account_metrics)
    assert youtube.edit(live.remote_id, clip(text="Tide at ten")) is None
    row.refresh_from_db()
    assert row.text == "Tide at ten"
    assert youtube.remove(live.remote_id) is None
    assert youtube.remove(live.remote_id) is None, "gone is gone"
    assert youtube.find(payload, step) == NotFound()


@pytest.mark.parametrize("privacy", ["unlisted", "private"])
def test_who_can_see_it(youtube, simulated, privacy):
    payload, step = clip(privacy=privacy), Memory()
    live = send(youtube, payload, step)
    assert isinstance(live, Published), live
    assert youtube.find(payload, step) == Found(live.remote_id, live.permalink)
    assert youtube.find(payload, Memory()) == Found(live.remote_id, live.permalink)


def test_a_first_comment_and_a_video_for_kids(youtube):
    live = send(youtube, clip())
    answer = replace(
        clip(), media=(), text="At nine", kind="comment", reply_to=ReplyTo(*[live.remote_id] * 2)
    )
    said = youtube.publish(answer, Memory())
    assert isinstance(said, Published), said
    assert youtube.find(answer, Memory()) == Found(said.remote_id, said.permalink)
    assert youtube.edit(said.remote_id, replace(answer, text="At ten")) is None
    assert youtube.remove(said.remote_id) is None
    assert isinstance(youtube.find(answer, Memory()), CannotTell)
    kids = send(youtube, clip(made_for_kids="yes"))
    refused = youtube.publish(replace(answer, reply_to=ReplyTo(*[kids.remote_id] * 2)), Memory())
    assert (type(refused), refused.code) == (Rejected, "commentsDisabled")


@each_fault("half_answer", "no_id")
def test_faults_of_the_call_that_publishes(youtube, simulated, fault):
    payload, step = clip(), Memory()
    assert prepare(youtube, payload, step) is None
    _outcome, live = meet(youtube, simulated, payload, step, fault)
    for memory in (step, Memory()):
        assert isinstance(youtube.find(payload, memory), Found if live else NotFound)


@pytest.mark.parametrize("fault", ["error_before", "error_after", "reset_after_accept"])
def test_a_broken_upload_goes_on(youtube, simulated, fault):
    payload, step = clip(moving(11_000_000)), Memory()
    assert isinstance(youtube.prepare(payload, Memory()), Processing)
    faults.arm(simulated, fault, does="upload", times=2)
    for _ in range(2):
        assert isinstance(youtube.prepare(payload, step), TryLater)
    assert isinstance(send(youtube, payload, step), Published)
    assert posts(simulated).count() == 1


def test_a_video_that_cannot_be_worked_on(youtube, simulated):
    faults.arm(simulated, "processing_failed")
    payload, step = clip(), Memory()
    assert isinstance(prepare(youtube, payload, step), Rejected)
    assert isinstance(send(youtube, payload, step), Published), "tried again it is another one"


def test_a_place_that_ended_is_asked_for_again(youtube, simulated):
    payload, step = clip(moving(11_000_000)), Memory()
    faults.arm(simulated, "error_before", does="upload")
    assert isinstance(youtube.prepare(payload, step), TryLater)
    faults.arm(simulated, "error_after", does="upload", times=2)
    assert isinstance(youtube.prepare(payload, step), TryLater)
    Upload.objects.update(expires_at=timezone.now())
    assert isinstance(send(youtube, payload, step), Published | TryLater)
    assert isinstance(send(youtube, payload, step), Published)


def test_work_that_is_not_done_when_it_is_due(youtube, simulated, monkeypatch):
    Simulated.objects.update(processing_seconds=1.5)
    monkeypatch.setattr("publishers.adapters.youtube.uploads.PATIENCE_SECONDS", 0)
    payload, step = clip(), Memory()
    assert youtube.prepare(payload, step) is None
    outcome = youtube.publish(payload, step)
    assert isinstance(outcome, Processing)
    assert isinstance(confirmed(youtube, outcome, payload), Published)


def test_a_consent_is_exchanged_and_its_renewal_keeps_the_token(youtube, simulated):
    door, back = Door("youtube"), oauth.redirect_uri("youtube")
    scopes = " ".join(youtube.spec.auth.scopes)
    verifier = "v" * 50
    asked = {
        "client_id": "drumbeat",
        "redirect_uri": back,
        "scope": scopes,
        "code_challenge": oauth.challenge(verifier),
        "code_challenge_method": "S256",
    }
    code = theirs.grant_code(twin_for("youtube"), simulated, asked)
    tokens = oauth.exchange(door, code=code, verifier=verifier)
    assert isinstance(tokens, Tokens), tokens
    assert oauth.missing_scopes(door, tokens) == ()
    for _ in range(2):
        renewed = oauth.refresh(door, tokens.refresh)
        assert renewed.refresh == ""
    oauth.revoke(door, tokens.refresh)
    assert isinstance(oauth.refresh(door, tokens.refresh), Reconnect)
    [account] = youtube.accounts()
    assert (account.remote_id, account.handle) == (simulated.remote_id, "tidewater")
    address = oauth.authorize_url(door, state="s", verifier=verifier)
    assert "access_type=offline" in address
    assert "prompt=consent" in address
