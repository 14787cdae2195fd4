"""Real Celery workers, killed; and a broker that goes away at the wrong moment."""

import os
import signal
import time
from datetime import timedelta

import pytest
from django.db.models.functions import Now
from django.utils import timezone

from delivery import dispatcher
from delivery.models import Attempt
from posts.models import Delivery
from publishers.sandbox.ledger import posts
from tests.faults import world
from tests.faults.invariants import broken, ledger
from tests.processes import wait_until

pytestmark = [
    pytest.mark.faults,
    pytest.mark.integration,
    pytest.mark.django_db(transaction=True),
]


def ticking() -> bool:
    silence = dispatcher.silent_for("dispatch")
    return silence is not None and silence < timedelta(seconds=3)


def latest() -> float:
    """How late the latest post was, on the platforms' clock; every text names its time."""
    due = {d.post.body: d.due_at for d in Delivery.objects.select_related("post")}
    return max((post.accepted_at - due[post.text]).total_seconds() for post in posts())


def test_a_worker_that_dies_at_every_third_intent(stack, team, alice):
    """Beat and worker alone, on the embedded broker; the supervisor puts the dead back."""
    running = stack(
        children=("web", "worker", "beat"),
        env=world.environment(DRUMBEAT_CRASH="after_intent:3"),
    )
    world.due_posts(team, 10)
    lives = [running.pid("worker")]

    def over() -> bool:
        pid = running.pid("worker")
        if pid and pid not in lives:
            lives.append(pid)
            # What the dead held runs out; here at once, so that the test need not wait.
            Delivery.objects.filter(lease_until__isnull=False).update(lease_until=Now())
        if len(lives) == 3:
            worker = running.crew.children["worker"]
            worker.env = {**worker.env, "DRUMBEAT_CRASH": ""}
        return world.all_published()

    wait_until(over, 120, "the end of every delivery")

    assert len(lives) >= 3
    assert Attempt.objects.filter(outcome=None).exists()
    assert not broken(quiet=world.QUIET)
    assert not ledger()


def test_a_worker_that_is_killed_from_outside(stack, team, alice):
    """At whatever it is doing, again and again while posts fall due."""
    running = stack(env=world.environment())
    wait_until(ticking, 40, "the first tick")
    world.due_posts(team, 12, seconds=1)

    for pause in (1.05, 2.5, 3.0):
        time.sleep(pause)
        for name in ("worker", "publisher"):
            if pid := running.pid(name):
                os.killpg(pid, signal.SIGKILL)
        Delivery.objects.filter(lease_until__isnull=False).update(lease_until=Now())
    wait_until(world.all_published, 90, "the end of every delivery")

    assert not broken(quiet=world.QUIET)
    assert not ledger()


def test_redis_stops_just_before_posts_are_due(stack, redis_server, team, alice):
    stack(redis_url=redis_server.url, env=world.environment())
    wait_until(ticking, 40, "the first tick")
    deliveries = world.due_posts(team, 6, seconds=8)
    due_at = deliveries[0].due_at

    time.sleep(max(0.0, (due_at - timezone.now()).total_seconds() - 1.5))
    redis_server.stop()
    wait_until(world.all_published, 40, "the end of every delivery")

    assert latest() < 15
    assert not broken(quiet=world.QUIET)

    # And the next ones, with Redis still away.
    world.due_posts(team, 6, seconds=3)
    wait_until(world.all_published, 40, "the end of every delivery")

    assert latest() < 15
    assert not broken(quiet=world.QUIET)
    assert not ledger()
