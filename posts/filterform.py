"""The filters in an address, read the same for what a page shows and for a file of it."""

from collections.abc import Iterable
from dataclasses import dataclass

from django import forms
from django.http import QueryDict

from accounts.models import Team
from posts.models.post import words
from posts.queries.filters import Filters
from posts.queries.status import STATUSES
from posts.queries.values import Choice, Kind, chosen
from publishers import registry

MOST_VALUES = 50
LONGEST_TEXT = 100


@dataclass(frozen=True)
class Field:
    """One filter: its name in an address and its attribute of Filters. Of a `kind` it takes ids."""

    name: str
    attribute: str
    kind: Kind | None


FIELDS = (
    Field("channel", "channels", "channel"),
    Field("platform", "platforms", None),
    Field("status", "statuses", None),
    Field("tag", "tags", "tag"),
    Field("author", "authors", "person"),
    Field("assignee", "assignees", "person"),
    Field("campaign", "campaigns", "campaign"),
)


@dataclass(frozen=True)
class Asked:
    """`choices` are the rows behind the ids in `filters`."""

    filters: Filters
    choices: dict[tuple[Kind, int], Choice]


class FilterForm(forms.Form):
    """Reads whatever an address says. What it does not know is left out, and is no error."""

    def __init__(self, query: QueryDict) -> None:
        super().__init__(query)
        for one in FIELDS:
            self.fields[one.name] = _Ids() if one.kind else _Words(_known(one.name))
        self.fields["q"] = _Text()

    def asked(self, team: Team) -> Asked:
        """Each field's values in a stable order, in one statement at most; none but the team's."""
        self.full_clean()
        wanted = self.cleaned_data
        ids: dict[Kind, set[int]] = {}
        for one in FIELDS:
            if one.kind:
                ids.setdefault(one.kind, set()).update(wanted[one.name])
        choices = {(found.kind, found.pk): found for found in chosen(team, ids)}
        values = {
            one.attribute: tuple(
                value
                for value in wanted[one.name]
                if one.kind is None or (one.kind, value) in choices
            )
            for one in FIELDS
        }
        return Asked(Filters(**values, text=wanted["q"]), choices)


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
