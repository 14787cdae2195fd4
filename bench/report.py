"""From readings to figures: what is printed, per delivery and rounded for people."""

from collections.abc import Collection

from bench.calls import Pace
from bench.gauges import Reading
from bench.ledger import Ledger, percentiles
from bench.tally import Total
from bench.world import Batch

type Figures = dict[str, object]


def timeliness(seen: Ledger, batch: Batch, due: int, limit: Pace) -> Figures:
    seconds = max((seen.last - batch.due).total_seconds(), 0.001)
    pace = (due - seen.lost) / seconds
    return {
        "lateness_ms": percentiles(seen.lateness),
        "per_second": round(pace, 1),
        "limit_per_second": round(limit.per_second, 1),
        "ratio": round(pace / limit.per_second, 2),
        "duplicates": seen.duplicates,
        "early": seen.early,
        "lost": seen.lost,
    }


def cost(spent: Reading, children: Collection[str], due: int, adapters: Pace) -> Figures:
    """CPU of the product's processes, and what of it the adapters' calls would cost alone."""
    total = sum(spent.cpu.get(name, 0) for name in children) * 1000 / due
    return {
        "cpu_ms_per_delivery": round(total - adapters.cpu_ms, 2),
        "cpu_ms_total": round(total, 2),
        "cpu_ms_adapter": round(adapters.cpu_ms, 2),
        "cpu_ms_by_part": by_part(spent, due),
    }


def by_part(spent: Reading, count: int) -> dict[str, float]:
    return {name: round(seconds * 1000 / count, 2) for name, seconds in spent.cpu.items()}


def statements(sql: Total, due: int) -> Figures:
    return {
        "sql_per_delivery": round(sql.statements / due, 2),
        "transactions_per_delivery": round(sql.transactions / due, 2),
        "connections_per_delivery": round(sql.connections / due, 2),
    }


def listing(sql: Total, due: int, most: int) -> list[str]:
    """The statements by how often they are made, for whoever wants fewer of them."""
    uses = sorted(sql.uses.items(), key=lambda item: -item[1].times)[:most]
    return [
        f"{use.times / due:6.2f} per delivery, {use.seconds * 1000 / use.times:6.2f} ms: "
        f"{' '.join(text.split())}"
        for text, use in uses
    ]
