"""Threads whose process ended, lost its lease or answered too late in the middle."""

import pytest
from django.utils import timezone

from delivery import dispatcher, worker
from delivery.answers import Answer
from delivery.models import Attempt
from delivery.settle import settle
from posts import payloads, workflow
from posts.states import DeliveryState
from publishers.contract import Published
from tests.delivery.parts import died, each_once, go, look, run_and_die
from tests.factories.delivery import due_thread

pytestmark = pytest.mark.django_db
D = DeliveryState


@pytest.mark.parametrize("place", ["after_intent", "after_accept"])
def test_killed_at_a_part(platform, team, bob, monkeypatch, place):
    delivery = due_thread(team, bob)
    run_and_die(delivery, monkeypatch, place, 2)
    assert delivery.state == D.SENDING
    assert delivery.attempts.get(item=1).outcome is None

    died(delivery)
    assert delivery.state == D.UNKNOWN
    assert delivery.problem.startswith("1 of 3 live. Part 2 of 3: ")
    look(delivery, waited=601)
    look(delivery)
    go(delivery)

    assert delivery.state == D.PUBLISHED
    assert each_once(platform, "One.", "Two.", "Three.")


def test_killed_between_two_parts(platform, team, bob, monkeypatch):
    """Nothing is on its way there: it goes on as soon as the lease is over."""
    delivery = due_thread(team, bob)
    run_and_die(delivery, monkeypatch, "after_upload", 2)
    assert delivery.state == D.CLAIMED

    died(delivery)
    assert delivery.state == D.QUEUED
    go(delivery)

    assert delivery.state == D.PUBLISHED
    assert each_once(platform, "One.", "Two.", "Three.")
    assert delivery.unknown_since is None


def test_a_process_that_ends_gives_the_rest_back(platform, team, bob):
    delivery = due_thread(team, bob)
    [claim] = dispatcher.tick()
    run = worker.prepare(claim.delivery_id, claim.attempt_no)

    assert run.send(stopping=lambda: True) is False

    delivery.refresh_from_db()
    assert (delivery.state, delivery.owner) == (D.QUEUED, "")
    assert each_once(platform, "One.")
    go(delivery)
    assert each_once(platform, "One.", "Two.", "Three.")


def test_an_answer_that_comes_too_late_counts_for_its_part(platform, team, bob, monkeypatch):
    delivery = due_thread(team, bob)
    run_and_die(delivery, monkeypatch, "after_accept", 2)
    died(delivery)
    assert delivery.state == D.UNKNOWN

    late = Published("p2", f"{platform.url}/p2")
    settle(delivery, 1, Answer(late, 201, item=1))

    delivery.refresh_from_db()
    assert (delivery.state, delivery.parts.count()) == (D.QUEUED, 2)
    assert delivery.attempts.get(item=1).outcome == "ok"
    go(delivery)
    assert each_once(platform, "One.", "Two.", "Three.")


def test_an_answer_stored_twice_is_stored_once(platform, team, bob, monkeypatch):
    """The commit arrived, its confirmation did not: the worker stores the answer again."""
    delivery = due_thread(team, bob)
    run_and_die(delivery, monkeypatch, "after_upload", 2)

    settle(delivery, 1, Answer(Published("p1", f"{platform.url}/p1"), 201, item=0))

    delivery.refresh_from_db()
    assert (delivery.state, delivery.parts.count()) == (D.CLAIMED, 1)


def test_parts_that_the_database_forgot_are_looked_up_one_by_one(platform, team, bob):
    """The journal knows of two calls, the database of none: both are seen before more is sent."""
    lost = due_thread(team, bob)
    for item in payloads.build_all(lost)[:2]:
        platform.accept({"token": item.client_token, "text": item.text}, keyed=False)
    for item in (1, 0):
        Attempt.objects.create(
            delivery=lost,
            item=item,
            attempt_no=1,
            content_hash=lost.content_hash,
            idempotent=False,
            worker="journal",
            intent_at=timezone.now(),
        )
    now = timezone.now()
    workflow.move(lost, "doubt", attempt_no=1, unknown_since=now, check_at=now)

    look(lost)
    assert (lost.state, lost.parts.count()) == (D.UNKNOWN, 1)
    look(lost)
    assert (lost.state, lost.parts.count()) == (D.QUEUED, 2)
    go(lost)

    assert lost.state == D.PUBLISHED, lost.problem
    assert each_once(platform, "One.", "Two.", "Three.")


def test_a_claim_that_lost_its_lease_between_parts_stops(platform, team, bob):
    delivery = due_thread(team, bob)
    [claim] = dispatcher.tick()
    run = worker.prepare(claim.delivery_id, claim.attempt_no)

    def takes_it_away() -> bool:
        died(delivery)
        return False

    assert run.send(stopping=takes_it_away) is False
    assert each_once(platform, "One.")
    go(delivery)
    assert each_once(platform, "One.", "Two.", "Three.")
