"""What the review pages ask for."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Team
from approvals.models import Decision


class DecisionForm(forms.Form):
    decision = forms.ChoiceField(choices=Decision.Kind.choices)
    content_hash = forms.CharField(max_length=64, widget=forms.HiddenInput)
    comment = forms.CharField(
        max_length=5000,
        required=False,
        strip=True,
        label=_("What should change?"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class AskForm(forms.Form):
    note = forms.CharField(max_length=2000, required=False, strip=True)


class MemberField(forms.ModelChoiceField[Membership]):
    def label_from_instance(self, obj: Membership) -> str:
        return str(obj.user)


class ReviewerForm(forms.Form):
    """A member of the team, or somebody outside by address."""

    membership = MemberField(
        Membership.objects.none(), required=False, label=_("A member"), empty_label=_("Choose")
    )
    email = forms.EmailField(
        required=False,
        label=_("Or somebody outside"),
        widget=forms.EmailInput(attrs={"placeholder": "name@example.org"}),
    )
    name = forms.CharField(max_length=120, required=False, label=_("Their name"))

    def __init__(self, *args: Any, team: Team, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        members = Membership.objects.for_team(team).select_related("user").order_by("user__name")
        field = cast(MemberField, self.fields["membership"])
        field.queryset = members.exclude(role="viewer")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not self.errors and bool(data.get("membership")) == bool(data.get("email")):
            raise forms.ValidationError(_("Choose a member, or write an e-mail address."))
        return data


class NeededForm(forms.Form):
    needed = forms.IntegerField(min_value=1, max_value=50, label=_("Approvals needed"))
