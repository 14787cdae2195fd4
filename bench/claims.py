"""How long the claim's statement takes with the rows there are. Each claim is taken back."""

import statistics
import time

from django.db import transaction

from bench import world
from bench.world import Batch
from delivery import gates
from delivery.dispatcher import AHEAD, AT_ONCE
from delivery.leases import LEASE
from posts import workflow

TIMES = 25


def timed(batch: Batch) -> dict[str, float]:
    """ms as its caller waits for it, while nobody else is there: nothing due, then all of `batch`,
    of which one claim takes as much as it ever does.

    The first of each tells of the plan, not of the work: left out.
    """
    world.settle_down()
    idle = [_once() for _ in range(TIMES + 1)][1:]
    soon = world.shift(batch, world.now())
    world.settle_down()
    spent = [_once() for _ in range(TIMES + 1)][1:]
    world.shift(soon, batch.due)
    world.settle_down()
    return {
        "median": round(statistics.median(spent), 2),
        "max": round(max(spent), 2),
        "nothing_due": round(statistics.median(idle), 2),
    }


def _once() -> float:
    with transaction.atomic():
        room = gates.room()
        started = time.perf_counter()
        workflow.claim_due(owner="offer:bench", limit=AT_ONCE, ahead=AHEAD, lease=LEASE, room=room)
        spent = time.perf_counter() - started
        transaction.set_rollback(True)
    return spent * 1000
