"""What is asked of the list, and what a person adds to a decision."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from delivery.alerts import platform_name
from delivery.queries.jobs import Wanted
from delivery.queries.places import LANES, PLACES, title
from posts.times import Moment, resolve
from publishers.models import Channel

YEARS_AHEAD = 5
_NO_ADDRESS = _("Write the whole address of the post, as https://example.org/post.")


class FilterForm(forms.Form):
    """Every state of the list is an address: ?state=failed&platform=…&channel=…&q=…"""

    q = forms.CharField(
        required=False,
        max_length=200,
        label=_("Search posts"),
        widget=forms.TextInput(attrs={"type": "search", "placeholder": _("Search posts")}),
    )
    state = forms.ChoiceField(required=False, label=_("State"))
    platform = forms.ChoiceField(required=False, label=_("Platform"))
    channel = forms.TypedChoiceField(
        required=False, coerce=int, empty_value=None, label=_("Channel")
    )

    def __init__(self, data: QueryDict, channels: Sequence[Channel]) -> None:
        super().__init__(data, auto_id="filter-%s")
        lanes = [key for key in LANES if key not in PLACES]
        self._choose("state", _("Every state"), [(key, title(key)) for key in (*lanes, *PLACES)])
        names = sorted({(channel.platform, platform_name(channel)) for channel in channels})
        self._choose("platform", _("Every platform"), names)
        labelled = [(channel.pk, f"{channel} ({platform_name(channel)})") for channel in channels]
        self._choose("channel", _("Every channel"), labelled)

    def _choose(self, name: str, every: Any, choices: Sequence[tuple[Any, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", every), *choices]

    @property
    def wanted(self) -> Wanted:
        given = self.cleaned_data
        return Wanted(given["state"], given["platform"], given["channel"], given["q"])

    @property
    def unknown(self) -> Mapping[str, str]:
        """What was asked for and is not there (any more), by name with its label."""
        return {name: str(self.fields[name].label) for name in self.errors}


class LiveForm(forms.Form):
    permalink = forms.URLField(
        label=_("Its address"),
        required=False,
        max_length=600,
        assume_scheme="https",
        error_messages={"invalid": _NO_ADDRESS},
    )

    def clean_permalink(self) -> str:
        address: str = self.cleaned_data["permalink"]
        if address and not address.startswith(("https://", "http://")):
            raise forms.ValidationError(_NO_ADDRESS)
        return address


class TimeForm(forms.Form):
    """A day and a time on the clocks of the person who asks."""

    # Other buttons of the same form do without a time.
    use_required_attribute = False

    day = forms.DateField(
        label=_("Day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": _("Choose a day."),
            "invalid": _("Write the day as 2026-12-09."),
        },
    )
    time = forms.TimeField(
        label=_("Time"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={
            "required": _("Choose a time."),
            "invalid": _("Write the time as 09:30."),
        },
    )

    def clean_day(self) -> date:
        day: date = self.cleaned_data["day"]
        if not 2000 <= day.year <= timezone.localdate().year + YEARS_AHEAD:
            raise forms.ValidationError(_("Choose a date within five years."))
        return day

    def refuse(self, why: str) -> None:
        """Say what the clock has against it at the field that has to change."""
        past = self.cleaned_data["day"] < timezone.localdate()
        self.add_error("day" if past else "time", why)

    def moment(self, zone: str) -> Moment:
        given = self.cleaned_data
        return resolve(datetime.combine(given["day"], given["time"]), zone)


def first_error(form: forms.Form) -> str:
    return str(next(iter(form.errors.values()))[0])
