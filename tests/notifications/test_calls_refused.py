"""What becomes of a call when its receiver does not take it."""

import threading
import time
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from notifications import calls, outbox, webhooks
from notifications.models import Call, Endpoint, Message
from notifications.services import tell
from tests.notifications.happenings import FAILED, again, failed
from tests.processes import free_port

pytestmark = pytest.mark.django_db
State = Call.State


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


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "localhost.", "169.254.169.254", "[::1]", "[::ffff:127.0.0.1]",
     "0.0.0.0", "2130706433", "0x7f.1"],
)  # fmt: skip
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
