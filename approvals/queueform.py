"""Which part of the review queue an address asks for: ?view=overdue&channel=…&author=…"""

from collections.abc import Sequence
from typing import NamedTuple

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from approvals.queue import VIEWS, Wanted
from posts.queries.values import Choice, Kind
from publishers import registry

KINDS: tuple[Kind, ...] = ("channel", "person", "campaign")


class Select(NamedTuple):
    """One menu of the form as it is drawn: kept whole, since a team's choices seldom change."""

    name: str
    label: str
    value: str
    options: tuple[tuple[str, str], ...]


class QueueForm(forms.Form):
    """A bookmark outlives a channel: what is not there (any more) is left out, and is no error."""

    channel = forms.TypedChoiceField(
        required=False, coerce=int, empty_value=None, label=_("Channel")
    )
    author = forms.TypedChoiceField(required=False, coerce=int, empty_value=None, label=_("Author"))
    campaign = forms.TypedChoiceField(
        required=False, coerce=int, empty_value=None, label=_("Campaign")
    )

    def __init__(self, data: QueryDict, choices: Sequence[Choice], *, view: str) -> None:
        """`view`: the one that is meant where none is named."""
        super().__init__(data, auto_id="queue-%s")
        asked = data.get("view", "")
        self.view = asked if asked in VIEWS else view
        every = {
            "channel": _("Every channel"),
            "author": _("Every author"),
            "campaign": _("Every campaign"),
        }
        self.options: dict[str, tuple[tuple[str, str], ...]] = {}
        for (name, words), kind in zip(every.items(), KINDS, strict=True):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            said = [(one.pk, _said(one)) for one in choices if one.kind == kind]
            field.choices = [("", words), *said]
            self.options[name] = (("", str(words)), *((str(pk), text) for pk, text in said))

    @property
    def wanted(self) -> Wanted:
        self.full_clean()
        return Wanted(self.view, **{name: self.cleaned_data.get(name) or 0 for name in self.fields})

    @property
    def selects(self) -> list[Select]:
        wanted = self.wanted
        return [
            Select(name, str(self.fields[name].label), str(getattr(wanted, name) or ""), options)
            for name, options in self.options.items()
        ]


def _said(one: Choice) -> str:
    return f"{one.name} ({registry.name_of(one.platform)})" if one.platform else one.name
