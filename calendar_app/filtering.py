"""Filters as people meet them: read from an address, told as chips, written into links.

Called by every view of the calendar and the board.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.http import TeamRequest
from accounts.models import Team
from posts.models.post import words
from posts.queries.filters import Filters
from posts.queries.status import STATUSES
from posts.queries.values import Choice, Kind, chosen
from publishers import registry
from ui.templatetags.ui import status_label

MOST_VALUES = 50
LONGEST_TEXT = 100
LONGEST_QUERY = 2000
_PLAIN = re.compile(r"[a-z0-9-]{1,10}")


@dataclass(frozen=True)
class Field:
    """One filter: its name in an address, its attribute of Filters, what it is called."""

    name: str
    attribute: str
    label: Any
    every: Any
    icon: str
    kind: Kind | None = None


FIELDS = (
    Field("channel", "channels", _("Channel"), _("All channels"), "radio-tower", "channel"),
    Field("platform", "platforms", _("Platform"), _("All platforms"), "share"),
    Field("status", "statuses", _("Status"), _("All statuses"), "gauge"),
    Field("tag", "tags", _("Tag"), _("All tags"), "tag", "tag"),
    Field("author", "authors", _("Author"), _("All authors"), "user-round", "person"),
    Field("assignee", "assignees", _("Assignee"), _("All assignees"), "user-plus", "person"),
    Field("campaign", "campaigns", _("Campaign"), _("All campaigns"), "flag", "campaign"),
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


class FilterForm(forms.Form):
    """Reads whatever an address says. What it does not know is left out, and is no error."""

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data)
        for one in FIELDS:
            self.fields[one.name] = _Ids() if one.kind else _Words(_known(one.name))
        self.fields["q"] = _Text()

    def wanted(self) -> dict[str, tuple[int | str, ...]]:
        """Each field's values as they stand in the address, in a stable order."""
        self.full_clean()
        return {one.name: self.cleaned_data[one.name] for one in FIELDS}


class _Many(forms.Field):
    widget = forms.MultipleHiddenInput


class _Ids(_Many):
    def clean(self, value: list[str] | None) -> tuple[int, ...]:
        ids = {int(v) for v in value or () if v.isascii() and v.isdigit() and len(v) < 19}
        return tuple(sorted(ids)[:MOST_VALUES])


class _Words(_Many):
    def __init__(self, known: Iterable[str]) -> None:
        super().__init__()
        self.known = tuple(known)

    def clean(self, value: list[str] | None) -> tuple[str, ...]:
        return tuple(word for word in self.known if word in (value or ()))


class _Text(forms.Field):
    def clean(self, value: str | None) -> str:
        """Empty where there is no word to look for."""
        text = " ".join((value or "").replace("\x00", "").split())[:LONGEST_TEXT].strip()
        return text if words(text) else ""


def _known(name: str) -> Iterable[str]:
    return STATUSES if name == "status" else [spec.slug for spec in registry.specs()]


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
    """The filters of a page. `keep` is what else its address says, and its form sends along."""

    path: str
    filters: Filters
    picks: list[Pick]
    keep: dict[str, str] = field(default_factory=dict)
    asked: bool = False

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The filters alone, in their stable order."""
        found = [(pick.field.name, value.value) for pick in self.picks for value in pick.values]
        return found + ([("q", self.filters.text)] if self.filters.text else [])

    @property
    def query(self) -> str:
        """To hang onto another page's address: "?status=draft", or nothing."""
        return f"?{urlencode(self.pairs)}" if self.filters else ""

    @property
    def tail(self) -> str:
        """To hang onto an address that has a query: "&status=draft", or nothing."""
        return f"&{urlencode(self.pairs)}" if self.filters else ""

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
        query = urlencode([*((k, v) for k, v in self.keep.items() if v), *pairs])
        return f"{self.path}?{query}" if query else self.path


def kept(team: Team, query: str) -> str:
    """What is worth keeping of an address: its filters, and how the list is read."""
    said = QueryDict(query)
    extras = {
        name: said[name] for name in ("sort", "from", "to") if _PLAIN.fullmatch(said.get(name, ""))
    }
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
    query = (request.htmx.current_url_abs_path or "").partition("?")[2]
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
    form = FilterForm(query)
    wanted = form.wanted()
    known = _names(team, wanted)
    picks = [
        Pick(one, [known[one.kind or one.name, v] for v in wanted[one.name] if _in(known, one, v)])
        for one in FIELDS
    ]
    found = {
        pick.field.attribute: tuple(
            int(one.value) if pick.field.kind else one.value for one in pick.values
        )
        for pick in picks
    }
    filters = Filters(**found, text=form.cleaned_data["q"])  # type: ignore[arg-type]  # ids and words by field
    return Bar(path, filters, picks, dict(keep or {}), asked)


type Names = dict[tuple[str, int | str], Value]


def _in(known: Names, one: Field, value: int | str) -> bool:
    return (one.kind or one.name, value) in known


def _names(team: Team, wanted: Mapping[str, tuple[int | str, ...]]) -> Names:
    ids: dict[Kind, set[int]] = {}
    for one in FIELDS:
        if one.kind:
            ids.setdefault(one.kind, set()).update(int(v) for v in wanted[one.name])
    found: Names = {(c.kind, c.pk): named(c) for c in chosen(team, ids)}
    for name in ("status", "platform"):
        for word in wanted[name]:
            found[name, word] = worded(name, str(word))
    return found


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
