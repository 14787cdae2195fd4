"""Rows 21 to 25: processes that are doubled, silent or behind, or have the wrong time."""

import random
from datetime import timedelta

import pytest
from django.db.models.functions import Now
from django.utils import timezone
from django_celery_beat.models import PeriodicTask
from kombu import Connection
from redis import Redis

from delivery import dispatcher, outages, tasks
from delivery.models import Attempt, Heartbeat, Outage, OutageNotice
from delivery.queues import queue_of
from posts.models import Delivery
from tests.faults import cast
from tests.faults.altered import CLOCK
from tests.processes import wait_until

pytestmark = pytest.mark.faults

ON_TIME = 3.0


def silent_for(name: str, silence: timedelta) -> None:
    Heartbeat.objects.update_or_create(name=name, defaults={"at": Now() - silence})


def turns(deliveries) -> set[timedelta]:
    """When they may go out, counted from the end of the outage."""
    ended = Outage.objects.latest("ended_at").ended_at
    rows = Delivery.objects.filter(pk__in=[one.pk for one in deliveries])
    return {one.run_at - ended for one in rows}


def test_row_21_beat_is_dead_for_a_day(arena, verdict):
    arena.run("worker", "publisher")
    silent_for("dispatch", timedelta(days=1))
    crew = cast.crew()
    made = cast.due(crew, cast.places(crew, 6), seconds=4)
    wait_until(lambda: cast.all_in(made, "published"), 30, "the end of every delivery")
    assert max(cast.lateness(made)) < ON_TIME
    assert not verdict()


def test_row_22_three_of_each(arena, verdict):
    names = [
        f"{name}{number}" for name in ("worker", "beat", "publisher") for number in ("", "-2", "-3")
    ]
    arena.run(*names)
    cast.await_first_tick()
    crew = cast.crew()
    places = cast.places(crew, 12)
    made = cast.due(crew, places, seconds=6) + cast.due(crew, places, seconds=6)
    wait_until(lambda: cast.all_in(made, "published"), 60, "the end of every delivery")
    assert cast.attempts_of(made) == {1}
    assert not verdict()


def left(client, queues, dead) -> int:
    """How many messages wait, or are with a worker that has not begun with them. Those that the
    killed of earlier cases had, the `dead`, stay with them.
    """
    with_workers = set(client.hkeys("unacked")) - dead
    return sum(client.llen(queue) for queue in queues) + len(with_workers)


def test_row_23_messages_that_come_again_late_and_in_another_order(arena, verdict):
    arena.run("worker")
    with Redis.from_url(arena.product.options.redis_url) as client:
        dead = set(client.hkeys("unacked"))
    crew = cast.crew()
    made = cast.due(crew, cast.places(crew, 8))
    claims = dispatcher.tick()
    assert {claim.delivery_id for claim in claims} == {one.pk for one in made}
    rng = random.Random(1)
    messages = [
        (claim.delivery_id, number, claim.platform, claim.channel_id, claim.team_id)
        for claim in claims
        for number in (claim.attempt_no, claim.attempt_no, claim.attempt_no - 1, 7)
        for _ in range(rng.randint(1, 3))
    ]
    for _ in range(2):
        rng.shuffle(messages)
        with Connection(arena.product.options.redis_url) as broker:
            for message in messages:
                tasks.publish.apply_async((message,), queue=queue_of(message[2]), connection=broker)
        wait_until(lambda: cast.all_in(made, "published"), 30, "the end of every delivery")
    queues = {queue_of(message[2]) for message in messages}
    with Redis.from_url(arena.product.options.redis_url) as client:
        wait_until(lambda: not left(client, queues, dead), 30, "the last message")
    # It is done with what it has begun.
    arena.end("worker", kill=False)
    assert cast.attempts_of(made) == {1}
    assert not verdict()


def test_row_24_the_clock_of_beat_was_an_hour_ahead(arena, verdict):
    """It has kept when it last ran, and would wait for an hour: the publisher does not."""
    arena.run("beat")
    wait_until(PeriodicTask.objects.exists, 40, "the schedule")
    arena.end("beat")
    PeriodicTask.objects.update(last_run_at=timezone.now() + timedelta(hours=1))
    arena.run("worker", "beat", "publisher")
    crew = cast.crew()
    made = cast.due(crew, cast.places(crew, 6), seconds=4)
    wait_until(lambda: cast.all_in(made, "published"), 40, "the end of every delivery")
    arena.end("beat")
    PeriodicTask.objects.update(last_run_at=timezone.now())
    assert not verdict()


def listening(server) -> int:
    """How many workers wait for messages."""
    with Redis.from_url(server.url) as client:
        return sum(one["cmd"] == "brpop" for one in client.client_list())


def test_row_24_the_clocks_of_the_workers_are_wrong(arena, redis_server, verdict):
    """One is an hour behind, the other an hour ahead."""
    arena.run("beat")
    for name, hours in (("worker-behind", -1), ("worker-ahead", 1)):
        arena.add(name, env={CLOCK: str(hours * 3600)}, altered=True)
    wait_until(lambda: listening(redis_server) == 2, 60, "both workers")
    cast.await_first_tick()
    crew = cast.crew()
    made = cast.due(crew, cast.places(crew, 12), seconds=60)
    cast.bring_forward(made, seconds=4)
    wait_until(lambda: cast.all_in(made, "published"), 40, "the end of every delivery")
    assert 0 <= min(cast.lateness(made)) <= max(cast.lateness(made)) < ON_TIME
    owners = Attempt.objects.filter(delivery__in=[one.pk for one in made]).values_list("worker")
    assert len({owner.split(":")[1] for (owner,) in owners}) == 2
    assert not verdict()


def test_row_25_everything_was_down_for_three_hours(arena, verdict):
    """What may still go out goes out; what may not waits for a person who is told."""
    arena.run()
    crew = cast.crew()
    places = cast.places(crew, 12)
    late = [one for _ in range(3) for one in cast.due(crew, places[:6], seconds=60)]
    too_late = cast.due(crew, places[6:], seconds=60)
    for name in ("dispatch", "publisher"):
        silent_for(name, timedelta(hours=3))
    cast.bring_forward(late, seconds=-20 * 60)
    cast.bring_forward(too_late, seconds=-170 * 60)
    arena.run("worker", "beat", "publisher")
    first, then, last = late[:6], late[6:12], late[12:]
    wait_until(lambda: cast.all_in(first, "published"), 60, "the first on each channel")
    # Within the minute nothing follows; then, without waiting for it here, one after the other.
    assert cast.all_in([*then, *last], "queued")
    assert turns(then) == {outages.PACE}
    assert turns(last) == {2 * outages.PACE}
    for each in (then, last):
        Delivery.objects.filter(pk__in=[one.pk for one in each]).update(run_at=Now())
        wait_until(lambda each=each: cast.all_in(each, "published"), 60, "the next on each channel")
    wait_until(lambda: cast.all_in(too_late, "missed"), 60, "what is")
    wait_until(lambda: OutageNotice.objects.for_team(crew.team).exists(), 30, "one notice of it")
    [notice] = OutageNotice.objects.for_team(crew.team)
    assert set(notice.waiting) == {one.pk for one in too_late}
    assert not Attempt.objects.filter(delivery__in=[one.pk for one in too_late]).exists()
    assert not verdict()
