"""A claimed delivery that something overtakes before its call: one call, or none."""

import threading

import pytest
from django.db import connection
from django.utils import timezone

from delivery import dispatcher, worker
from delivery.leases import OFFER
from delivery.models import Attempt
from posts.models import Approval, Delivery
from posts.services import review
from posts.states import DeliveryState
from tests.delivery.parrot import Parrot
from tests.factories.delivery import due_delivery
from tests.processes import wait_until

pytestmark = pytest.mark.django_db


def _taken(delivery: Delivery) -> None:
    """Until the worker has it, and so waits for its moment."""
    mine = Delivery.objects.filter(pk=delivery.pk).exclude(owner__startswith=OFFER)
    wait_until(lambda: mine.exclude(owner="").exists(), 10, "the worker's claim")


with_threads = pytest.mark.django_db(transaction=True)


def test_the_same_message_twice_sends_once(platform, team, bob):
    due_delivery(team, bob)
    [claim] = dispatcher.tick()

    worker.run(claim.delivery_id, claim.attempt_no)
    worker.run(claim.delivery_id, claim.attempt_no)
    worker.run(claim.delivery_id, claim.attempt_no + 1)

    assert len(platform.posts) == 1


@with_threads
def test_the_same_message_at_the_same_time_sends_once(platform, team, bob):
    due_delivery(team, bob)
    [claim] = dispatcher.tick()
    threads = [
        threading.Thread(target=_run_and_close, args=(claim.delivery_id, claim.attempt_no))
        for _ in range(4)
    ]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(platform.posts) == 1
    assert Attempt.objects.count() == 1


@with_threads
def test_a_recall_while_waiting_wins(platform, team, bob):
    """An edit takes the claim away; the worker stops at its intent."""
    delivery = due_delivery(team, bob, seconds=1.2)
    [claim] = dispatcher.tick()
    thread = threading.Thread(target=_run_and_close, args=(claim.delivery_id, claim.attempt_no))
    thread.start()
    _taken(delivery)

    review.withdraw(post=delivery.post, by=bob)
    thread.join()
    delivery.refresh_from_db()

    assert platform.posts == []
    assert delivery.state == DeliveryState.DRAFT


@with_threads
def test_a_withdrawn_approval_stops_the_intent(platform, team, bob):
    delivery = due_delivery(team, bob, seconds=1.2)
    [claim] = dispatcher.tick()
    thread = threading.Thread(target=_run_and_close, args=(claim.delivery_id, claim.attempt_no))
    thread.start()
    _taken(delivery)
    Approval.objects.update(revoked_at=timezone.now())
    thread.join()
    delivery.refresh_from_db()

    assert platform.posts == []
    assert delivery.state == DeliveryState.QUEUED
    assert delivery.problem == "It is no longer approved as it is."


def test_a_bug_before_the_intent_puts_it_back(platform, team, bob, monkeypatch):
    delivery = due_delivery(team, bob)
    [claim] = dispatcher.tick()
    monkeypatch.setattr(worker.limits, "check_all", _bug)

    with pytest.raises(ZeroDivisionError):
        worker.run(claim.delivery_id, claim.attempt_no)
    delivery.refresh_from_db()

    assert (delivery.state, delivery.failures) == (DeliveryState.QUEUED, 1)
    assert delivery.problem == "Something went wrong on our side."


@pytest.mark.parametrize("error", [ZeroDivisionError, SystemExit])
def test_whatever_stops_the_call_is_unknown_never_queued(platform, team, bob, monkeypatch, error):
    delivery = due_delivery(team, bob)
    [claim] = dispatcher.tick()

    def broken(*args):
        raise error

    monkeypatch.setattr(Parrot, "publish", broken)
    with pytest.raises(error):
        worker.run(claim.delivery_id, claim.attempt_no)
    delivery.refresh_from_db()

    assert delivery.state == DeliveryState.UNKNOWN
    assert delivery.attempts.get().outcome == "ambiguous"


def test_a_frozen_worker_does_not_send(platform, team, bob, monkeypatch):
    """Between intent and call the boot clock has run past what the lease allows."""
    delivery = due_delivery(team, bob)
    [claim] = dispatcher.tick()
    intend = worker.Run._intend

    def frozen(self):
        intended = intend(self)
        self.clock._boot -= 70
        return intended

    monkeypatch.setattr(worker.Run, "_intend", frozen)
    worker.run(claim.delivery_id, claim.attempt_no)
    delivery.refresh_from_db()

    assert platform.calls == []
    assert delivery.state == DeliveryState.QUEUED
    assert delivery.attempts.get().outcome == "not_sent"


def _run_and_close(*ids: int) -> None:
    try:
        worker.run(*ids)
    finally:
        connection.close()


def _bug(*args, **more):
    return 1 / 0
