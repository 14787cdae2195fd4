"""The list: posts one under the other, a page at a time, however many there are.

A page begins beside a place, which is what its neighbour's row is sorted by: pages are found by an
index, and none repeats or drops a post because others came or went.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from typing import Any

from django.db.models import Q, QuerySet, Value
from django.utils import timezone

from accounts.models import Team
from calendar_app.queries.conflicts import NONE, Noted, of_list
from posts.models import Post
from posts.queries.cards import Card, cards
from posts.queries.filters import NOTHING, Filters, narrow
from posts.queries.status import may_move, status_of, troubled
from posts.states import Stage

PER_PAGE = 50
# How each order is read: the column, and whether the greatest is first.
SORTS = {
    "time": ("planned_at", False),
    "latest": ("planned_at", True),
    "changed": ("updated_at", True),
    "status": ("updated_at", True),
}
# What the order of status reads one after the other; what needs somebody is first.
_STAGES = (
    None,
    Stage.IDEA,
    Stage.DRAFTING,
    Stage.CHANGES_REQUESTED,
    Stage.IN_REVIEW,
    Stage.APPROVED,
    Stage.SCHEDULED,
    Stage.DONE,
)
_CALLED = [status_of(stage) if stage else "attention" for stage in _STAGES]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_PLACE = re.compile(r"([0-9]{1,2})\.([0-9]{1,16})\.([0-9]{1,18})")


@dataclass(frozen=True, order=True)
class Place:
    """Where a row stands: the rank of its part, then microseconds since 1970, then its id."""

    rank: int
    moment: int
    pk: int

    def __str__(self) -> str:
        return f"{self.rank}.{self.moment}.{self.pk}"

    @property
    def at(self) -> datetime:
        return _EPOCH + self.moment * _MICROSECOND


def parse_place(text: str) -> Place | None:
    """Read what `str` wrote; None for anything else."""
    found = _PLACE.fullmatch(text) if text.isascii() else None
    return Place(*(int(part) for part in found.groups())) if found else None


def place_of(moment: datetime) -> Place:
    """Just before everything at that moment, in the order of time."""
    return Place(0, (moment - _EPOCH) // _MICROSECOND, 0)


@dataclass(frozen=True)
class Wanted:
    """`sort` is one of SORTS; a post is planned from `start` up to `end`, where they are given.

    `beside`: the page follows this place, or with `back` ends there.
    """

    sort: str
    filters: Filters = NOTHING
    start: datetime | None = None
    end: datetime | None = None
    beside: Place | None = None
    back: bool = False


@dataclass(frozen=True)
class Item:
    card: Card
    status: str
    place: Place
    noted: Noted = NONE

    @property
    def day(self) -> date | None:
        """In the reader's zone, where it has a time."""
        at = self.card.post.planned_at
        return timezone.localdate(at) if at else None

    @property
    def movable(self) -> bool:
        return may_move(self.status)


@dataclass(frozen=True)
class Group:
    """The rows of one day, or of one status."""

    day: date | None
    status: str
    items: list[Item]
    noted: Noted = NONE


@dataclass(frozen=True)
class Page:
    """`before` and `after`: the places of the pages around this one, where there are such."""

    groups: list[Group]
    before: Place | None
    after: Place | None


def page(team: Team, wanted: Wanted) -> Page:
    """In seven statements at most."""
    places = _places(team, wanted, PER_PAGE + 1)
    further = len(places) > PER_PAGE
    places = sorted(places[:PER_PAGE], key=lambda p: _position(wanted.sort, p))
    behind = wanted.beside is not None and _has(team, wanted)
    before, after = (further, behind) if wanted.back else (behind, further)
    if places:
        ends = (places[0] if before else None, places[-1] if after else None)
    else:
        ends = (wanted.beside if before else None, wanted.beside if after else None)
    groups = _groups(wanted.sort, _items(team, places))
    return Page(_noted(team, groups) if groups else [], *ends)


def _position(sort: str, place: Place) -> tuple[int, int, int]:
    sign = -1 if SORTS[sort][1] else 1
    return place.rank, sign * place.moment, sign * place.pk


