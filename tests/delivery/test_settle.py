"""Late truth is accepted, late intent is refused; what we learned is never lost."""

import pytest
from django.db import OperationalError
from django.utils import timezone

from delivery import patience, settle
from delivery.answers import Answer
from delivery.queries import records
from notifications.models import Message
from posts import workflow
from posts.models import Activity, Delivery
from posts.states import DeliveryState
from publishers.contract import Published, Rejected, TryLater, Uncertain
from tests.factories.delivery import channel_of, claimed, due_delivery, sending, unknown

pytestmark = pytest.mark.django_db

LIVE = Published("p9", "https://parrot.example/p9")


def say(delivery: Delivery, outcome, attempt_no: int = 1) -> Delivery:
    settle.settle(delivery, attempt_no, Answer(outcome, 201))
    delivery.refresh_from_db()
    return delivery


def test_a_fenced_worker_may_say_that_it_is_live(platform, team):
    delivery = unknown(due_delivery(team))

    say(delivery, LIVE)

    assert (delivery.state, delivery.remote_id) == (DeliveryState.PUBLISHED, "p9")
    assert delivery.attempts.get().outcome == "ok"


def test_also_when_a_person_was_asked(platform, team):
    delivery = unknown(due_delivery(team))
    workflow.move(delivery, "ask", check_at=None)

    assert say(delivery, LIVE).state == DeliveryState.PUBLISHED


@pytest.mark.parametrize("again", [False, True])
def test_also_when_it_was_put_back_or_taken_again(platform, team, again):
    """Proved absent, then live after all: the next attempt finds that it may not send."""
    delivery = unknown(due_delivery(team))
    workflow.move(delivery, "prove_absent", run_at=timezone.now(), unknown_since=None)
    if again:
        claimed(delivery)

    say(delivery, LIVE)

    assert delivery.state == DeliveryState.PUBLISHED
    assert delivery.lease_until is None


@pytest.mark.parametrize("outcome", [Rejected("No."), TryLater("Later."), Uncertain("Hm.")])
def test_a_fenced_worker_may_say_nothing_else(platform, team, outcome):
    delivery = unknown(due_delivery(team))
    problem = delivery.problem

    say(delivery, outcome)

    assert delivery.state == DeliveryState.UNKNOWN
    assert delivery.problem == problem
    assert delivery.attempts.get().outcome is not None


def test_an_answer_to_an_older_attempt_does_not_move_the_new_one(platform, team):
    delivery = unknown(due_delivery(team))
    workflow.move(delivery, "prove_absent", run_at=timezone.now(), unknown_since=None)
    claimed(delivery)

    say(delivery, Rejected("No."), attempt_no=1)

    assert delivery.state == DeliveryState.CLAIMED
    assert delivery.attempt_no == 2


def test_live_although_dropped_is_told(platform, team, bob):
    delivery = unknown(due_delivery(team, bob))
    workflow.move(delivery, "ask", check_at=None)
    workflow.move(delivery, "cancel")

    say(delivery, LIVE)

    assert delivery.state == DeliveryState.CANCELLED
    assert Message.objects.filter(kind="delivery_unsure", user=bob).exists()
    [said] = [one for one in records.history(delivery) if "live" in one["words"]]
    assert said["reason"].startswith("https://")
    assert Activity.objects.filter(kind="delivery.live_after_all").exists()


def test_a_remote_id_of_another_delivery_is_no_proof(platform, team):
    channel = channel_of(team)
    first = due_delivery(team, channel=channel)
    sending(first)
    say(first, LIVE)
    second = due_delivery(team, channel=channel)
    sending(second)

    say(second, LIVE)

    assert second.state == DeliveryState.UNKNOWN
    assert "another delivery" in second.problem
    assert second.attempts.get().outcome == "ambiguous"


def test_the_answer_is_kept_while_the_database_is_away(platform, team, monkeypatch):
    delivery = due_delivery(team)
    sending(delivery)
    apply, tries = settle._apply, []

    def sometimes(*args) -> None:
        tries.append(1)
        if len(tries) < 3:
            raise OperationalError("the connection is lost")
        apply(*args)

    monkeypatch.setattr(settle, "_apply", sometimes)
    monkeypatch.setattr(patience.connection, "close", lambda: None)

    assert say(delivery, LIVE).state == DeliveryState.PUBLISHED
    assert len(tries) == 3
