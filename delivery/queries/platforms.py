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
    def punctual(self) -> str:
        if not self.late:
            return "\N{EN DASH}"
        half, nearly_all, _last = map(short, self.late)
        told = {"half": half, "most": nearly_all}
        return _("half within %(half)s, nearly all within %(most)s") % told

    @property
    def nearly_all(self) -> str:
        """The exact meaning, for who wants it."""
        if not self.late:
            return ""
        median, most, last = map(short, self.late)
        told = {"half": median, "most": most, "last": last}
        return _("Late: median %(half)s, p95 %(most)s, p99 %(last)s") % told


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