def _has(team: Team, wanted: Wanted) -> bool:
    """Whether anything is on the other side of the place, where the page is not."""
    return bool(_places(team, replace(wanted, back=not wanted.back), 1))


def _places(team: Team, wanted: Wanted, limit: int) -> list[Place]:
    """The nearest places in the direction that is asked for, in one statement."""
    column, descending = SORTS[wanted.sort]
    downward = descending != wanted.back
    order = [f"-{column}", "-pk"] if downward else [column, "pk"]
    reads: list[QuerySet[Any, Any]] = []
    for rank, part in enumerate(_parts(team, wanted)):
        bound = _bound(wanted, rank, column, "lt" if downward else "gt")
        if bound is not None:
            ranked = part.filter(bound).annotate(rank=Value(rank)).order_by(*order)
            reads.append(ranked.values_list("rank", column, "pk")[:limit])
    if not reads:
        return []
    rows = reads[0].union(*reads[1:], all=True) if len(reads) > 1 else reads[0]
    found = [Place(rank, (at - _EPOCH) // _MICROSECOND, pk) for rank, at, pk in rows]
    found.sort(key=lambda place: _position(wanted.sort, place), reverse=wanted.back)
    return found[:limit]


def _parts(team: Team, wanted: Wanted) -> list[QuerySet[Post]]:
    """What is read one after the other: a part for each status, else one with everything."""
    posts = narrow(Post.objects.for_team(team), team, wanted.filters)
    if wanted.start:
        posts = posts.filter(planned_at__gte=wanted.start)
    if wanted.end:
        posts = posts.filter(planned_at__lt=wanted.end)
    if wanted.sort != "status":
        timed = SORTS[wanted.sort][0] == "planned_at"
        return [posts.filter(planned_at__isnull=False) if timed else posts]
    trouble = troubled(team)
    return [posts.filter(Q(stage=stage) & ~trouble if stage else trouble) for stage in _STAGES]


def _bound(wanted: Wanted, rank: int, column: str, than: str) -> Q | None:
    """What of a part is beyond the place, in the direction of reading; None for nothing of it."""
    place = wanted.beside
    if place is None or (rank < place.rank if wanted.back else rank > place.rank):
        return Q()
    if rank != place.rank:
        return None
    # The first condition says nothing more than the others, but an index can begin there.
    beyond = Q((f"{column}__{than}", place.at)) | Q((column, place.at), (f"pk__{than}", place.pk))
    return Q((f"{column}__{than}e", place.at)) & beyond


def _items(team: Team, places: Iterable[Place]) -> list[Item]:
    ordered = list(places)
    found = cards(team, [place.pk for place in ordered], states=True)
    return [_item(found[place.pk], place) for place in ordered if place.pk in found]


def _item(card: Card, place: Place) -> Item:
    return Item(card, card.status(card.states, at_risk=card.at_risk), place)


def _groups(sort: str, items: list[Item]) -> list[Group]:
    if sort == "status":
        parts = groupby(items, key=lambda item: item.place.rank)
        return [Group(None, _CALLED[rank], list(rows)) for rank, rows in parts]
    days = groupby(items, key=lambda item: timezone.localdate(item.place.at))
    return [Group(day, "", list(rows)) for day, rows in days]


def _noted(team: Team, groups: list[Group]) -> list[Group]:
    """With what speaks against them. A day says it for its rows; other rows say it themselves."""
    rows = [item for group in groups for item in group.items]
    days = {item.day for item in rows if item.day}
    found = of_list(team, [item.card.post.pk for item in rows], days)

    def told(item: Item, *, dated: bool) -> Item:
        noted = found.posts.get(item.card.post.pk, NONE)
        there = found.days[item.day].blackouts if item.day and not dated else ()
        return replace(item, noted=replace(noted, blackouts=there))

    return [
        replace(
            group,
            items=[told(item, dated=group.day is not None) for item in group.items],
            noted=found.days.get(group.day, NONE) if group.day else NONE,
        )
        for group in groups
    ]
