"""The real LinkedIn adapter against the simulated LinkedIn over real HTTP."""

import hashlib
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
import requests
from django.utils import timezone

from publishers.adapters.linkedin import LinkedIn
from publishers.contract import (
    CannotTell,
    Found,
    Hook,
    NotFound,
    Processing,
    Published,
    Rejected,
    ReplyTo,
    TryLater,
)
from publishers.sandbox import accounts, faults
from publishers.sandbox.models import Account as Simulated
from publishers.sandbox.models import Call, RemotePost, Upload
from publishers.sandbox.registry import twin_for
from publishers.sandbox.twin import Happening
from tests.publishers.adapters.kit import Memory, film, picture, png, post
from tests.publishers.adapters.simulated import connect, now, prepare, sandbox, send
from tests.sandbox.films import mp4

__all__ = ["sandbox"]
pytestmark = pytest.mark.django_db(transaction=True)
each = pytest.mark.parametrize("kind", ["member", "page"])


@pytest.fixture
def kind():
    return "page"


@pytest.fixture
def connected(sandbox, kind):
    simulated, adapter = connect(kind)
    Simulated.objects.filter(platform="linkedin").update(processing_seconds=0.2)
    return simulated, adapter


def moving(padding=100_000, seconds=9):
    content = mp4(padding=padding, seconds=seconds)
    digest = hashlib.sha256(content).hexdigest()
    made = replace(film(), size=len(content), sha256=digest, read=lambda: content)
    return replace(made, opens=lambda: BytesIO(content))


def grown():
    """As if it had been posted two days ago."""
    RemotePost.objects.update(accepted_at=timezone.now() - timedelta(days=2))


@each
def test_a_video_goes_out_is_counted_changed_and_taken_back(connected, kind):
    simulated, adapter = connected
    payload, step = now("The tide (all of it)", moving(9_000_000)), Memory()
    assert prepare(adapter, payload, step) is None
    outcome = adapter.publish(payload, step)
    assert isinstance(outcome, Published), outcome
    assert outcome.remote_id.startswith("urn:li:ugcPost:")
    row = simulated.posts.get()
    shown = row.attachments.get()
    assert (shown.picture.digest, shown.alt) == (payload.media[0].sha256, "The tide comes in")
    assert Call.objects.filter(path__contains="/dms-uploads/", status=200).count() == 3
    assert requests.get(outcome.permalink, timeout=10).status_code == 200
    if kind == "page":
        assert adapter.find(payload, step) == Found(outcome.remote_id, outcome.permalink)
    assert adapter.edit(outcome.remote_id, post("The tide [again]")) is None
    row.refresh_from_db()
    assert row.text == "The tide [again]"
    grown()
    told = adapter.measure([outcome.remote_id, "urn:li:share:41"])
    assert set(told) == {outcome.remote_id}
    assert told[outcome.remote_id]["impressions"] > 0
    assert adapter.audience()["followers"] > 0
    assert adapter.remove(outcome.remote_id) is None
    assert adapter.measure([outcome.remote_id]) == {}


def test_a_part_that_broke_is_sent_again_and_no_other(connected):
    simulated, adapter = connected
    payload, step = now("Tide", moving(9_000_000)), Memory()
    faults.arm(simulated, "error_before", does="upload")
    assert isinstance(adapter.prepare(payload, step), TryLater)
    assert isinstance(send(adapter, payload, step), Published)
    assert Upload.objects.count() == 1
    parts = Call.objects.filter(path__contains="/dms-uploads/").order_by("pk")
    assert [call.status for call in parts] == [500, 200, 200, 200]


def test_a_place_that_ended_is_asked_for_again(connected):
    simulated, adapter = connected
    payload, step = now("Tide", moving(5_000_000)), Memory()
    faults.arm(simulated, "error_before", does="upload")
    assert isinstance(adapter.prepare(payload, step), TryLater)
    Upload.objects.update(expires_at=timezone.now())
    assert isinstance(adapter.prepare(payload, step), TryLater)
    assert isinstance(send(adapter, payload, step), Published)


@pytest.mark.parametrize(
    ("media", "says"),
    [(moving(seconds=2), "2.0 seconds"), (replace(moving(), mime="video/mp4"), "be processed")],
)
def test_a_video_that_cannot_be_shown(connected, media, says):
    simulated, adapter = connected
    if says == "be processed":
        faults.arm(simulated, "processing_failed")
    outcome = prepare(adapter, now("Tide", media), Memory())
    assert isinstance(outcome, Rejected)
    assert says in outcome.reason


@each
def test_pictures_go_out_as_a_swipe_document(connected, kind):
    simulated, adapter = connected
    slides = [
        picture("A pier"),
        picture("A harbour", png((90, 20, 20))),
        picture("", png((1, 2, 3))),
    ]
    chosen = {"pictures": "document", "document_title": "High <water>"}
    payload, step = now("Swipe (all of it)", *slides, options=chosen), Memory()
    outcome = send(adapter, payload, step)
    assert isinstance(outcome, Published), outcome
    shown = simulated.posts.get().attachments.get()
    assert (shown.picture.mime, shown.alt) == ("application/pdf", "1. A pier\n2. A harbour")
    assert (shown.picture.width, shown.picture.height) == (1000, 750)
    said = requests.get(outcome.permalink, timeout=10).text
    assert "document: High &lt;water&gt;" in said
    assert f'href="/sandbox/pictures/{shown.picture_id}/" download' in said
    if kind == "page":
        assert adapter.find(payload, step) == Found(outcome.remote_id, outcome.permalink)
        grid = replace(payload, options={})
        assert isinstance(adapter.find(grid, step), CannotTell)
    assert adapter.edit(outcome.remote_id, post("Swipe (again)")) is None
    assert simulated.posts.get().attachments.count() == 1
    assert adapter.remove(outcome.remote_id) is None


