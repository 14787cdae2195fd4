"""How long the claim's statement takes with the rows there are. Each claim is taken back."""

import statistics
import time
from datetime import timedelta

from django.db import transaction

from delivery import gates
from posts import workflow

TIMES = 25
AHEAD, LEASE = timedelta(seconds=2), timedelta(seconds=90)


def timed(limit: int = 100) -> dict[str, float]:
    """ms, as its caller waits for it. The first tells of the plan, not of the work: left out."""
    spent = [_once(limit) for _ in range(TIMES + 1)][1:]
    return {"median": round(statistics.median(spent), 2), "max": round(max(spent), 2)}


def _once(limit: int) -> float:
    with transaction.atomic():
        room = gates.room()
        started = time.perf_counter()
        workflow.claim_due(owner="offer:bench", limit=limit, ahead=AHEAD, lease=LEASE, room=room)
        spent = time.perf_counter() - started
        transaction.set_rollback(True)
    return spent * 1000
