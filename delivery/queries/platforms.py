"""How each platform does: what was published of what was due, how late, and its weather."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Team
from delivery.queries.spans import short
from delivery.queries.weather import Weather
from posts.models import Delivery
from posts.states import DeliveryState

WEEK = timedelta(days=7)
# Of a team that publishes more in a week, the newest: the page must stay quick.
MOST = 10_000

_SCORES = """
SELECT d.platform,
       count(*) FILTER (WHERE d.due_at >= %s), count(*),
       count(*) FILTER (WHERE d.out AND d.due_at >= %s), count(*) FILTER (WHERE d.out),
       percentile_cont(ARRAY[.5, .95, .99]) WITHIN GROUP (ORDER BY d.late)
         FILTER (WHERE d.out AND d.due_at >= %s),
       percentile_cont(ARRAY[.5, .95, .99]) WITHIN GROUP (ORDER BY d.late) FILTER (WHERE d.out)
FROM (SELECT r.platform, r.due_at, r.state = 'published' AS out,
             greatest(extract(epoch FROM r.sent_at - r.due_at), 0)::float8 AS late
      FROM ({rows}) r (platform, state, due_at, sent_at)) d
GROUP BY 1
"""


type Seconds = Sequence[float | None] | None


@dataclass(frozen=True)
class Score:
    """`late`: the median, what 95 and what 99 of a hundred do not exceed; none without posts."""

    due: int
    published: int
    late: Sequence[timedelta]

    @property
    def words(self) -> str:
        if not self.due:
            return "\N{EN DASH}"
        told = {"n": f"{self.published:,}", "all": f"{self.due:,}"}
        return _("%(n)s of %(all)s") % told

    @property
    def spans(self) -> list[tuple[str, str]]:
        """(what it is, how long) for each of the three, also where nothing was published."""
        words = [short(span) for span in self.late] or ["\N{EN DASH}"] * 3
        return list(zip((_("Late, median"), "p95", "p99"), words, strict=True))


_NONE = (Score(0, 0, ()), Score(0, 0, ()))


@dataclass(frozen=True)
class Platform:
    """`weather` is None for a platform that this installation no longer has."""

    slug: str
    name: str
    weather: Weather | None
    today: Score
    week: Score


def platforms(team: Team, slugs: Iterable[str], weather: Sequence[Weather]) -> list[Platform]:
    """Those of `slugs`, where the team has channels, by name. One statement."""
    now = timezone.localtime()
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    scores = {slug: _score(*numbers) for slug, *numbers in _scores(team, midnight, now)}
    known = {one.slug: one for one in weather}
    found = [
        Platform(
            slug,
            known[slug].name if slug in known else slug,
            known.get(slug),
            *scores.get(slug, _NONE),
        )
        for slug in {*slugs, *scores}
    ]
    return sorted(found, key=lambda one: one.name.lower())


def _score(
    due: int, due_week: int, out: int, out_week: int, late: Seconds, late_week: Seconds
) -> tuple[Score, Score]:
    return Score(due, out, _spans(late)), Score(due_week, out_week, _spans(late_week))


def _spans(late: Seconds) -> list[timedelta]:
    return [timedelta(seconds=seconds) for seconds in late or () if seconds is not None]


def _scores(team: Team, midnight: datetime, now: datetime) -> list[tuple[Any, ...]]:
    rows = (
        Delivery.objects.for_team(team)
        .filter(due_at__gte=now - WEEK, due_at__lte=now)
        .exclude(state__in=[DeliveryState.DRAFT, DeliveryState.CANCELLED])
        .order_by("-due_at")
        .values_list("channel__platform", "state", "due_at", "sent_at")[:MOST]
    )
    sql, params = rows.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(_SCORES.format(rows=sql), [midnight, midnight, midnight, *params])
        return list(cursor.fetchall())
