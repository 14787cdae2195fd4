"""What a move asks for."""

from datetime import date

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from calendar_app.queries.board import TITLES

YEARS_AHEAD = 5


class MoveForm(forms.Form):
    """An empty day takes the post out of the calendar; an empty time keeps the one it has.

    `of`: when the part that was dragged goes out now, where channels have times of their own.
    """

    day = forms.DateField(
        required=False,
        label=_("Day"),
        widget=forms.DateInput(attrs={"type": "date"}),
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
        day: date | None = self.cleaned_data["day"]
        if day is not None and not 2000 <= day.year <= timezone.localdate().year + YEARS_AHEAD:
            raise forms.ValidationError(_("Choose a date within five years."))
        return day


class StageForm(forms.Form):
    to = forms.ChoiceField(choices=list(TITLES.items()))


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
