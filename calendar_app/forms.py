"""What moves, slots and blackouts ask for."""

from datetime import date, time
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from accounts.models import Team
from calendar_app.grouping import LANE_OF, place_of
from calendar_app.models.limit import LIMITED
from calendar_app.models.limit import MOST as MOST_IN_COLUMN
from calendar_app.queries.counts import TITLES
from calendar_app.services.selection import MOST_DAYS, YEARS_AHEAD
from posts.selectionforms import ActForm

MOST_HOURS = 23


def _soon(day: date | None) -> date | None:
    if day is not None and not 2000 <= day.year <= timezone.localdate().year + YEARS_AHEAD:
        raise forms.ValidationError(_("Choose a date within five years."))
    return day


class MoveForm(forms.Form):
    """An empty day takes the post out of the calendar; an empty time keeps the one it has.

    `of`: when the part that was dragged goes out now, where channels have times of their own.
    """

    day = forms.DateField(
        required=False,
        label=_("Day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Write the day as 2026-12-09.")},
    )
    time = forms.TimeField(
        required=False,
        label=_("Time"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"invalid": _("Write the time as 09:30.")},
    )

    of = forms.DateTimeField(required=False, widget=forms.HiddenInput)

    def clean_day(self) -> date | None:
        return _soon(self.cleaned_data["day"])


class MoveAllForm(ActForm):
    """The day for several posts; an empty time leaves each its own."""

    day = forms.DateField(
        label=_("Day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": _("Choose a day."),
            "invalid": _("Write the day as 2026-12-09."),
        },
    )
    time = forms.TimeField(
        required=False,
        label=_("Time"),
        help_text=_("Left empty, each keeps its own."),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"invalid": _("Write the time as 09:30.")},
    )

    def clean_day(self) -> date | None:
        return _soon(self.cleaned_data["day"])


class ShiftForm(ActForm):
    """`day` and `time`: where posts that have no time were dropped with the others."""

    days = forms.IntegerField(
        min_value=-MOST_DAYS,
        max_value=MOST_DAYS,
        label=_("Days"),
        help_text=_("Fewer than 0 is earlier."),
        error_messages={"required": _("Write how many days.")},
    )
    hours = forms.IntegerField(
        min_value=-MOST_HOURS,
        max_value=MOST_HOURS,
        required=False,
        label=_("Hours"),
        help_text=_("Left empty, each keeps its time of day."),
    )
    day = forms.DateField(required=False, label=_("Day"), widget=forms.HiddenInput)
    time = forms.TimeField(required=False, label=_("Time"), widget=forms.HiddenInput)

    def clean_hours(self) -> int:
        hours: int | None = self.cleaned_data["hours"]
        return hours or 0

    def clean_day(self) -> date | None:
        return _soon(self.cleaned_data["day"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if (cleaned.get("days"), cleaned.get("hours")) == (0, 0):
            self.add_error("days", _("By 0 days nothing moves."))
        return cleaned


class StageForm(ActForm):
    """Without the column that mails go out for: sending for review is an act of its own."""

    to = forms.ChoiceField(
        choices=[
            ("", _("Choose")),
            *((key, title) for key, title in TITLES.items() if key != "review"),
        ],
        label=_("Stage"),
        error_messages={"required": _("Choose one of the columns.")},
    )


class PlaceForm(forms.Form):
    """Where a card of the board goes: to a column, to a lane of a group, or both at once."""

    to = forms.ChoiceField(choices=list(TITLES.items()), required=False)
    group = forms.ChoiceField(choices=[(name, name) for name in LANE_OF], required=False)
    lane = forms.CharField(max_length=18, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        group, lane = cleaned.get("group", ""), cleaned.get("lane", "")
        cleaned["place"] = place_of(group, lane) if lane else None
        if lane and not cleaned["place"]:
            raise forms.ValidationError(_("There is no such lane. Reload the board."))
        if not (cleaned.get("to") or lane):
            raise forms.ValidationError(_("Choose one of the columns."))
        return cleaned


class SavedViewForm(forms.Form):
    """`page` and `query` say what is kept; who renames a view leaves them out."""

    name = forms.CharField(
        max_length=60,
        label=_("Name"),
        error_messages={"required": _("Give the view a name.")},
    )
    shared = forms.BooleanField(required=False, label=_("Share with the team"))

    def clean_name(self) -> str:
        return " ".join(str(self.cleaned_data["name"]).split())


_NO_TIME = _("Write the time as 09:30.")
_NO_DAY = _("Choose at least one day.")


def _days() -> forms.TypedMultipleChoiceField:
    return forms.TypedMultipleChoiceField(
        choices=list(WEEKDAYS.items()),
        coerce=int,
        error_messages={"required": _NO_DAY, "invalid_choice": _NO_DAY},
    )


class SlotForm(forms.Form):
    at = forms.TimeField(error_messages={"required": _NO_TIME, "invalid": _NO_TIME})
    weekdays = _days()

    def clean_at(self) -> time:
        at: time = self.cleaned_data["at"]
        return at.replace(second=0, microsecond=0)


class CopyForm(forms.Form):
    source = forms.TypedChoiceField(
        choices=list(WEEKDAYS.items()), coerce=int, error_messages={"required": _NO_DAY}
    )
    weekdays = _days()


class PauseForm(forms.Form):
    reason = forms.CharField(max_length=200, required=False, label=_("Reason"))


class GapForm(forms.ModelForm[Team]):
    gap_minutes = forms.IntegerField(
        min_value=0,
        max_value=24 * 60,
        label=_("Minutes between two posts of one channel"),
        help_text=_("What is closer is pointed out, never refused. 0 says nothing."),
    )

    class Meta:
        model = Team
        fields = ["gap_minutes"]


class BlackoutForm(forms.Form):
    name = forms.CharField(max_length=80, label=_("Name"))
    starts_on = forms.DateField(
        label=_("From"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    ends_on = forms.DateField(
        required=False,
        label=_("To"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Left empty, it is one day."),
    )
    yearly = forms.BooleanField(required=False, label=_("Every year"))
    blocks = forms.BooleanField(required=False, label=_("Block: nobody can choose a time there"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first = cleaned.get("starts_on")
        last = cleaned["ends_on"] = cleaned.get("ends_on") or first
        for name, day in (("starts_on", first), ("ends_on", last)):
            if day and not 2000 <= day.year <= timezone.localdate().year + YEARS_AHEAD:
                self.add_error(name, _("Choose a date within five years."))
        if first and last and last < first:
            self.add_error("ends_on", _("It ends before it begins."))
        elif first and last and (last - first).days > 365:
            self.add_error("ends_on", _("At most one year."))
        return cleaned


class LimitsForm(forms.Form):
    """A number for each column in which work waits; what is left empty has no limit."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for column in LIMITED:
            self.fields[column] = forms.IntegerField(
                min_value=1, max_value=MOST_IN_COLUMN, required=False, label=TITLES[column]
            )
