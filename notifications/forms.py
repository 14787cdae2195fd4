"""What people choose about being told; what is refused is said next to the field."""

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from notifications.events import HAPPENINGS
from notifications.models import Endpoint, Habits


def full_hours() -> list[tuple[int, str]]:
    return [(hour, f"{hour:02}:00") for hour in range(24)]


class HabitsForm(forms.ModelForm[Habits]):
    pace = forms.ChoiceField(
        label=_("Mails come"), choices=Habits.Pace.choices, widget=forms.RadioSelect
    )
    daily_at = forms.TypedChoiceField(label=_("The daily mail, at"), choices=full_hours, coerce=int)
    quiet_from = forms.TimeField(
        label=_("Quiet from"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    quiet_until = forms.TimeField(
        label=_("Until"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )

    class Meta:
        model = Habits
        fields = ["pace", "daily_at", "quiet_from", "quiet_until", "urgent_anyway"]
        labels = {"urgent_anyway": _("What cannot wait reaches me at once all the same")}
        help_texts = {
            "urgent_anyway": _(
                "A post that was not published or will not be, one that may be live, a channel "
                "that signed us out, publishing that stands still: in quiet hours, and ahead of "
                "the hourly or daily mail."
            )
        }

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        begins, ends = cleaned.get("quiet_from"), cleaned.get("quiet_until")
        if (begins is None) != (ends is None) and not self.errors:
            missing = "quiet_until" if ends is None else "quiet_from"
            self.add_error(missing, _("Quiet hours need a beginning and an end."))
        return cleaned


def happenings() -> list[tuple[str, Any]]:
    return [(each.name, each.title) for each in HAPPENINGS.values()]


class EndpointForm(forms.Form):
    """`known`: an endpoint that has an address already, which is not shown again."""

    name = forms.CharField(
        label=_("Name"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    url = forms.CharField(
        label=_("Address"),
        max_length=2000,
        widget=forms.URLInput(attrs={"autocomplete": "off", "placeholder": "https://"}),
    )
    style = forms.ChoiceField(
        label=_("It gets"), choices=Endpoint.Style.choices, widget=forms.RadioSelect
    )
    events = forms.MultipleChoiceField(
        label=_("When"),
        choices=happenings,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "hook__events"}),
    )

    def __init__(self, *args: Any, known: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if known:
            self.fields["url"].required = False
            self.fields["url"].label = _("Another address")

    def clean_url(self) -> str:
        """The rest is refused when it is called: what a name means is only known then."""
        url: str = self.cleaned_data["url"]
        try:
            parts, named = urlsplit(url), origin(url) in settings.WEBHOOK_HOSTS
        except ValueError:
            raise ValidationError(_("That is no address.")) from None
        if url and not (named or (parts.scheme == "https" and parts.hostname)):
            raise ValidationError(_("The address must begin with https://."))
        if parts.username is not None or parts.password is not None:
            raise ValidationError(_("A name and password cannot be part of the address."))
        return url


def origin(url: str) -> str:
    """As it stands in DRUMBEAT_WEBHOOK_HOSTS. Raises ValueError where the port is no number."""
    parts = urlsplit(url)
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{parts.hostname}{port}"


class ReplayForm(forms.Form):
    """One call by its number, or what failed in the last hours."""

    call = forms.IntegerField(min_value=1, required=False)
    hours = forms.TypedChoiceField(
        label=_("What failed in the last"),
        coerce=int,
        empty_value=None,
        required=False,
        choices=[(1, _("60 minutes")), (24, _("24 hours")), (72, _("3 days")), (720, _("30 days"))],
    )
