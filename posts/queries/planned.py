"""Posts by the day or hour they go out, however many there are: counted, and fetched a few of each.

Read by the calendar: `rows` finds what to show, queries/cards.py fetches it, `attach` joins both.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Model, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Team
from posts.models import Post
from posts.queries.cards import Card
from posts.queries.filters import NOTHING, Filters, channels, narrow
from posts.queries.status import may_move, status_of

# Only of what is shown is more read than when it goes out.
_PLANNED = """
WITH due AS MATERIALIZED (
  SELECT d.post_id, d.due_at, (d.due_at AT TIME ZONE %(zone)s)::date AS day,
         CASE WHEN %(hourly)s THEN date_trunc('hour', d.due_at, %(zone)s) END AS hour
  FROM posts_delivery d {join}
  WHERE d.team_id = %(team)s AND d.due_at >= %(start)s AND d.due_at < %(end)s
    AND d.state <> 'cancelled' {of_deliveries}),
item AS (
  SELECT post_id, day, hour, min(due_at) AS at, true AS given FROM due GROUP BY 1, 2, 3
  UNION ALL
  SELECT id, (planned_at AT TIME ZONE %(zone)s)::date,
         CASE WHEN %(hourly)s THEN date_trunc('hour', planned_at, %(zone)s) END,
         planned_at, false
  FROM posts_post
  WHERE team_id = %(team)s AND trashed_at IS NULL
    AND planned_at >= %(start)s AND planned_at < %(end)s {of_posts}
    -- First without those that are known to have one.
    AND id NOT IN (SELECT post_id FROM due)
    AND NOT EXISTS (
      SELECT 1 FROM posts_delivery d
      WHERE d.post_id = posts_post.id AND d.due_at IS NOT NULL AND d.state <> 'cancelled')),
shown AS MATERIALIZED (
  SELECT * FROM (
    SELECT item.*, row_number() OVER (PARTITION BY day, hour ORDER BY at, post_id) AS nth,
           count(*) OVER (PARTITION BY day, hour) AS of_day
    FROM item) ranked
  WHERE nth <= %(most)s
    OR day = %(whole)s::date AND nth > %(skip)s AND nth <= %(skip)s + %(page)s)
SELECT s.post_id, s.day, s.at, coalesce(g.channels, '{{}}'), coalesce(g.states, '{{}}'),
       coalesce(g.at_risk, false), s.of_day, s.nth
FROM shown s
LEFT JOIN LATERAL (
  SELECT array_agg(DISTINCT d.channel_id) AS channels, array_agg(DISTINCT d.state) AS states,
         bool_or(d.state = 'queued' AND d.warning <> '') AS at_risk
  FROM posts_delivery d
  WHERE d.post_id = s.post_id AND d.due_at >= %(start)s AND d.due_at < %(end)s
    AND (d.due_at AT TIME ZONE %(zone)s)::date = s.day AND d.state <> 'cancelled'
    AND (s.hour IS NULL OR date_trunc('hour', d.due_at, %(zone)s) = s.hour) {of_deliveries}
  ) g ON s.given
ORDER BY s.at, s.post_id
"""


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

    @property
    def local(self) -> datetime:
        """`at` in the reader's zone."""
        return timezone.localtime(self.at)

    @property
    def move_label(self) -> str:
        words = {"at": f"{self.local:%H:%M}", "text": self.card.line}
        return _("Move %(at)s, %(text)s") % words


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
    window = {"start": start, "end": end, "zone": zone, "most": per_day, "hourly": False}
    return _fetch(team, filters, window, whole)


def rows_by_hour(
    team: Team,
    *,
    start: datetime,
    end: datetime,
    zone: str,
    per_hour: int,
    filters: Filters = NOTHING,
) -> list[Row]:
    """The same by hours of `zone`: a post is in each hour that something of it goes out."""
    window = {"start": start, "end": end, "zone": zone, "most": per_hour, "hourly": True}
    return _fetch(team, filters, window, None)


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
    like, values = _condition(narrow(Post.objects.for_team(team), team, filters), "post")
    on = ""
    if filters.by_channel:
        where, more = _condition(channels(team, filters), "channel")
        on = f"AND d.channel_id IN (SELECT id FROM publishers_channel WHERE {where})"
        values |= more
    join = f"JOIN posts_post ON posts_post.id = d.post_id AND {like}"
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
