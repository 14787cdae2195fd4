"""Forms of people and teams; what they refuse is said next to the field."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts import holidays, permissions, retries, zones
from accounts.models import Membership, Team, User


def team_zones() -> list[tuple[str, str]]:
    return [("UTC", "UTC"), *((name, name.replace("_", " ")) for name in zones.names())]


def languages() -> list[tuple[str, Any]]:
    return [("", _("As my browser says")), *settings.LANGUAGES]


class ZoneField(forms.CharField):
    """Typed, with suggestions; a place alone will do where only one zone has it."""

    def to_python(self, value: Any) -> str:
        written = super().to_python(value)
        return (zones.find(written) or written) if written else ""


class SignupForm(forms.Form):
    """What allauth's sign-up page asks for besides address and password."""

    name = forms.CharField(
        label=_("Name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name", "autofocus": True}),
    )

    def signup(self, request: Any, user: User) -> None:
        """allauth asks for this method; the adapter has stored the name by then."""


class ProfileForm(forms.ModelForm[User]):
    name = forms.CharField(label=_("Name"), max_length=120)
    language = forms.ChoiceField(
        label=_("Language"),
        choices=languages,
        required=False,
        help_text=_("Also of mails to you; without a choice they are in English."),
    )
    time_zone = ZoneField(
        label=_("Show times in"),
        max_length=64,
        required=False,
        widget=forms.TextInput(
            attrs={"list": "zones", "autocomplete": "off", "placeholder": _("Follow the team")}
        ),
        help_text=_("Type a place, such as Lisbon. Left empty, times are those of the team."),
    )

    class Meta:
        model = User
        fields = ["name", "language", "time_zone", "theme", "density"]
        labels = {"theme": _("Appearance"), "density": _("Density")}
        help_texts = {"density": _("Compact shows more posts at once.")}


class ThemeForm(forms.ModelForm[User]):
    class Meta:
        model = User
        fields = ["theme"]


class NewTeamForm(forms.Form):
    name = forms.CharField(
        label=_("Team name"),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "organization", "autofocus": True}),
    )
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=team_zones, initial="UTC")


class TeamForm(forms.ModelForm[Team]):
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=team_zones)

    class Meta:
        model = Team
        fields = [
            "name",
            "time_zone",
            "review_required",
            "allow_self_approval",
            "links_ask_code",
            "links_sign_in",
        ]
        labels = {
            "name": _("Team name"),
            "review_required": _("Every post needs an approval before it goes out"),
            "allow_self_approval": _("People may approve their own posts"),
            "links_ask_code": _("Answers by a link from a mail ask for a code shown on the page"),
            "links_sign_in": _("Members sign in to review; only people outside use links alone"),
        }


class HolidaysForm(forms.ModelForm[Team]):
    """A region that is none of the country's was left over from another: the whole country then."""

    holiday_country = forms.ChoiceField(
        label=_("Country"),
        choices=lambda: [("", _("No country")), *holidays.countries()],
        required=False,
    )
    holiday_region = forms.CharField(label=_("Region"), required=False, widget=forms.Select)

    class Meta:
        model = Team
        fields = ["holiday_country", "holiday_region"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.regions = holidays.regions(str(self["holiday_country"].value() or ""))
        widget: Any = self.fields["holiday_region"].widget
        widget.choices = [("", _("Whole country")), *self.regions]

    def clean_holiday_region(self) -> str:
        region: str = self.cleaned_data["holiday_region"]
        return region if region in dict(self.regions) else ""


class PausesField(forms.Field):
    """A list of seconds, written as "15 s, 1 min, 10 min"."""

    widget = forms.TextInput

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, list):
            return ", ".join(retries.in_words(pause) for pause in value)
        return value

    def to_python(self, value: Any) -> list[int]:
        try:
            found = retries.read(value or "")
        except retries.NoPause as error:
            raise ValidationError(
                _("“%(part)s” is not a pause of up to an hour. Write it like 15 s, 2 min or 1 h."),
                params={"part": str(error)},
            ) from None
        if len(found) >= retries.MOST_TRIES:
            raise ValidationError(
                _("At most %(n)d pauses, please."), params={"n": retries.MOST_TRIES - 1}
            )
        return found


class RetriesForm(forms.ModelForm[Team]):
    """When a post cannot go out: how often and when it is tried again, and how late it may be."""

    late_after_minutes = forms.IntegerField(
        label=_("Publish late by at most, in minutes"),
        min_value=1,
        max_value=24 * 60,
        help_text=_(
            "What would be later waits for a person. It counts for posts scheduled from now on."
        ),
    )
    retry_strategy = forms.ChoiceField(
        label=_("How long to wait between tries"),
        choices=Team.Retrying.choices,
        widget=forms.RadioSelect,
    )
    retry_first_seconds = forms.IntegerField(
        label=_("First pause, in seconds"), min_value=retries.SHORTEST, max_value=retries.LONGEST
    )
    retry_tries = forms.IntegerField(
        label=_("Tries, with the first"), min_value=1, max_value=retries.MOST_TRIES
    )
    retry_pauses = PausesField(
        label=_("Pauses of our own"),
        required=False,
        help_text=_("For example 15 s, 1 min, 10 min. If there are more tries, the last repeats."),
    )

    class Meta:
        model = Team
        fields = [
            "late_after_minutes",
            "retry_strategy",
            "retry_first_seconds",
            "retry_tries",
            "retry_pauses",
        ]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        own = cleaned.get("retry_pauses")
        if cleaned.get("retry_strategy") == retries.CUSTOM and own == []:
            self.add_error("retry_pauses", _("Write at least one pause, such as 30 s."))
        return cleaned

    @property
    def example(self) -> str:
        """What the settings mean; of a form that was refused, nothing."""
        if self.is_bound and not self.is_valid():
            return ""
        pauses = [retries.in_words(pause) for pause in self.instance.pauses]
        if not pauses:
            return gettext("One try, then it waits for you.")
        tries = ngettext("%(n)d more try", "%(n)d more tries", len(pauses)) % {"n": len(pauses)}
        said = {"tries": tries, "pauses": ", ".join(pauses)}
        return gettext("%(tries)s after %(pauses)s, then it waits for you.") % said


def assignable_roles(actor: Membership) -> list[tuple[str, Any]]:
    return [
        (role.value, role.label)
        for role in Membership.Role
        if permissions.may_assign(actor=actor.role, now=None, then=role.value)
    ]


class RoleForm(forms.Form):
    """Every role is a choice; one out of the actor's reach is refused by the service."""

    role = forms.ChoiceField(label=_("Role"), choices=Membership.Role.choices)


class InvitationForm(RoleForm):
    email = forms.EmailField(
        label=_("Email"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off", "placeholder": "name@example.org"}),
    )
    role = forms.ChoiceField(
        label=_("Role"), choices=Membership.Role.choices, initial=permissions.EDITOR
    )
