"""What is measured of a run is what happened: the first move of what was held, the nearest rank."""

from datetime import timedelta

import pytest
from django.utils import timezone

from posts.models import Activity
from tests.factories.delivery import due_delivery
from tests.faults.history import Blow, History
from tests.faults.timings import Limit, after_kills, percentiles


@pytest.mark.django_db
def test_what_a_dead_process_held_was_taken_the_first_time(team):
    delivery, now = due_delivery(team), timezone.now()
    moves = {-30: "expire", 40: "lose", 70: "expire"}
    for seconds, event in moves.items():
        Activity.objects.create(
            team=team,
            post=delivery.post,
            kind=f"delivery.{event}",
            at=now + timedelta(seconds=seconds),
            data={"delivery": delivery.pk},
        )
    blow = Blow("kill", "worker", now.timestamp(), held=((delivery.pk, 1),))
    assert after_kills(History(blows=[blow])) == [pytest.approx(40, abs=0.01)]


@pytest.mark.django_db
def test_what_ended_by_itself_was_not_taken(team):
    delivery, now = due_delivery(team), timezone.now()
    for seconds, event in {1: "publish", 40: "lose"}.items():
        Activity.objects.create(
            team=team,
            post=delivery.post,
            kind=f"delivery.{event}",
            at=now + timedelta(seconds=seconds),
            data={"delivery": delivery.pk},
        )
    blow = Blow("kill", "worker", now.timestamp(), held=((delivery.pk, 1),))
    assert after_kills(History(blows=[blow])) == []


def test_a_rank_is_a_value_that_was_there():
    assert percentiles([4.0, 1.0, 3.0, 2.0]) == {"p50": 2.0, "p95": 4.0, "p99": 4.0, "max": 4.0}
    assert percentiles([]) == {}


@pytest.mark.parametrize(
    ("limit", "kept"),
    [
        (Limit("most", 3.0, 2.0), False),
        (Limit("most", 2.0, 2.0), True),
        (Limit("most", None, 2.0), True),
        (Limit("least", 0.9, 0.95, least=True), False),
        (Limit("least", 0.95, 0.95, least=True), True),
    ],
)
def test_limits(limit, kept):
    assert limit.kept is kept
