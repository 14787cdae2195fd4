"""The board in lanes: its seven columns once more for each person, campaign or channel."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BigIntegerField, CharField, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce, Lower, NullIf

from accounts.models import Membership, Team, User
from calendar_app.grouping import NOBODY, Place, in_lane
from calendar_app.queries.board import BoardCard, Column, cards_in, in_column
from calendar_app.queries.counts import TITLES, Counts, counted, counted_whole
from posts.models import Campaign, Post
from posts.queries.filters import NOTHING, Filters, channels, narrow

PER_PAGE = 6
PER_CELL = 4


@dataclass(frozen=True)
class Lane:
    """`pk` None where there is nobody, no campaign or no channel."""

    pk: int | None
    place: Place
    name: str
    platform: str
    cells: list[Column]

    def __str__(self) -> str:
        return self.name

    @property
    def key(self) -> str:
        return self.place.key

    @property
    def total(self) -> int:
        return sum(cell.total for cell in self.cells)


@dataclass(frozen=True)
class Lanes:
    """One page of them. `heads` are the columns of all lanes together, without cards."""

    group: str
    heads: list[Column]
    lanes: list[Lane]
    page: int
    more: bool


class Row(NamedTuple):
    """`last` is 1 for the lane without an id; `cells` the ids in each column."""

    last: int
    low: str
    pk: int
    name: str
    platform: str
    cells: tuple[list[int], ...]

    @property
    def by_column(self) -> list[tuple[str, list[int]]]:
        return list(zip(TITLES, self.cells, strict=True))


def lanes(team: Team, group: str, page: int = 1, filters: Filters = NOTHING) -> Lanes:
    """In five statements, however many lanes and posts there are."""
    posts = narrow(Post.objects.for_team(team), team, filters)
    counts = counted(posts, team, filters, group) if filters else counted_whole(team, group)
    named, nobody = _rows(posts, team, group, page, counts, filters)
    more = len(named) > PER_PAGE
    shown = named[:PER_PAGE] if more else [*named, *nobody]
    columns = {pk: key for row in shown for key, ids in row.by_column for pk in ids}
    found = cards_in(team, columns)
    heads = [
        Column(key, [], counts.totals[key], 0, counts.limits.get(key), counts.beyond(key))
        for key in TITLES
    ]
    return Lanes(group, heads, [_lane(row, group, counts, found) for row in shown], page, more)


def _rows(
    posts: QuerySet[Post], team: Team, group: str, page: int, counts: Counts, filters: Filters
) -> tuple[list[Row], list[Row]]:
    """One lane more than a page has, by name; and the one without an id, if there is one."""
    skip = (page - 1) * PER_PAGE
    parts = [
        _told(_named(team, group, counts, filters), posts, team, group, OuterRef("pk"))
        .annotate(last=Value(0))
        .order_by("low", "of")
        .values_list(*_COLUMNS)[skip : skip + PER_PAGE + 1]
    ]
    if None in counts.lanes or not (filters or group == "channel"):
        alone = Team.objects.filter(pk=team.pk).annotate(
            called=Value("", CharField()), where=Value("", CharField())
        )
        told = _told(alone, posts, team, group, None).annotate(last=Value(1))
        parts.append(told.values_list(*_COLUMNS))
    first, *others = parts
    every = first.union(*others, all=True).order_by("last", "low", "of") if others else first
    rows = [Row(row[0], row[1], row[2], row[3], row[4], row[5:]) for row in every]
    return [row for row in rows if not row.last], [row for row in rows if row.last]


_COLUMNS = ("last", "low", "of", "called", "where", *(f"in_{key}" for key in TITLES))


def _told(
    rows: QuerySet[Any], posts: QuerySet[Post], team: Team, group: str, lane: Any
) -> QuerySet[Any]:
    """With the newest posts of each column in that lane."""
    there = in_lane(posts, group, lane)
    cells = {
        f"in_{key}": ArraySubquery(
            there.filter(in_column(team, key))
            .order_by("-updated_at", "-pk")
            .values("pk")[:PER_CELL]
        )
        for key in TITLES
    }
    of = Value(0, BigIntegerField()) if lane is None else F("pk")
    told: QuerySet[Any] = rows.annotate(of=of, low=Lower("called"), **cells)
    return told


def _named(team: Team, group: str, counts: Counts, filters: Filters) -> QuerySet[Any]:
    """What there are lanes of: of people everybody in the team, unless something is looked for."""
    seen = [pk for pk in counts.lanes if pk is not None]
    rows: QuerySet[Any]
    if group == "assignee":
        wanted = Q(pk__in=seen)
        if not filters:
            wanted |= Q(pk__in=Membership.objects.for_team(team).values("user"))
        rows, name, spare = User.objects.filter(wanted), "name", "email"
    elif group == "channel":
        rows, name, spare = channels(team, filters).filter(pk__in=seen), "name", "handle"
    else:
        rows, name, spare = Campaign.objects.for_team(team).filter(pk__in=seen), "name", "name"
    platform: Any = F("platform") if group == "channel" else Value("", CharField())
    called = Coalesce(NullIf(name, Value("")), spare, output_field=CharField())
    return rows.annotate(called=called, where=platform)


def _lane(row: Row, group: str, counts: Counts, found: Mapping[int, BoardCard]) -> Lane:
    pk = None if row.last else row.pk
    place = Place(group, pk)
    totals = counts.lanes.get(pk) or dict.fromkeys(TITLES, 0)
    # On several channels it is several cards, which a page must tell apart.
    suffix = f"-{place.key}" if group == "channel" else ""
    cells = []
    for key, ids in row.by_column:
        cards = [replace(found[pk], suffix=suffix) for pk in ids if pk in found]
        cells.append(Column(key, cards, totals[key], len(ids)))
    return Lane(pk, place, str(NOBODY[group]) if row.last else row.name, row.platform, cells)
