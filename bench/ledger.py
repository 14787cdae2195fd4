"""What the platforms saw: when each post was accepted, how often, and whether before its time."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bench.world import Batch
from publishers.sandbox.models import RemotePost


@dataclass(frozen=True)
class Ledger:
    """`lateness` in ms, sorted. `early` are those that arrived before their time."""

    lateness: Sequence[float]
    duplicates: int
    early: int
    lost: int
    last: datetime


def read(batch: Batch, latency_ms: int) -> Ledger:
    due = dict(batch.rows.values_list("post__body", "due_at"))
    first: dict[str, datetime] = {}
    times = Counter[str]()
    rows = RemotePost.objects.filter(accepted_at__gte=batch.due - timedelta(hours=1))
    for text, at in rows.order_by("accepted_at").values_list("text", "accepted_at").iterator():
        if text in due:
            first.setdefault(text, at)
            times[text] += 1
    late = {text: (at - _moment(due[text])).total_seconds() * 1000 for text, at in first.items()}
    return Ledger(
        lateness=sorted(late.values()),
        duplicates=sum(count - 1 for count in times.values()),
        # It waits so long before it accepts: what is accepted sooner than that came too early.
        early=sum(ms < latency_ms for ms in late.values()),
        lost=len(due) - len(first),
        last=max(first.values(), default=batch.due),
    )


def _moment(due: datetime | None) -> datetime:
    assert due is not None
    return due


def percentiles(values: Sequence[float]) -> dict[str, float | None]:
    """Of sorted values, the nearest rank: a value that was really there."""
    if not values:
        return dict.fromkeys(("p50", "p95", "p99", "max"))
    ranks = {"p50": 50, "p95": 95, "p99": 99, "max": 100}
    return {
        name: round(values[max(0, -(-rank * len(values) // 100) - 1)], 1)
        for name, rank in ranks.items()
    }
