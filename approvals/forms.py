"""What the review pages ask for."""

from typing import Any, cast

from django import forms
from django.db.models.functions import Lower
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Team
from approvals.limits import MOST_HOURS, MOST_REVIEWERS, MOST_STAGES
from approvals.models import Decision, Reviewer, Workflow
from approvals.naming import channel_name
from approvals.patterns import PATTERNS
from posts import typed
from posts.models import Campaign, Tag
from publishers.models import Channel


class DecisionForm(forms.Form):
    decision = forms.ChoiceField(choices=Decision.ANSWERS)
    content_hash = forms.CharField(max_length=64, widget=forms.HiddenInput)
    comment = typed.WordsField(
        max_length=5000,
        required=False,
        strip=True,
        label=_("What should change?"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    why = typed.WordsField(
        max_length=5000,
        required=False,
        strip=True,
        label=_("Why is it rejected?"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    # Wanted only where a team's links ask for it.
    code = forms.CharField(max_length=20, required=False, strip=True)

    def clean(self) -> dict[str, Any]:
        """Each refusal has a field of its own: words for the one never go with the other."""
        data = super().clean() or self.cleaned_data
        if data.get("decision") == Decision.Kind.REJECT:
            data["comment"] = data.get("why", "")
        return data

    @property
    def wrong(self) -> str:
        """The first thing that keeps it from being an answer."""
        said = self.errors.get("comment") or self.errors.get("why")
        return str(said[0]) if said else gettext("Choose one of the three answers.")


class AskForm(forms.Form):
    note = typed.WordsField(max_length=2000, required=False, strip=True)


class MemberField(forms.ModelChoiceField[Membership]):
    def label_from_instance(self, obj: Membership) -> str:
        return str(obj.user)


class ChannelsField(forms.ModelMultipleChoiceField[Channel]):
    def label_from_instance(self, obj: Channel) -> str:
        return channel_name(obj)


class ReviewerForm(forms.Form):
    """A member of the team, everybody of a role, or somebody outside by address."""

    membership = MemberField(
        Membership.objects.none(), required=False, label=_("A member"), empty_label=_("Choose")
    )
    role = forms.ChoiceField(
        required=False,
        label=_("Or everybody of a role"),
        choices=[("", _("Choose")), *Reviewer.ANY.items()],
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
        chosen = [name for name in ("membership", "role", "email") if data.get(name)]
        if not self.errors and len(chosen) != 1:
            raise forms.ValidationError(
                _("Choose a member or a role, or write an e-mail address: one of the three.")
            )
        return data


class WorkflowNewForm(forms.Form):
    """What a workflow begins as."""

    pattern = forms.ChoiceField(
        label=_("Begin with"),
        choices=[(pattern.id, pattern.title) for pattern in PATTERNS.values()],
        initial="one",
        widget=forms.RadioSelect,
    )
    name = forms.CharField(max_length=80, required=False, strip=True, label=_("Name"))


class WorkflowForm(forms.Form):
    """To which posts a workflow applies, and how its stages follow each other."""

    name = forms.CharField(max_length=80, strip=True, label=_("Name"))
    active = forms.BooleanField(required=False, label=_("It is in force"))
    reach = forms.ChoiceField(
        label=_("It applies to"), choices=Workflow.Reach.choices, widget=forms.RadioSelect
    )
    campaigns = forms.ModelMultipleChoiceField(
        Campaign.objects.none(),
        required=False,
        label=_("Campaigns"),
        widget=forms.CheckboxSelectMultiple(attrs={"class": "hook__events"}),
    )
    channels = ChannelsField(
        Channel.objects.none(),
        required=False,
        label=_("Channels"),
        widget=forms.CheckboxSelectMultiple(attrs={"class": "hook__events"}),
    )
    when_link = forms.BooleanField(required=False, label=_("It has a link"))
    when_media = forms.BooleanField(required=False, label=_("It has a picture or a video"))
    when_fresh = forms.BooleanField(
        required=False, label=_("It goes to a channel that has published nothing yet")
    )
    tags = forms.CharField(
        max_length=1000,
        required=False,
        label=_("It has one of these tags"),
        help_text=_("Several with commas between them."),
    )
    asks = forms.TypedChoiceField(
        label=_("What it asks for"),
        choices=[("yes", _("A review, by its stages")), ("no", _("No review is needed"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    at_once = forms.TypedChoiceField(
        label=_("Its stages"),
        choices=[("no", _("One after the other")), ("yes", _("All at once"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )

    lead_hours = forms.IntegerField(
        min_value=0,
        max_value=MOST_HOURS,
        label=_("Hours before the post's time"),
        help_text=_("By then the answer is wanted."),
    )
    remind_hours = forms.IntegerField(
        min_value=0,
        max_value=MOST_HOURS,
        label=_("Reminder, in hours before that"),
        help_text=_("0 for no reminder."),
    )
    backup = MemberField(
        Membership.objects.none(),
        required=False,
        label=_("Who is asked too when the answer is late"),
        empty_label=_("Nobody"),
    )

    def __init__(self, *args: Any, team: Team, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.team = team
        members = Membership.objects.for_team(team).select_related("user").order_by("user__name")
        backup = cast(MemberField, self.fields["backup"])
        backup.queryset = members.exclude(role="viewer")
        campaigns = cast(forms.ModelMultipleChoiceField[Campaign], self.fields["campaigns"])
        campaigns.queryset = Campaign.objects.for_team(team)
        channels = cast(ChannelsField, self.fields["channels"])
        channels.queryset = Channel.objects.for_team(team).order_by("platform", "name", "id")

    def clean_tags(self) -> list[Tag]:
        """Those of the team, whatever their capitals."""
        names = typed.tags(self.cleaned_data["tags"])
        small = {name.lower(): name for name in names}
        known = Tag.objects.for_team(self.team).annotate(small=Lower("name"))
        found = {tag.name.lower(): tag for tag in known.filter(small__in=small)}
        if missing := [name for key, name in small.items() if key not in found]:
            said = _("This team has no tag “%(name)s”. Tags are made where posts are written.")
            raise forms.ValidationError(said, params={"name": missing[0]})
        return list(found.values())

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for reach in (Workflow.Reach.CAMPAIGNS, Workflow.Reach.CHANNELS):
            if data.get("reach") == reach and not data.get(reach.value) and not self.errors:
                self.add_error(reach.value, _("Choose at least one."))
        return data


class StageForm(forms.Form):
    """How many of its people a stage wants, and when it has its turn."""

    name = forms.CharField(max_length=80, strip=True, label=_("Name"))
    rule = forms.ChoiceField(
        label=_("Who must approve"),
        choices=[
            ("any", _("Any one of them")),
            ("all", _("All of them")),
            ("number", _("So many of them:")),
        ],
        widget=forms.RadioSelect,
    )
    needed = forms.IntegerField(
        min_value=1, max_value=MOST_REVIEWERS, required=False, label=_("Approvals needed")
    )
    position = forms.IntegerField(min_value=1, max_value=MOST_STAGES, label=_("Its place"))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        rule = data.get("rule")
        if rule == "number" and not data.get("needed") and "needed" not in self.errors:
            self.add_error("needed", _("Say how many."))
        if rule != "number":
            data["needed"] = 1
        data["everybody"] = rule == "all"
        return data


class StageNewForm(forms.Form):
    name = forms.CharField(max_length=80, strip=True, label=_("Another stage"))
