"""SIGTERM to a worker: what has begun is finished, what has not is given back."""

import os
import signal

import pytest

from posts.models import Delivery
from posts.states import DeliveryState
from publishers.sandbox import faults
from publishers.sandbox.models import Account
from tests.faults import world
from tests.faults.invariants import broken, ledger
from tests.processes import wait_until

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]

SLOW = "3"


def in_state(state: DeliveryState) -> int:
    return Delivery.objects.filter(state=state).count()


def test_a_worker_that_is_asked_to_end_finishes_its_calls(stack, team, alice):
    running = stack(children=("web", "worker", "beat"), env=world.environment())
    running.reviving = False
    under_way = world.due_posts(team, 3)
    for account in Account.objects.filter(handle__startswith="fault"):
        faults.arm(account, "delay", parameter=SLOW)
    wait_until(lambda: in_state(DeliveryState.SENDING) == 3, 30, "three calls under way")
    following = world.due_posts(team, 3)

    worker = running.crew.children["worker"].process
    os.kill(worker.pid, signal.SIGTERM)
    assert worker.wait(30) == 0

    assert {d.pk for d in under_way} == set(
        Delivery.objects.filter(state=DeliveryState.PUBLISHED).values_list("pk", flat=True)
    )
    for delivery in following:
        delivery.refresh_from_db()
        assert (delivery.state, delivery.owner) == (DeliveryState.QUEUED, "")
    assert not broken(quiet=world.QUIET)
    assert not ledger()
