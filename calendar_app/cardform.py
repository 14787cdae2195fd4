"""The board's quick edit as a form. Called by views/card.py."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from calendar_app.forms import MoveForm
from calendar_app.services.card import TITLED, Changes, When, mark_of
from posts import typed
from posts.models import Post
from posts.queries.choices import Choices
from posts.states import Stage
from ui import dates


class CardForm(MoveForm):
    """`timed`: whether its time may be changed here. What must not change has no field."""

    title = forms.CharField(max_length=200, required=False, label=gettext_lazy("Title"))
    assignee = forms.TypedChoiceField(
        coerce=int,
        empty_value=None,
        required=False,
        label=gettext_lazy("Assignee"),
        error_messages={"invalid_choice": gettext_lazy("This person is not in the team any more.")},
    )
    campaign = forms.CharField(max_length=80, required=False, label=gettext_lazy("Campaign"))
    tags = forms.CharField(
        max_length=1000,
        required=False,
        label=gettext_lazy("Tags"),
        help_text=gettext_lazy("With commas between them."),
    )
    mark = forms.CharField(max_length=32, required=False, widget=forms.HiddenInput)
    field_order = ("title", "assignee", "campaign", "tags", "day", "time", "mark")
    # The time on a channel is not asked for here.
    of = None  # type: ignore[assignment]  # Django's way to leave out what a base declares

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, post: Post, choices: Choices, timed: bool
    ) -> None:
        super().__init__(data, initial=stored(post))
        self.post, self.choices, self.timed = post, choices, timed
        assignee: Any = self.fields["assignee"]
        assignee.choices = [("", _("Nobody")), *choices.people]
        for name in ("campaign", "tags"):
            known = {"list": f"edit-known-{name}", "autocomplete": "off", "dir": "auto"}
            self.fields[name].widget.attrs.update(known)
        self.fields["title"].widget.attrs["dir"] = "auto"
        if Stage(post.stage) not in TITLED:
            del self.fields["title"]
        if not timed:
            del self.fields["day"], self.fields["time"]

    def clean_title(self) -> str:
        return self._storable("title")

    def clean_campaign(self) -> str:
        return self._storable("campaign").strip()

    def clean_tags(self) -> list[str]:
        return typed.tags(self._storable("tags"))

    def _storable(self, name: str) -> str:
        return typed.storable(self.cleaned_data[name], str(self.fields[name].label))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("time") and not cleaned.get("day") and "day" not in self.errors:
            self.add_error("day", _("Choose a day as well, or leave both empty."))
        return cleaned

    def changes(self, zone: ZoneInfo) -> Changes:
        said = self.cleaned_data
        moved = {"day", "time"} & set(self.changed_data)
        when = When(said["day"], said["time"], zone) if self.timed and moved else None
        return Changes(said["assignee"], said["campaign"], said["tags"], said.get("title"), when)

    @property
    def differences(self) -> list[tuple[str, str]]:
        """What is stored now where the form says something else: label and words."""
        now = stored(self.post)
        shown = {
            **now,
            "assignee": str(self.post.assignee or ""),
            "day": dates.written(now["day"], "D j M Y") if now["day"] else "",
            "time": f"{now['time']:%H:%M}" if now["time"] else "",
        }
        return [
            (str(self.fields[name].label), shown[name] or str(_("empty")))
            for name in self.changed_data
            if name != "mark"
        ]


def stored(post: Post) -> dict[str, Any]:
    """As the form shows it, in the reader's zone."""
    at = timezone.localtime(post.planned_at) if post.planned_at else None
    return {
        "title": post.title,
        "assignee": post.assignee_id,
        "campaign": post.campaign.name if post.campaign else "",
        "tags": ", ".join(tag.name for tag in post.tags.all()),
        "day": at.date() if at else None,
        "time": at.time().replace(second=0, microsecond=0) if at else None,
        "mark": mark_of(post),
    }
