"""What receivers get, and what becomes of it when they do not answer."""

import json
import re
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as configured
from django.db import connection, transaction
from django.utils import timezone

from notifications import calls, events, outbox, tasks, webhooks
from notifications.models import Call, Endpoint, Event, Message
from notifications.services import tell, tell_all
from tests.processes import free_port

pytestmark = pytest.mark.django_db
State = Call.State
FAILED = {
    "title": "Map & <b>",
    "channel": "@tidewater",
    "reason": "The picture is too large",
    "post": 7,
    "url": "/t/tidewater/deliveries/2/",
}
EXAMPLE = re.search(
    r"```python\n(.*?)```", (Path(configured.BASE_DIR) / "docs/webhooks.md").read_text(), re.S
)[1]


def verified(secret, got) -> bool:
    """As docs/webhooks.md tells receivers to check."""
    known: dict = {}
    exec(EXAMPLE, known)
    return known["verified"](secret, got.headers, got.body)


def failed(team, *people):
    tell_all(
        [Message(kind="delivery_failed", team=team, user=one, data=dict(FAILED)) for one in people]
    )


def again() -> None:
    Call.objects.filter(state=State.WAITING).update(run_at=timezone.now())
    Endpoint.objects.update(rest_until=None)


def test_one_happening_is_one_signed_event_however_many_are_told(
    team, alice, bob, receiver, endpoint
):
    there = receiver()
    row = endpoint(there)
    with transaction.atomic():
        failed(team, alice, bob)
        failed(team, bob)
    assert calls.drain() == 1
    (got,) = there.received
    said = json.loads(got.body)
    event = Event.objects.get()
    assert (
        (said["id"], said["type"])
        == (got.number, "delivery.failed")
        == (
            str(event.pk),
            "delivery.failed",
        )
    )
    assert said["text"] == ("“Map & <b>” was not published on @tidewater: The picture is too large")
    assert said["url"] == "http://127.0.0.1:8000/t/tidewater/deliveries/2/"
    assert said["team"] == {"slug": "tidewater", "name": "Tidewater"}
    assert said["data"]["post"] == 7
    assert (got.path, got.headers["Content-Type"]) == ("/hook", "application/json")
    assert verified(row.plain, got)
    assert not verified(row.plain + "x", got)
    assert not verified(row.plain, type(got)(got.path, got.headers, got.body + b" "))
    call = Call.objects.get()
    assert (call.state, call.status, call.answer, call.attempts) == (State.SENT, 200, "ok", 1)
    assert call.took_ms is not None


@pytest.mark.django_db(transaction=True)
def test_the_same_twice_is_two_events(team, alice, receiver, endpoint):
    endpoint(receiver())
    for _ in range(2):
        failed(team, alice)
    assert Event.objects.count() == 2


def test_a_rolled_back_change_and_other_teams_are_not_told(
    team, other_team, alice, mallory, receiver, endpoint
):
    there = receiver()
    endpoint(there, events=["delivery.failed"])
    failed(other_team, mallory)
    tell(kind="review_approved", team=team, user=alice, data={"by": "Ines", "title": "A"})
    with transaction.atomic():
        failed(team, alice)
        transaction.set_rollback(True)
    assert not Event.objects.exists()
    with pytest.raises(KeyError):
        events.happened(team_id=team.pk, name="gossip", data=dict)


def test_a_chat_gets_words_that_ring_no_bell_and_forge_no_link(team, alice, receiver, endpoint):
    there = receiver()
    endpoint(there, style="slack")
    data = {**FAILED, "title": "<!here|x> @channel & <https://evil.example|click>"}
    tell(kind="delivery_failed", team=team, user=alice, data=data)
    calls.drain()
    said = json.loads(there.received[0].body)
    assert said.keys() == {"text"}
    assert "<" not in said["text"]
    assert "&lt;!here|x&gt;" in said["text"]
    assert "@channel" not in said["text"]
    assert said["text"].endswith("\nhttp://127.0.0.1:8000/t/tidewater/deliveries/2/")


def test_words_are_in_the_language_of_who_added_it(team, alice, receiver, endpoint):
    alice.language = "de"
    alice.save(update_fields=["language"])
    there = receiver()
    endpoint(there)
    failed(team, alice)
    calls.drain()
    assert "wurde" in json.loads(there.received[0].body)["text"]


