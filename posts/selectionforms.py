"""What acts on many posts ask for. Also the base of the forms that rooms above have for theirs."""

from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Team, User
from posts import reading, typed
from posts.queries.choices import choices
from posts.queries.post import platform_name
from publishers.models import Channel

NOBODY = "none"


class ActForm(forms.Form):
    """Bound once any of its fields was sent: the bar sends the posts alone."""

    def __init__(self, data: QueryDict, *, team: Team) -> None:
        sent = any(name in data for name in self.base_fields)
        super().__init__(data if sent else None, auto_id="act-%s")
        self.team = team


class _OnOff(ActForm):
    do = forms.ChoiceField(
        choices=[("add", gettext_lazy("Add")), ("remove", gettext_lazy("Remove"))],
        initial="add",
        label=gettext_lazy("What to do"),
        widget=forms.RadioSelect,
    )

    @property
    def off(self) -> bool:
        return bool(self.cleaned_data["do"] == "remove")


class TagForm(_OnOff):
    tags = forms.CharField(
        max_length=1000,
        label=gettext_lazy("Tags"),
        help_text=gettext_lazy("With commas between them."),
        widget=forms.TextInput(attrs={"list": "act-tags-known", "autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Write at least one tag.")},
    )

    def __init__(self, data: QueryDict, *, team: Team) -> None:
        super().__init__(data, team=team)
        self.known = choices(team).tags

    def clean_tags(self) -> list[str]:
        found = typed.tags(typed.storable(self.cleaned_data["tags"], _("Tags")))
        if not found:
            raise forms.ValidationError(_("Write at least one tag."))
        return found


class ChannelField(forms.ModelChoiceField[Channel]):
    def label_from_instance(self, obj: Channel) -> str:
        return platform_name(obj)


class ChannelForm(_OnOff):
    channel = ChannelField(
        Channel.objects.none(),
        label=gettext_lazy("Channel"),
        empty_label=gettext_lazy("Choose"),
        error_messages={"required": gettext_lazy("Choose a channel.")},
    )

    def __init__(self, data: QueryDict, *, team: Team) -> None:
        super().__init__(data, team=team)
        cast(ChannelField, self.fields["channel"]).queryset = Channel.objects.for_team(team)


class PersonForm(ActForm):
    person = forms.ChoiceField(
        label=gettext_lazy("Who sees to them"),
        error_messages={"required": gettext_lazy("Choose somebody, or nobody.")},
    )

    def __init__(self, data: QueryDict, *, team: Team) -> None:
        super().__init__(data, team=team)
        people = [(str(pk), name) for pk, name in choices(team).people]
        offered: list[tuple[str, Any]] = [("", _("Choose")), (NOBODY, _("Nobody")), *people]
        cast(forms.ChoiceField, self.fields["person"]).choices = offered

    def clean_person(self) -> User | None:
        said: str = self.cleaned_data["person"]
        if said == NOBODY:
            return None
        found = self.team.members.filter(pk=reading.number(said)).first()
        if found is None:
            raise forms.ValidationError(_("This person is not in the team any more."))
        return found
