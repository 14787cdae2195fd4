"""Forms of people and teams; what they refuse is said next to the field."""

import zoneinfo
from functools import cache
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts import permissions
from accounts.models import Membership, Team, User


@cache
def zone_names() -> list[str]:
    """The zones that people live in; the rest of the database is history and arithmetic."""
    return sorted(
        name
        for name in zoneinfo.available_timezones()
        if "/" in name and not name.startswith("Etc/")
    )


def team_zones() -> list[tuple[str, str]]:
    return [("UTC", "UTC"), *((name, name.replace("_", " ")) for name in zone_names())]


def own_zones() -> list[tuple[str, Any]]:
    return [("", _("Follow the team")), *team_zones()]


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
    time_zone = forms.ChoiceField(label=_("Show times in"), choices=own_zones, required=False)

    class Meta:
        model = User
        fields = ["name", "time_zone", "theme"]
        labels = {"theme": _("Appearance")}


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
    late_after_minutes = forms.IntegerField(
        label=_("Publish late by at most"), min_value=1, max_value=24 * 60
    )

    class Meta:
        model = Team
        fields = [
            "name",
            "time_zone",
            "review_required",
            "allow_self_approval",
            "late_after_minutes",
        ]
        labels = {
            "name": _("Team name"),
            "review_required": _("Every post needs an approval before it goes out"),
            "allow_self_approval": _("People may approve their own posts"),
        }


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