@pytest.mark.parametrize("status", [301, 302, 400, 404, 429, 500, 503])
def test_what_is_no_success_is_tried_again_under_the_same_id(
    team, alice, receiver, endpoint, status
):
    elsewhere = receiver()
    there = receiver(status=status, more={"Location": elsewhere.origin + "/other"})
    endpoint(there)
    failed(team, alice)
    waits = []
    for attempt in range(1, 6):
        again()
        assert calls.drain() == 1
        call = Call.objects.get()
        assert (call.state, call.attempts, call.status) == (State.WAITING, attempt, status)
        waits.append((call.run_at - timezone.now()).total_seconds())
    assert 20 < waits[0] < 40
    assert waits[4] > 6 * waits[0]
    assert calls.drain() == 0
    there.status = 204
    again()
    calls.drain()
    assert Call.objects.get().state == State.SENT
    assert len({got.number for got in there.received}) == 1
    assert len({got.body for got in there.received}) == 1
    assert not elsewhere.received
    assert (Endpoint.objects.get().failures, Endpoint.objects.get().failing_since) == (0, None)


def test_a_receiver_says_when_to_come_again(team, alice, receiver, endpoint):
    endpoint(receiver(status=429, more={"Retry-After": "900"}))
    failed(team, alice)
    calls.drain()
    assert Call.objects.get().run_at > timezone.now() + timedelta(minutes=14)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "169.254.169.254", "[::1]"])
def test_a_private_address_is_not_called(team, alice, receiver, endpoint, host, settings):
    there = receiver()
    row = endpoint(there)
    webhooks.change(
        row, name="Ours", url=f"http://{host}:{there.port}/x", style="generic", events=row.events
    )
    settings.WEBHOOK_HOSTS = []
    failed(team, alice)
    calls.drain()
    call = Call.objects.get()
    assert (call.state, call.status) == (State.WAITING, None)
    assert "not an address that may be called" in call.error
    assert not there.received


def test_nobody_there_is_said(team, alice, receiver, endpoint, settings):
    row = endpoint(receiver())
    port = free_port()
    settings.WEBHOOK_HOSTS = [f"http://127.0.0.1:{port}"]
    webhooks.change(
        row, name="A", url=f"http://127.0.0.1:{port}/x", style="generic", events=row.events
    )
    failed(team, alice)
    calls.drain()
    assert Call.objects.get().error == "127.0.0.1 could not be reached."


def test_gone_pauses_at_once_and_the_owners_hear(team, alice, bob, receiver, endpoint):
    endpoint(receiver(status=410))
    failed(team, alice)
    calls.drain()
    assert Endpoint.objects.get().pause == "gone"
    told = Message.objects.filter(kind="webhook_paused")
    assert [(one.user, one.data["name"]) for one in told] == [(alice, "Ours")]
    assert "The webhook" in told[0].sentence
    again()
    failed(team, alice)
    assert calls.drain() == 0
    assert Call.objects.count() == 1


def test_three_days_without_a_success_pause_it(team, alice, receiver, endpoint):
    endpoint(receiver(status=500))
    failed(team, alice)
    calls.drain()
    Endpoint.objects.update(failing_since=timezone.now() - calls.GIVE_UP)
    Call.objects.update(since=timezone.now() - calls.GIVE_UP)
    again()
    calls.drain()
    assert Endpoint.objects.get().pause == "dead"
    assert Call.objects.get().state == State.FAILED
    assert Message.objects.filter(kind="webhook_paused").count() == 1
    row = Endpoint.objects.get()
    webhooks.resume(row)
    assert webhooks.replay(row, since=timezone.now() - timedelta(hours=1)) == 1
    assert calls.drain() == 1


def test_one_that_goes_on_failing_is_left_alone_as_a_whole(team, alice, receiver, endpoint):
    there = receiver(status=500)
    endpoint(there)
    for number in range(8):
        tell(kind="delivery_failed", team=team, user=alice, data={**FAILED, "post": number})
    calls.drain()
    assert len(there.received) <= 4
    assert Endpoint.objects.get().rest_until > timezone.now()
    Call.objects.update(run_at=timezone.now())
    assert calls.drain() == 0
    Endpoint.objects.update(rest_until=None)
    before = len(there.received)
    calls.drain()
    assert len(there.received) == before + 1


