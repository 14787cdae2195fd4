"""What Prometheus reads: everything from rows, at the moment of asking. Called by views/metrics.py.

No process counts for itself: there are many, and they die. Labels carry platforms, states and
outcomes, never a team, a channel or a text. docs/delivery.md lists the names.
"""

from collections.abc import Iterator

from django.conf import settings
from django.db import connection
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from delivery import tally
from delivery.models import Breaker
from delivery.queries.depth import depth
from delivery.queries.records import TICKS
from delivery.queries.weather import weather

_TICKS = """
SELECT name, extract(epoch FROM now() - at)::float8 FROM delivery_heartbeat WHERE name = ANY(%s)
"""


def exposition() -> bytes:
    """All metrics in Prometheus' text format."""
    registry = CollectorRegistry()
    registry.register(Deliveries())
    return generate_latest(registry)


class Deliveries(Collector):
    def describe(self) -> list[Metric]:
        """Nothing is read before somebody asks."""
        return []

    def collect(self) -> Iterator[Metric]:
        yield _build()
        yield from _counters()
        yield from _gauges()
        yield from _weather()
        yield _ticks()


def _build() -> Metric:
    build = GaugeMetricFamily("drumbeat_build_info", "The running version.", labels=["version"])
    build.add_metric([settings.VERSION], 1)
    return build


def _counters() -> Iterator[Metric]:
    sums = tally.read()
    for series, name, words, label in (
        (
            "attempts",
            "drumbeat_delivery_attempts",
            "Calls that may have published, by what came back.",
            "outcome",
        ),
        (
            "published",
            "drumbeat_deliveries_published",
            "Posts known to be live on a channel: by the platform's answer, found there later, "
            "or confirmed by a person.",
            "known_by",
        ),
    ):
        counter = CounterMetricFamily(name, words, labels=["platform", label])
        for platform, labels in sorted(tally.of(series, sums).items()):
            for value, number in sorted(labels.items()):
                counter.add_metric([platform, value], number)
        yield counter
    yield _histogram(
        tally.of("lateness", sums),
        "drumbeat_delivery_lateness_seconds",
        "From when a published post was due until its call began.",
    )
    yield _histogram(
        tally.of("duration", sums),
        "drumbeat_delivery_duration_seconds",
        "How long the call that publishes took, whatever came back.",
    )


def _histogram(series: dict[str, dict[str, float]], name: str, words: str) -> Metric:
    histogram = HistogramMetricFamily(name, words, labels=["platform"])
    for platform, labels in sorted(series.items()):
        buckets, total = tally.cumulative(labels)
        histogram.add_metric([platform], buckets, total)
    return histogram


def _gauges() -> Iterator[Metric]:
    open_ones = GaugeMetricFamily(
        "drumbeat_deliveries",
        "Deliveries that are not over, by state.",
        labels=["platform", "state"],
    )
    due = GaugeMetricFamily(
        "drumbeat_deliveries_due",
        "Queued deliveries whose time has come, held back or not.",
        labels=["platform"],
    )
    oldest = GaugeMetricFamily(
        "drumbeat_delivery_oldest_seconds",
        "For how long the oldest is due, unknown or waiting for a person.",
        labels=["platform", "state"],
    )
    for one in depth():
        open_ones.add_metric([one.platform, one.state], one.number)
        if one.state == "queued":
            due.add_metric([one.platform], one.due)
        if one.state in ("queued", "unknown", "needs_human"):
            oldest.add_metric([one.platform, one.state], one.oldest or 0.0)
    yield from (open_ones, due, oldest)


def _weather() -> Iterator[Metric]:
    breaker = GaugeMetricFamily(
        "drumbeat_breaker_state",
        "1 for the state that a platform's breaker is in.",
        labels=["platform", "state"],
    )
    left = GaugeMetricFamily(
        "drumbeat_budget_left_posts",
        "Posts that an app's rate still allows.",
        labels=["platform", "rate"],
    )
    limit = GaugeMetricFamily(
        "drumbeat_budget_limit_posts",
        "Posts that an app's rate allows in all.",
        labels=["platform", "rate"],
    )
    for one in weather():
        for state in Breaker.State.values:
            breaker.add_metric([one.slug, state], int(one.state == state))
        for budget in one.budgets:
            left.add_metric([one.slug, budget.name], budget.left)
            limit.add_metric([one.slug, budget.name], budget.limit)
    yield from (breaker, left, limit)


def _ticks() -> Metric:
    ages = GaugeMetricFamily(
        "drumbeat_tick_age_seconds", "Since a tick last did its work.", labels=["tick"]
    )
    with connection.cursor() as cursor:
        cursor.execute(_TICKS, [list(TICKS)])
        for name, age in sorted(cursor.fetchall()):
            ages.add_metric([name], max(age, 0.0))
    return ages
