"""Numbers that only grow: attempts and publications, and how long they took, for /metrics.

Any number of processes publish, so none of them counts: the rows do. What is older than `SETTLED`
is added up once, by a tick, and kept; what is younger is counted at each reading. Rows that are
deleted later stay counted, and no reading is lower than the one before.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from itertools import accumulate
from typing import Any

from django.db import connection, transaction
from django.db.models.functions import Now

from delivery.models import Attempt, Tally
from publishers import registry

# By then an attempt has its answer, and what was being committed is.
SETTLED = timedelta(minutes=3)
# Upper bounds in seconds. The last bucket has none.
LATENESS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 300.0, 1800.0)
DURATION = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0, 30.0)
ENDLESS, SUM = "+Inf", "sum"
UNANSWERED = "unanswered"

# (series, platform, label): number. The label of "attempts" is an outcome, of "published" how that
# is known, of "duration" and "lateness" a bucket's upper bound, or "sum".
type Sums = dict[tuple[str, str, str], float]
LABELS: Mapping[str, tuple[str, ...]] = {
    "attempts": (*Attempt.Outcome.values, UNANSWERED),
    "published": ("answer", "found", "person"),
    "duration": (*map(str, DURATION), ENDLESS, SUM),
    "lateness": (*map(str, LATENESS), ENDLESS, SUM),
}

_NAME = "delivery"
# What has no answer when it has settled never gets one: its process died.
_ATTEMPTS = """
SELECT c.platform, coalesce(a.outcome, 'unanswered'),
       width_bucket(extract(epoch FROM a.ended_at - a.intent_at)::float8, %(bounds)s::float8[]),
       count(*), coalesce(sum(extract(epoch FROM a.ended_at - a.intent_at)), 0)::float8
FROM delivery_attempt a
JOIN posts_delivery d ON d.id = a.delivery_id
JOIN publishers_channel c ON c.id = d.channel_id
WHERE a.intent_at > coalesce(%(since)s, '-infinity'::timestamptz)
  AND a.intent_at <= coalesce(%(until)s, 'infinity'::timestamptz)
  AND (a.outcome IS NOT NULL OR %(until)s::timestamptz IS NOT NULL)
GROUP BY 1, 2, 3
"""
# Late is when it left: its intent is committed right before the call.
_PUBLISHED = """
SELECT c.platform,
       CASE WHEN d.confirmed_by_id IS NOT NULL THEN 'person'
            WHEN EXISTS (
              SELECT 1 FROM delivery_attempt a WHERE a.delivery_id = d.id
                AND a.attempt_no = d.attempt_no AND a.outcome IN ('ok', 'accepted')) THEN 'answer'
            ELSE 'found' END,
       width_bucket(extract(epoch FROM d.sent_at - d.due_at)::float8, %(bounds)s::float8[]),
       count(*),
       coalesce(sum(greatest(extract(epoch FROM d.sent_at - d.due_at), 0)), 0)::float8
FROM posts_delivery d
JOIN publishers_channel c ON c.id = d.channel_id
WHERE d.state = 'published'
  AND d.published_at > coalesce(%(since)s, '-infinity'::timestamptz)
  AND d.published_at <= coalesce(%(until)s, 'infinity'::timestamptz)
GROUP BY 1, 2, 3
"""


def read() -> Sums:
    """Everything since the beginning, this moment included. Three statements."""
    kept = Tally.objects.filter(name=_NAME).first()
    if kept is None:
        return _added({}, _counted(None, None))
    return _added(_unpacked(kept.sums), _counted(kept.until, None))


@transaction.atomic
def fold() -> None:
    """Add what has settled since the last time. Once more, or not at all, does no harm."""
    Tally.objects.get_or_create(name=_NAME)
    kept = Tally.objects.select_for_update(no_key=True).annotate(now=Now()).get(name=_NAME)
    until: datetime = kept.now - SETTLED
    if kept.until is not None and until <= kept.until:
        return
    sums = _added(_unpacked(kept.sums), _counted(kept.until, until))
    packed = [[*series, number] for series, number in sorted(sums.items())]
    Tally.objects.filter(pk=kept.pk).update(until=until, sums=packed)


def of(series: str, sums: Sums) -> dict[str, dict[str, float]]:
    """One series: platform → label → number. Labels that may come are there before they do."""
    found = {slug: dict.fromkeys(LABELS[series], 0.0) for slug in registry.ADAPTERS}
    for (name, platform, label), number in sums.items():
        if name == series:
            found.setdefault(platform, dict.fromkeys(LABELS[series], 0.0))[label] = number
    return found


def cumulative(labels: Mapping[str, float]) -> tuple[list[tuple[str, float]], float]:
    """A histogram as Prometheus wants it: (upper bound, how many are not above it), and the sum."""
    bounds = sorted(set(labels) - {SUM}, key=float)
    counts = accumulate(labels[bound] for bound in bounds)
    return list(zip(bounds, counts, strict=True)), labels[SUM]


def _unpacked(packed: Iterable[Any]) -> Sums:
    return {(series, platform, label): number for series, platform, label, number in packed}


def _added(sums: Sums, more: Iterable[tuple[tuple[str, str, str], float]]) -> Sums:
    total: Sums = defaultdict(float, sums)
    for series, number in more:
        total[series] += number
    return dict(total)


def _counted(
    since: datetime | None, until: datetime | None
) -> Iterator[tuple[tuple[str, str, str], float]]:
    for statement, number_of, time_of, bounds in (
        (_ATTEMPTS, "attempts", "duration", DURATION),
        (_PUBLISHED, "published", "lateness", LATENESS),
    ):
        with connection.cursor() as cursor:
            cursor.execute(statement, {"since": since, "until": until, "bounds": list(bounds)})
            rows = cursor.fetchall()
        for platform, label, bucket, number, seconds in rows:
            yield (number_of, platform, label), number
            if bucket is not None:
                bound = ENDLESS if bucket == len(bounds) else str(bounds[bucket])
                yield (time_of, platform, bound), number
                yield (time_of, platform, SUM), seconds
