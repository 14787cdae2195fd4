"""Posts by the day or hour they go out, however many there are: counted, and fetched a few of each.

Read by the calendar: `rows` finds what to show, queries/cards.py fetches it, `attach` joins both.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from accounts.models import Team
from posts.models import Post
from posts.queries.cards import Card
from posts.queries.days import BY_CHANNEL, BY_POST, WANTED
from posts.queries.filters import NOTHING, Filters, channels, narrow
from posts.queries.statement import fetch_all
from posts.queries.status import may_move

# All offsets of zones, and all changes of them, are of so many.
_STEP = timedelta(minutes=15)


class Row(NamedTuple):
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
        statement, values = _narrowed(team, filters)
    except EmptyResultSet:
        return []
    page = {
        "whole": whole.day if whole else None,
        "skip": whole.skip if whole else 0,
        "page": whole.per_page if whole else 0,
    }
    known = {"team": team.pk, **window, **page, **values}
    return list(map(Row._make, fetch_all(statement, known)))


def _narrowed(team: Team, filters: Filters) -> tuple[str, dict[str, Any]]:
    """The statement with what the filters ask for, and the values in it."""
    posts = Post.objects.for_team(team)
    said = {"join": "", "wanted": "true", "of_posts": "", "of_deliveries": ""}
    values: dict[str, Any] = {}
    if filters:
        like, values = _condition(narrow(posts, team, filters), "post")
        said["of_posts"] = f"AND {like}"
    if filters.by_channel:
        where, more = _condition(channels(team, filters), "channel")
        one_of = f"ANY(ARRAY(SELECT id FROM publishers_channel WHERE {where}))"
        said["of_deliveries"], values = f"AND d.channel_id = {one_of}", values | more
    if filters.of_posts:
        own, more = _condition(narrow(posts, team, filters.of_posts), "own")
        one = f"SELECT 1 FROM posts_post WHERE id = d.post_id AND {own} LIMIT 1"
        said["join"], values = f"CROSS JOIN LATERAL ({one}) p", values | more
        said["wanted"] = WANTED.format(own=own)
    return (BY_CHANNEL if filters.by_channel else BY_POST).format(**said), values


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
            cards[row.post_id].status(row.states, at_risk=row.at_risk),
            row.of_day,
        )
        for row in found
        if row.post_id in cards
    ]