@pytest.mark.django_db(transaction=True)
def test_a_slow_receiver_keeps_nobody_waiting(team, alice, receiver, endpoint, monkeypatch):
    """Neither other receivers nor the mails, and itself no longer than its seconds."""
    monkeypatch.setattr(calls, "SECONDS", 1.5)
    slow, quick = receiver(slow=30), receiver()
    endpoint(slow, name="slow")
    endpoint(quick, name="quick")
    for number in range(30):
        tell(kind="delivery_failed", team=team, user=alice, data={**FAILED, "post": number})
    began = time.monotonic()
    worker = threading.Thread(target=lambda: (calls.drain(), connection.close()))
    worker.start()
    quick.wait_for(30, seconds=5)
    worker.join(10)
    assert not worker.is_alive()
    assert time.monotonic() - began < 9
    assert len({got.number for got in quick.received}) == len(quick.received) == 30
    assert len(slow.received) <= 4
    late = Call.objects.filter(endpoint__name="slow", attempts=1)
    assert {call.error for call in late} == {"127.0.0.1 gave no full answer."}
    outbox.drain()


def test_an_answer_is_kept_short_and_without_secrets(team, alice, receiver, endpoint):
    there = receiver(status=500)
    row = endpoint(there, path="/services/T0000/verysecretpart")
    there.said = f"<script>no {row.plain} at verysecretpart\0 ".encode() + b"x" * 5000
    failed(team, alice)
    calls.drain()
    answer = Call.objects.get().answer
    assert answer.startswith("<script>no ••• at •••\ufffd x")
    assert len(answer) == 500
    assert row.plain not in answer
    stored = str(list(Endpoint.objects.values()))
    assert row.plain not in stored
    assert "verysecretpart" not in stored


def test_for_a_day_both_secrets_fit(team, alice, receiver, endpoint):
    there = receiver()
    row = endpoint(there)
    new = webhooks.rotate(row)
    failed(team, alice)
    calls.drain()
    assert new != row.plain
    assert verified(row.plain, there.received[0])
    assert verified(new, there.received[0])
    Endpoint.objects.update(former_until=timezone.now())
    webhooks.replay(row, call=Call.objects.get().pk)
    calls.drain()
    assert there.received[1].number == there.received[0].number
    assert verified(new, there.received[1])
    assert not verified(row.plain, there.received[1])


def test_two_endpoints_have_two_secrets(receiver, endpoint):
    there = receiver()
    assert endpoint(there).plain != endpoint(there).plain


def test_a_dead_workers_call_is_made_again_under_its_id(team, alice, receiver, endpoint):
    there = receiver()
    endpoint(there)
    failed(team, alice)
    (dead,) = calls.lease(5)
    made = calls.prepare(dead)()
    assert calls.drain() == 0
    Call.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert calls.drain() == 1
    first, second = there.received
    assert (first.number, first.body) == (second.number, second.body)
    assert not calls.settle(dead, made)
    assert (Call.objects.get().state, Call.objects.get().attempts) == (State.SENT, 2)


def test_a_lost_key_is_said(team, alice, receiver, endpoint, settings):
    endpoint(receiver())
    failed(team, alice)
    settings.TOKEN_KEYS = ["YW5vdGhlci1rZXktYW5vdGhlci1rZXktYW5vdGhlcjE="]
    calls.drain()
    assert "key that is gone" in Call.objects.get().error


def test_old_events_go(team, alice, receiver, endpoint):
    endpoint(receiver())
    failed(team, alice)
    tasks.prune()
    assert Call.objects.count() == 1
    Event.objects.update(at=timezone.now() - calls.KEEP)
    tasks.prune()
    assert not Call.objects.exists()
    tasks.call()


def test_every_happening_is_written_down():
    page = (Path(configured.BASE_DIR) / "docs/webhooks.md").read_text()
    listed = set(re.findall(r"^\| `([a-z_.]+)` \|", page, re.M))
    assert listed == {*events.HAPPENINGS, events.TEST.name}
