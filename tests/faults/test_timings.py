"""What is measured of a run is what happened: the first move of what was held, the nearest rank."""

from collections import defaultdict
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone

from posts.models import Activity
from tests.factories.delivery import AttemptFactory, due_delivery, published
from tests.faults.checker import Facts
from tests.faults.history import Blow, History
from tests.faults.timings import Limit, after_kills, after_restarts, percentiles, without_redis


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


@pytest.fixture
def due_without_redis(team, parrot):
    """Due 30 s ago, and live 3 s later; `blows` has the broker down from a second before."""
    delivery = due_delivery(team, seconds=-30)
    published(delivery, at=timezone.now() - timedelta(seconds=27.5))
    [attempt] = delivery.attempts.all()
    remote = SimpleNamespace(accepted_at=delivery.due_at + timedelta(seconds=3))
    return Facts(
        deliveries={delivery.pk: delivery},
        attempts=defaultdict(list, {delivery.pk: [attempt]}),
        due={attempt.pk: delivery.due_at},
        live=[(remote, delivery)],
    )


def blows(facts: Facts, *more: Blow) -> History:
    [due] = facts.due.values()
    return History(blows=[Blow("stop broker", "redis", due.timestamp() - 1, 5), *more])


@pytest.mark.django_db
def test_what_was_due_while_redis_was_away_is_measured(due_without_redis):
    facts = due_without_redis
    assert without_redis(facts, blows(facts)) == [pytest.approx(3)]
    assert without_redis(facts, History()) == []


@pytest.mark.django_db
@pytest.mark.parametrize(("kind", "before"), [("kill", 5), ("freeze", -2), ("restart", 20)])
def test_what_was_struck_otherwise_is_not(due_without_redis, kind, before):
    facts = due_without_redis
    [due] = facts.due.values()
    blow = Blow(kind, "worker", due.timestamp() - before)
    assert without_redis(facts, blows(facts, blow)) == []


@pytest.mark.django_db
@pytest.mark.parametrize(("before", "measured"), [(9, False), (100, False), (200, True)])
def test_what_followed_a_call_that_went_wrong_is_not(due_without_redis, before, measured):
    """Its process has died: it holds the channel until its lease is over."""
    facts = due_without_redis
    [due] = facts.due.values()
    [delivery] = facts.deliveries.values()
    other = due_delivery(delivery.team, channel=delivery.channel)
    facts.deliveries[other.pk] = other
    facts.attempts[other.pk] = [
        AttemptFactory.build(
            delivery=other, intent_at=due - timedelta(seconds=before), outcome=None
        )
    ]
    assert bool(without_redis(facts, blows(facts))) == measured


@pytest.mark.django_db
def test_what_waited_for_a_claim_of_the_dead_is_not(due_without_redis):
    facts = due_without_redis
    [delivery] = facts.deliveries.values()
    other = due_delivery(delivery.team, channel=delivery.channel)
    facts.deliveries[other.pk] = other
    assert without_redis(facts, blows(facts))
    Activity.objects.create(
        team=delivery.team,
        post=other.post,
        kind="delivery.expire",
        at=delivery.due_at + timedelta(seconds=2),
        data={"delivery": other.pk},
    )
    assert without_redis(facts, blows(facts)) == []


@pytest.mark.django_db
def test_the_first_call_after_a_restart(due_without_redis):
    facts = due_without_redis
    [due] = facts.due.values()
    [[attempt]] = facts.attempts.values()
    late = (attempt.intent_at - due).total_seconds()
    restarted = History(restarts=[due.timestamp() - 5])
    assert after_restarts(facts, restarted) == [pytest.approx(late)]
    overdue = History(restarts=[due.timestamp() + 1])
    assert after_restarts(facts, overdue) == [pytest.approx(late - 1)]


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
