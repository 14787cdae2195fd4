"""Posts by the day or hour they go out, however many there are: counted, and fetched a few of each.

Read by the calendar: `rows` finds what to show, queries/cards.py fetches it, `attach` joins both.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from accounts.models import Team
from posts.models import Post
from posts.queries.cards import Card
from posts.queries.filters import NOTHING, Filters, channels, narrow
from posts.queries.status import may_move, status_of

# Only of what is shown is more read than when it goes out. What is due is found by its time alone,
# and then narrowed: a plan of both at once might begin with all that the team has ever planned.
# `bounds` are the moments at which the days or hours begin, `days` which day each is of: looking a
# moment up there takes a fraction of what the database needs to find its day in a zone.
_PLANNED = """
WITH near AS MATERIALIZED (
  SELECT d.post_id, d.due_at FROM posts_delivery d
  WHERE d.team_id = %(team)s AND d.due_at >= %(start)s AND d.due_at < %(end)s
    AND d.state <> 'cancelled' {of_deliveries}),
due AS MATERIALIZED (
  SELECT d.post_id, width_bucket(d.due_at, %(bounds)s::timestamptz[]) AS part, min(d.due_at) AS at
  FROM near d {join} GROUP BY 1, 2),
item AS MATERIALIZED (
  SELECT post_id, part, at, true AS given FROM due
  UNION ALL
  SELECT id, width_bucket(planned_at, %(bounds)s::timestamptz[]), planned_at, false
  FROM posts_post
  WHERE team_id = %(team)s AND trashed_at IS NULL
    AND planned_at >= %(start)s AND planned_at < %(end)s {of_posts}
    -- First without those that are known to have one.
    AND id NOT IN (SELECT post_id FROM due)
    AND NOT EXISTS (
      SELECT 1 FROM posts_delivery d
      WHERE d.post_id = posts_post.id AND d.due_at IS NOT NULL AND d.state <> 'cancelled')),
counted AS MATERIALIZED (SELECT part, count(*) AS n FROM item GROUP BY part),
most AS MATERIALIZED (
  SELECT CASE WHEN sum(least(n, %(most)s)) > %(room)s THEN least(%(most)s, 1) ELSE %(most)s END AS n
  FROM counted),
shown AS MATERIALIZED (
  SELECT *, (%(days)s::date[])[part] AS day FROM (
    SELECT item.*, row_number() OVER (PARTITION BY part ORDER BY at, post_id) AS nth
    FROM item) ranked
  WHERE nth <= (SELECT n FROM most)
    OR (%(days)s::date[])[part] = %(whole)s::date
       AND nth > %(skip)s AND nth <= %(skip)s + %(page)s)
SELECT s.post_id, s.day, s.at, coalesce(g.channels, '{{}}'), coalesce(g.states, '{{}}'),
       coalesce(g.at_risk, false), c.n, s.nth
FROM shown s
JOIN counted c ON c.part = s.part
LEFT JOIN LATERAL (
  SELECT array_agg(DISTINCT d.channel_id) AS channels, array_agg(DISTINCT d.state) AS states,
         bool_or(d.state = 'queued' AND d.warning <> '') AS at_risk
  FROM posts_delivery d
  WHERE d.post_id = s.post_id AND d.due_at >= %(start)s AND d.due_at < %(end)s
    AND width_bucket(d.due_at, %(bounds)s::timestamptz[]) = s.part
    AND d.state <> 'cancelled' {of_deliveries}
  ) g ON s.given
ORDER BY s.at, s.post_id
"""
# All offsets of zones, and all changes of them, are of so many.
_STEP = timedelta(minutes=15)


@dataclass(frozen=True)
class Row:
    """One post on one day, before its card is fetched; `of_day` counts all of that day, or
    of that hour where it was asked for by the hour, and it is the `nth` of these.

    `at_risk`: a delivery of it would not go out as things are.
    """

    post_id: int
    day: date
    at: datetime
    channels: list[int]
    states: list[str]
    at_risk: bool
    of_day: int
    nth: int


@dataclass(frozen=True)
class Whole:
    """One day of which more is shown than of the others: a page of it."""

    day: date
    page: int
    per_page: int

    @property
    def skip(self) -> int:
        return (self.page - 1) * self.per_page

    def has(self, row: Row) -> bool:
        return row.day == self.day and self.skip < row.nth <= self.skip + self.per_page


@dataclass(frozen=True)
class Planned:
    card: Card
    day: date
    at: datetime
    status: str
    of_day: int

    @property
    def movable(self) -> bool:
        return may_move(self.status)


def move_label(local: datetime, text: str) -> str:
    """What the way to another time is called, of a post at that time of the reader's zone."""
    return _("Move %(at)s, %(text)s") % {"at": f"{local:%H:%M}", "text": text}


