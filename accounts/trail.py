"""The audit log as its page and its file show it: narrowed, a page at a time, in sentences.

A page is read from where the last one ended, by an index for each filter, so that the millionth
entry costs what the first does.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Q
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.text import Truncator
from django.utils.translation import get_language, ngettext, override
from django.utils.translation import gettext as _

from accounts.labels import field_label, via_label
from accounts.models import AuditEntry, Team, User
from accounts.models.audit import AuditQuerySet
from accounts.verbs import VERBS
from ui import dates
from ui.formulas import harmless

PER_PAGE = 50
MOST_ROWS = 200_000
_AT_ONCE = 1000
_GAP = "%(subject)s"


class Place(NamedTuple):
    """Where a page ended."""

    at: datetime
    id: int

    def __str__(self) -> str:
        return f"{self.at.isoformat()}_{self.id}"


def parse_place(text: str) -> Place | None:
    at, _sign, number = text.partition("_")
    try:
        moment = parse_datetime(at)
    except ValueError:
        return None
    if moment is None or timezone.is_naive(moment) or not number.isdecimal() or len(number) > 18:
        return None
    return Place(moment, int(number))


@dataclass(frozen=True)
class Wanted:
    """`who` 0: nobody with an account. `about`: kind and number of a thing. `days` None: all."""

    who: int | None = None
    kind: str = ""
    about: tuple[str, int] | None = None
    days: int | None = None

    @property
    def narrowed(self) -> bool:
        return self != Wanted()


@dataclass(frozen=True)
class Change:
    name: str
    before: str
    after: str


@dataclass(frozen=True)
class Row:
    """`start`, `subject` and `end` are the sentence that stands after the person's name."""

    entry: AuditEntry
    start: str
    subject: str
    end: str
    changes: list[Change]

    @property
    def sentence(self) -> str:
        return f"{self.start}{self.subject}{self.end}".strip()

    @property
    def about(self) -> str:
        entry = self.entry
        return f"{entry.subject_type}:{entry.subject_id}" if entry.subject_id else ""

    @property
    def brief(self) -> str:
        """The first thing that changed, in a few words."""
        known = (change for change in self.changes if change.before or change.after)
        first = next(known, None)
        if first is None:
            return ""
        said = " → ".join(filter(None, [first.before, first.after]))
        return Truncator(f"{first.name}: {said}").chars(90)

    @property
    def via(self) -> str:
        return via_label(self.entry.via)


@dataclass(frozen=True)
class Page:
    rows: list[Row]
    more: Place | None


def entries(team: Team, wanted: Wanted) -> AuditQuerySet:
    found = AuditEntry.objects.for_team(team)
    if wanted.who is not None:
        found = found.filter(actor_id=wanted.who or None)
    if wanted.kind:
        found = found.filter(kind=wanted.kind)
    if wanted.about:
        found = found.filter(subject_type=wanted.about[0], subject_id=wanted.about[1])
    if wanted.days:
        found = found.filter(at__gte=timezone.now() - timedelta(days=wanted.days))
    return found.order_by("-at", "-id")


def page(team: Team, wanted: Wanted, after: Place | None) -> Page:
    """In one statement."""
    found = list(_after(entries(team, wanted), after)[: PER_PAGE + 1])
    shown = found[:PER_PAGE]
    more = Place(shown[-1].at, shown[-1].pk) if len(found) > PER_PAGE else None
    return Page([row(entry) for entry in shown], more)


def people(team: Team, chosen: int | None) -> list[tuple[int, str]]:
    """The members, and whoever is chosen although they have left."""
    members = User.objects.filter(memberships__team=team).order_by("name", "pk")[:200]
    listed = [(user.pk, str(user)) for user in members]
    if chosen and chosen not in dict(listed):
        left = AuditEntry.objects.for_team(team).filter(actor_id=chosen).order_by("-at").first()
        listed += [(chosen, left.actor_name)] if left else []
    return listed


def _after(found: AuditQuerySet, place: Place | None) -> AuditQuerySet:
    if place is None:
        return found
    # The first half is what the index is searched by.
    same = Q(at__lt=place.at) | Q(id__lt=place.id)
    return found.filter(same, at__lte=place.at)


# -- in words


def row(entry: AuditEntry) -> Row:
    declared = VERBS.get(entry.verb)
    start, gap, end = str(declared.sentence if declared else entry.verb).partition(_GAP)
    return Row(entry, start, _subject(entry) if gap else "", end, changes(entry))


def _subject(entry: AuditEntry) -> str:
    count = entry.after.get("count")
    if entry.subject or not isinstance(count, int):
        return entry.subject or _("something that is gone")
    if entry.subject_type == "media":
        words = ngettext("%(n)s file", "%(n)s files", count)
    else:
        words = ngettext("%(n)s post", "%(n)s posts", count)
    return words % {"n": count}


def changes(entry: AuditEntry) -> list[Change]:
    names = dict.fromkeys([*entry.before, *entry.after])
    return [
        Change(field_label(name), _shown(entry.before.get(name)), _shown(entry.after.get(name)))
        for name in names
    ]


def _shown(value: Any) -> str:
    match value:
        case None | "" | [] | {}:
            return ""
        case bool():
            return _("yes") if value else _("no")
        case list():
            return ", ".join(map(_shown, value))
        case dict():
            return ", ".join(f"{name}: {_shown(inner)}" for name, inner in value.items())
        case str() if "T" in value and (at := _moment(value)):
            return dates.written(timezone.localtime(at), "D j M Y, H:i")
    return str(value)


def _moment(text: str) -> datetime | None:
    try:
        at = parse_datetime(text)
    except ValueError:
        return None
    return at if at and timezone.is_aware(at) else None


# -- as a file

HEADINGS = (
    "at", "who", "who_id", "act", "kind", "what", "object", "object_id", "name", "before", "after",
    "via", "ip", "agent",
)  # fmt: skip


def lines(team: Team, wanted: Wanted) -> Iterator[list[str]]:
    """Newest first, at most MOST_ROWS, in the language that is active now."""
    language, place, left = get_language(), None, MOST_ROWS
    while left > 0:
        some = list(_after(entries(team, wanted), place)[: min(_AT_ONCE, left)])
        with override(language):
            written = [_line(entry) for entry in some]
        yield from written
        if len(some) < _AT_ONCE:
            return
        place, left = Place(some[-1].at, some[-1].pk), left - len(some)


def _line(entry: AuditEntry) -> list[str]:
    said = (
        entry.at.isoformat(timespec="seconds"), entry.actor_name, entry.actor_id, entry.verb,
        entry.kind, row(entry).sentence, entry.subject_type, entry.subject_id, entry.subject,
        _json(entry.before), _json(entry.after), entry.via, entry.ip, entry.agent,
    )  # fmt: skip
    return [harmless("" if value is None else str(value)) for value in said]


def _json(facts: Mapping[str, Any]) -> str:
    return json.dumps(facts, ensure_ascii=False) if facts else ""
