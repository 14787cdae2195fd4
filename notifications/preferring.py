"""Keeping what a person chose. Called by the page of it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django_stubs_ext import StrOrPromise

from accounts.models import User
from notifications import wishes
from notifications.kinds import EMAIL, GROUPS, KINDS, WAYS, Kind
from notifications.models import Habits, Preference, Sending


@dataclass(frozen=True)
class Cell:
    """One box: a kind by a way. `open`: it is a choice at all; `always`: it comes whatever."""

    name: str
    way: StrOrPromise
    checked: bool
    open: bool
    always: bool


@dataclass(frozen=True)
class Row:
    title: StrOrPromise
    cells: list[Cell]


def matrix(theirs: wishes.Wishes) -> list[tuple[StrOrPromise, list[Row]]]:
    """What the page shows: for each group its kinds, for each kind its ways."""
    shown: dict[str, list[Row]] = {}
    for kind in KINDS.values():
        if kind.title:
            cells = [_cell(kind, way, theirs) for way in WAYS]
            shown.setdefault(kind.group, []).append(Row(kind.title, cells))
    return [(GROUPS[group], shown[group]) for group in GROUPS if group in shown]


def _cell(kind: Kind, way: str, theirs: wishes.Wishes) -> Cell:
    return Cell(
        name=f"{kind.id}.{way}",
        way=WAYS[way],
        checked=theirs.chosen.get((kind.id, way), kind.travels(way)),
        open=kind.can_travel(way),
        always=kind.must and way == EMAIL,
    )


@transaction.atomic
def save(*, user: User, habits: Habits, ticked: Collection[str]) -> None:
    """`ticked`: the names of the boxes. Only what differs from the rule is kept."""
    habits.user = user
    habits.save()
    Preference.objects.filter(user=user).delete()
    Preference.objects.bulk_create(
        Preference(user=user, kind=kind.id, way=way, wanted=wanted)
        for kind in KINDS.values()
        for way in WAYS
        if kind.title and kind.can_travel(way)
        if (wanted := f"{kind.id}.{way}" in ticked) != kind.travels(way)
    )
    _follow(user)


def _follow(user: User) -> None:
    """What was gathered at another pace comes at the new one."""
    at: datetime = wishes.of_one(user.pk).digest_at(timezone.now())
    gathered = Sending.objects.filter(message__user=user, state=Sending.State.GATHERED)
    gathered.filter(digest=None).update(run_at=at)
