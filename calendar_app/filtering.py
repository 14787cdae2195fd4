"""Filters as people meet them: read from an address, told as chips, written into links.

Called by every view of the calendar and the board.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.http import TeamRequest
from accounts.models import Team
from calendar_app.grouping import group_of
from posts import filterform
from posts.filterform import Asked, FilterForm
from posts.queries.filters import Filters
from posts.queries.values import Choice
from publishers import registry
from ui.templatetags.ui import status_label

LONGEST_QUERY = 2000
_PLAIN = re.compile(r"[a-z0-9-]{1,10}")


@dataclass(frozen=True)
class Field(filterform.Field):
    """One filter, and what it is called."""

    label: Any
    every: Any
    icon: str


_CALLED: dict[str, tuple[Any, Any, str]] = {
    "channel": (_("Channel"), _("All channels"), "radio-tower"),
    "platform": (_("Platform"), _("All platforms"), "share"),
    "status": (_("Status"), _("All statuses"), "gauge"),
    "tag": (_("Tag"), _("All tags"), "tag"),
    "author": (_("Author"), _("All authors"), "user-round"),
    "assignee": (_("Assignee"), _("All assignees"), "user-plus"),
    "campaign": (_("Campaign"), _("All campaigns"), "flag"),
}
FIELDS = tuple(
    Field(one.name, one.attribute, one.kind, *_CALLED[one.name]) for one in filterform.FIELDS
)
# What has filters, by the name of its address.
PAGES: dict[str, Any] = {
    "month": _("Month"),
    "week": _("Week"),
    "day": _("Day"),
    "list": _("List"),
    "board": _("Board"),
}
BY_NAME = {one.name: one for one in FIELDS}
# What may be laid over the calendar besides its posts.
OVERLAYS = ("free", "best")


@dataclass(frozen=True)
class Value:
    """One value of a field, with its name; a channel's platform tells it from its namesakes.
    `on` where it is asked for.
    """

    value: str
    label: str
    platform: str = ""
    where: str = ""
    on: bool = True

    @property
    def off(self) -> "Value":
        return replace(self, on=False)


@dataclass(frozen=True)
class Chip:
    """What is asked for, of the field `said`; `without` is the address that does not ask."""

    name: str
    one: Value
    said: str
    without: str


@dataclass(frozen=True)
class Pick:
    field: Field
    values: list[Value]


@dataclass(frozen=True)
class Bar:
    """The filters of a page. `keep` is what else its address says, and its form sends along; `laid`
    are those of OVERLAYS that are on.
    """

    path: str
    filters: Filters
    picks: list[Pick]
    keep: dict[str, str] = field(default_factory=dict)
    asked: bool = False
    laid: tuple[str, ...] = ()

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The filters alone, in their stable order."""
        found = [(pick.field.name, value.value) for pick in self.picks for value in pick.values]
        return found + ([("q", self.filters.text)] if self.filters.text else [])

    @property
    def many(self) -> int:
        """How many values are chosen, of all fields."""
        return sum(len(pick.values) for pick in self.picks)

    @property
    def query(self) -> str:
        """To hang onto another page's address: "?status=draft", or nothing."""
        return f"?{urlencode(self._carried)}" if self._carried else ""

    @property
    def tail(self) -> str:
        """To hang onto an address that has a query: "&status=draft", or nothing."""
        return f"&{urlencode(self._carried)}" if self._carried else ""

    @property
    def further(self) -> str:
        """All of it, to hang onto the address of a page about filters that has a query."""
        kept = [(name, value) for name, value in self.keep.items() if value]
        return f"&{urlencode(kept)}{self.tail}" if kept else self.tail

    @property
    def _carried(self) -> list[tuple[str, str]]:
        return self.pairs + [(name, "1") for name in self.laid]

    @property
    def switched(self) -> dict[str, str]:
        """By name the address with that overlay, or without it where it is on."""
        on = {name: {*self.laid} ^ {name} for name in OVERLAYS}
        return {
            name: replace(self, laid=tuple(one for one in OVERLAYS if one in on[name])).here
            for name in OVERLAYS
        }

    @property
    def here(self) -> str:
        """This page's address, without anything that nobody knows."""
        return self._address(self.pairs)

    @property
    def here_query(self) -> str:
        return self.here.partition("?")[2]

    @property
    def clear(self) -> str:
        return self._address([])

    @property
    def chips(self) -> list[Chip]:
        found = [
            Chip(name, one, str(pick.field.label), self._without(name, one.value))
            for pick in self.picks
            for name in [pick.field.name]
            for one in pick.values
        ]
        text = self.filters.text
        if text:
            found.append(Chip("q", Value(text, f"“{text}”"), "", self._without("q", text)))
        return found

    def _without(self, name: str, value: str) -> str:
        return self._address([pair for pair in self.pairs if pair != (name, value)])

    def _address(self, pairs: list[tuple[str, str]]) -> str:
        kept = [(name, value) for name, value in self.keep.items() if value]
        query = urlencode([*kept, *pairs, *((name, "1") for name in self.laid)])
        return f"{self.path}?{query}" if query else self.path


def kept(team: Team, query: str) -> str:
    """What is worth keeping of an address: its filters, and how list and board are read."""
    said = QueryDict(query)
    extras = {
        name: said[name] for name in ("sort", "from", "to") if _PLAIN.fullmatch(said.get(name, ""))
    }
    extras["group"] = group_of(said.get("group", ""))
    return read(team, said, path="", keep=extras).here_query


def bar_of(request: TeamRequest, **keep: str) -> Bar:
    """The filters in the address of this page, whose form sends `keep` along."""
    asked = request.htmx.trigger == "filters"
    return read(request.team, request.GET, path=request.path, keep=keep, asked=asked)


def bar_shown(request: TeamRequest) -> Bar:
    """The filters of the page that the browser shows while it asks for something else."""
    return read(request.team, QueryDict(query_shown(request)), path=request.path)


def query_shown(request: TeamRequest) -> str:
    """What stands behind the question mark there; nothing if it is too long to be ours."""
    page = (request.htmx.current_url_abs_path or "").partition("#")[0]
    query = page.partition("?")[2]
    return query if len(query) <= LONGEST_QUERY else ""


def read(
    team: Team,
    query: QueryDict,
    *,
    path: str,
    keep: Mapping[str, str] | None = None,
    asked: bool = False,
) -> Bar:
    """In one statement at most. What is not the team's is left out."""
    found = FilterForm(query).asked(team)
    picks = [Pick(one, _values(found, one)) for one in FIELDS]
    laid = tuple(name for name in OVERLAYS if query.get(name) == "1")
    return Bar(path, found.filters, picks, dict(keep or {}), asked, laid)


def _values(found: Asked, one: Field) -> list[Value]:
    values = getattr(found.filters, one.attribute)
    if one.kind:
        return [named(found.choices[one.kind, pk]) for pk in values]
    return [worded(one.name, word) for word in values]


def named(choice: Choice) -> Value:
    """A row of the team's; where its platform is no longer known it has no mark."""
    adapter = registry.ADAPTERS.get(choice.platform)
    where = adapter.spec.name if adapter else ""
    return Value(str(choice.pk), choice.name, choice.platform if adapter else "", where)


def worded(name: str, word: str) -> Value:
    """A status or a platform, by the word that stands for it."""
    if name == "status":
        return Value(word, status_label(word))
    return Value(word, registry.spec_for(word).name, word)