@pytest.mark.parametrize("fault", ["processing_failed", "processing_slow"])
def test_a_document_is_worked_on(connected, fault):
    simulated, adapter = connected
    faults.arm(simulated, fault, parameter="0.5")
    payload, step = now("Tide", picture(), options={"pictures": "document"}), Memory()
    assert isinstance(adapter.prepare(payload, step), Processing)
    outcome = send(adapter, payload, step)
    assert isinstance(outcome, Rejected if fault == "processing_failed" else Published), outcome


def test_a_picture_that_is_worked_on_is_waited_for(connected):
    simulated, adapter = connected
    faults.arm(simulated, "processing_slow", parameter="0.5")
    payload, step = now("Tide", picture()), Memory()
    assert isinstance(adapter.prepare(payload, step), Processing)
    assert isinstance(send(adapter, payload, step), Published)


def test_a_link_card_with_a_picture(connected):
    simulated, adapter = connected
    chosen = {"link": "https://tide.earth/api", "link_title": "The API"}
    payload, step = now("Read it", picture(), options=chosen), Memory()
    outcome = send(adapter, payload, step)
    assert isinstance(outcome, Published), outcome
    row = simulated.posts.get()
    assert (row.card_url, row.card_title) == ("https://tide.earth/api", "The API")
    assert row.attachments.count() == 1
    assert adapter.find(payload, step) == Found(outcome.remote_id, outcome.permalink)


def test_a_poll_and_a_post_that_is_shared_again(connected):
    simulated, adapter = connected
    poll = {"poll_question": "When?", "poll_options": "At nine; At ten"}
    first = send(adapter, now("Tell us", options=poll))
    assert isinstance(first, Published), first
    assert "At nine / At ten" in requests.get(first.permalink, timeout=10).text
    again = send(adapter, now("Look", options={"reshare": first.permalink, "reshares": "no"}))
    assert isinstance(again, Published), again
    assert simulated.posts.first().body["reshareContext"] == {"parent": first.remote_id}
    refused = send(adapter, now("No", options={"reshare": again.remote_id}))
    assert isinstance(refused, Rejected), "its author does not allow that"


def test_who_is_named_and_a_post_out_of_the_feed(connected):
    simulated, adapter = connected
    payload = now(f"With @[Tidewater]({adapter.account.remote_id}) (all)")
    outcome = send(adapter, payload)
    assert simulated.posts.get().text == "With Tidewater (all)"
    assert adapter.find(payload, Memory()) == Found(outcome.remote_id, outcome.permalink)
    hidden = now("Only here", options={"feed": "NONE"})
    assert isinstance(send(adapter, hidden), Published)
    assert isinstance(adapter.find(hidden, Memory()), CannotTell)


def test_a_comment_is_changed_and_taken_back(connected):
    simulated, adapter = connected
    first = send(adapter, now())
    reply_to = ReplyTo(first.remote_id, first.remote_id, (first.remote_id,))
    payload = post("First!", kind="comment", reply_to=reply_to, created_at=timezone.now())
    outcome = send(adapter, payload)
    assert isinstance(outcome, Published), outcome
    assert adapter.edit(outcome.remote_id, post("Second (really)")) is None
    assert simulated.posts.get(parent__isnull=False).text == "Second (really)"
    assert adapter.remove(outcome.remote_id) is None
    assert adapter.find(payload, Memory()) == NotFound()


@each
def test_a_day_that_is_full_lasts_until_midnight(connected, kind):
    _, adapter = connected
    Simulated.objects.update(day_limit=0)
    outcome = send(adapter, now())
    assert isinstance(outcome, TryLater)
    assert outcome.rate_limited
    ends = datetime.now(UTC) + timedelta(seconds=outcome.after)
    assert (ends.hour, ends.minute) == (0, 0)


def test_what_it_tells_is_believed(connected):
    simulated, adapter = connected
    outcome = send(adapter, now())
    twin, row = twin_for("linkedin"), simulated.posts.get()
    somebody = accounts.create("linkedin", "mayaokafor")
    answer = RemotePost.objects.create(
        account=somebody, remote_id="41", parent=row, text="See you", body={}
    )
    for kind, about in (("comment", answer), ("reaction", row), ("mention", row)):
        request = twin.hook(Happening(kind, simulated, about))
        hook = Hook("POST", {}, request.headers, request.body)
        [event] = LinkedIn.hear(hook, adapter.app, time.time())
        assert (event.kind, event.post) == (kind, outcome.remote_id)
        assert event.account == adapter.account.remote_id
        assert event.words == ("See you" if kind == "comment" else "")
    reply_to = ReplyTo(outcome.remote_id, outcome.remote_id)
    payload = post("See you", kind="comment", reply_to=reply_to, created_at=timezone.now())
    assert adapter.find(payload, Memory()) == NotFound(), "somebody else said it"