def rows(
    team: Team,
    *,
    start: datetime,
    end: datetime,
    zone: str,
    per_day: int,
    whole: Whole | None = None,
    filters: Filters = NOTHING,
) -> list[Row]:
    """What is due from `start` up to `end`, by days of `zone`, in one statement: the first posts of
    each day, and a page of the one that is shown as a whole.

    Filtered by channel, a post is there only for when it goes out on one of these.
    """
    bounds, known = _days(start, end, ZoneInfo(zone))
    window = {"start": start, "end": end, "bounds": bounds, "days": known}
    window |= {"most": per_day, "room": None}
    return _fetch(team, filters, window, whole)


def rows_by_hour(
    team: Team,
    *,
    start: datetime,
    end: datetime,
    zone: str,
    per_hour: int,
    room: int | None = None,
    filters: Filters = NOTHING,
) -> list[Row]:
    """The same by hours of `zone`: a post is in each hour that something of it goes out. Where
    these are more than there is `room` for, the first of each hour.
    """
    bounds, known = _hours(start, end, ZoneInfo(zone))
    window = {"start": start, "end": end, "bounds": bounds, "days": known}
    window |= {"most": per_hour, "room": room}
    return _fetch(team, filters, window, None)


type _Parts = tuple[list[datetime], list[date]]


@lru_cache(maxsize=64)
def _days(start: datetime, end: datetime, zone: ZoneInfo) -> _Parts:
    """When each day begins there, and which it is; `start` itself is in the first of them."""
    first, last = start.astimezone(zone).date(), end.astimezone(zone).date()
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    # With their offsets: a time of a zone that is skipped there has no other way to be written.
    return [datetime.combine(day, time(), zone).astimezone(UTC) for day in days], days


@lru_cache(maxsize=64)
def _hours(start: datetime, end: datetime, zone: ZoneInfo) -> _Parts:
    """The same by the hour. One that comes twice is two, and one may be shorter than the others."""
    bounds: list[datetime] = []
    days: list[date] = []
    before: tuple[date, int, int] | None = None
    moment = start.astimezone(UTC)
    while moment < end:
        local = moment.astimezone(zone)
        here = (local.date(), local.hour, local.fold)
        if here != before:
            bounds.append(moment)
            days.append(local.date())
        before, moment = here, moment + _STEP
    return bounds, days


def _fetch(team: Team, filters: Filters, window: dict[str, Any], whole: Whole | None) -> list[Row]:
    try:
        narrowed, values = _narrowed(team, filters)
    except EmptyResultSet:
        return []
    page = {
        "whole": whole.day if whole else None,
        "skip": whole.skip if whole else 0,
        "page": whole.per_page if whole else 0,
    }
    with connection.cursor() as cursor:
        cursor.execute(_PLANNED.format(**narrowed), {"team": team.pk, **window, **page, **values})
        return [Row(*row) for row in cursor.fetchall()]


def _narrowed(team: Team, filters: Filters) -> tuple[dict[str, str], dict[str, Any]]:
    """What the filters add to the statement, and the values in it."""
    if not filters:
        return {"join": "", "of_deliveries": "", "of_posts": ""}, {}
    posts = Post.objects.for_team(team)
    like, values = _condition(narrow(posts, team, filters), "post")
    join = on = ""
    if filters.by_channel:
        where, more = _condition(channels(team, filters), "channel")
        on = f"AND d.channel_id = ANY(ARRAY(SELECT id FROM publishers_channel WHERE {where}))"
        values |= more
    if filters.of_posts:
        own, more = _condition(narrow(posts, team, filters.of_posts), "own")
        values |= more
        one = f"SELECT 1 FROM posts_post WHERE id = d.post_id AND {own} LIMIT 1"
        join = f"CROSS JOIN LATERAL ({one}) p"
    return {"join": join, "of_deliveries": on, "of_posts": f"AND {like}"}, values


def _condition[M: Model](found: QuerySet[M], name: str) -> tuple[str, dict[str, Any]]:
    """What `found` asks of its own table, with names for the values."""
    sql, values = found.query.get_compiler(connection=connection).compile(found.query.where)
    named = {f"{name}{n}": value for n, value in enumerate(values)}
    return sql % tuple(f"%({key})s" for key in named), named


def attach(found: Iterable[Row], cards: Mapping[int, Card]) -> list[Planned]:
    """The rows with their cards; a post that vanished in between is left out."""
    return [
        Planned(
            cards[row.post_id].on(row.channels) if row.channels else cards[row.post_id],
            row.day,
            row.at,
            status_of(cards[row.post_id].post.stage, row.states, at_risk=row.at_risk),
            row.of_day,
        )
        for row in found
        if row.post_id in cards
    ]
