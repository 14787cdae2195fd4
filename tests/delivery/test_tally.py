"""Totals that never go down, whatever is folded, deleted or ticked twice."""

from datetime import timedelta

import pytest
from django.utils import timezone

from delivery import tally, tasks
from delivery.models import Attempt, Tally
from tests.factories.delivery import due_delivery, published, sending, troubled

pytestmark = pytest.mark.django_db

LONG = timedelta(hours=1)


@pytest.fixture(autouse=True)
def known_platform(platform):
    """The factories' channels are on a platform that answers."""


def old(team, bob):
    """Due, and out, an hour ago."""
    return published(long_due(team, bob), at=timezone.now() - LONG)


def long_due(team, bob):
    return due_delivery(team, bob, seconds=-LONG.total_seconds(), late_after=2 * LONG)


def numbers(series: str) -> dict[str, float]:
    counted = tally.of(series, tally.read())["parrot_read"]
    return {label: number for label, number in counted.items() if number}


def test_the_same_before_and_after_folding(team, bob):
    for _ in range(3):
        old(team, bob)
    published(due_delivery(team, bob))
    before = tally.read()

    tally.fold()

    assert tally.read() == before
    assert numbers("attempts") == {"ok": 4}
    assert numbers("published") == {"answer": 4}


def test_what_is_folded_stays_counted_when_its_rows_go(team, bob):
    delivery = old(team, bob)
    tally.fold()
    delivery.delete()
    assert not Attempt.objects.exists()

    assert numbers("attempts") == {"ok": 1}
    assert numbers("published") == {"answer": 1}


def test_two_ticks_count_once(team, bob):
    old(team, bob)

    tasks.add_up()
    tasks.add_up()

    assert numbers("attempts") == {"ok": 1}
    assert Tally.objects.get().until <= timezone.now() - tally.SETTLED + timedelta(seconds=1)


def test_an_answer_that_comes_after_a_fold_is_counted_then(team, bob):
    """The fold leaves alone what may still change."""
    delivery = due_delivery(team, bob)
    sending(delivery)
    tally.fold()
    assert numbers("attempts") == {}

    delivery.attempts.update(outcome="rejected", ended_at=timezone.now())

    assert numbers("attempts") == {"rejected": 1}


def test_what_never_was_answered_is_an_outcome_of_its_own(team, bob):
    sending(long_due(team, bob), at=timezone.now() - LONG)
    assert numbers("attempts") == {}

    tally.fold()

    assert numbers("attempts") == {"unanswered": 1}
    assert numbers("duration") == {}


def test_how_it_is_known_to_be_live(team, alice, bob):
    published(due_delivery(team, bob))
    published(due_delivery(team, bob), found=True)
    asked = troubled(due_delivery(team, bob), "needs_human")
    published(asked, by=alice)

    assert numbers("published") == {"answer": 1, "found": 1, "person": 1}


def test_lateness_falls_into_its_bucket(team, bob):
    delivery = due_delivery(team, bob)
    published(delivery, at=delivery.due_at + timedelta(milliseconds=700))

    assert numbers("lateness") == {"1.0": 1, "sum": pytest.approx(0.7)}


@pytest.mark.parametrize(
    ("labels", "buckets", "total"),
    [
        ({"+Inf": 2, "sum": 9000}, [("+Inf", 2)], 9000),
        (
            {"10.0": 1, "0.5": 2, "+Inf": 1, "sum": 50.5},
            [("0.5", 2), ("10.0", 3), ("+Inf", 4)],
            50.5,
        ),
    ],
)
def test_buckets_add_up(labels, buckets, total):
    assert tally.cumulative(labels) == (buckets, total)
