"""Reading what is asked of templates: the list's filters, a template, the gaps of one.

Fields that exist once per channel or placeholder carry its id or name; they are read here too.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Team
from posts import outline as outlines
from posts import placeholders, reading, typed
from posts.forms import FORM_TOKEN, MAX_COMMENT, MAX_HASHTAGS, MAX_TEXT
from posts.models import Post
from posts.outline import Outline, Placeholder
from posts.queries.templates import Wanted
from publishers import registry
from publishers.models import Channel

MOST_WORDS = 100
LONGEST_LABEL = 80
LONGEST_VALUE = 1000
LARGEST = 2**31 - 2


def wanted(query: Mapping[str, str]) -> Wanted:
    """What is not understood is not asked for."""
    text, category = query.get("q", "").strip()[:MOST_WORDS], query.get("category", "")[:60]
    return Wanted(
        text="" if reading.unstorable(text) else text,
        category="" if reading.unstorable(category) else category,
        archived=query.get("show", "") == "archived",
    )


@dataclass(frozen=True)
class Target:
    """One channel in the form: whether posts go there, and its own text."""

    channel: Channel
    platform: str
    picked: bool
    own: str


class TemplateForm(forms.Form):
    """From a stored outline, or one that is begun; bound, from what was typed."""

    name = forms.CharField(
        max_length=120,
        label=gettext_lazy("Name"),
        error_messages={"required": gettext_lazy("Give the template a name.")},
    )
    category = forms.CharField(max_length=60, required=False, label=gettext_lazy("Category"))
    kind = forms.ChoiceField(choices=Post.Kind.choices, required=False, label=gettext_lazy("Type"))
    title = forms.CharField(max_length=200, required=False, label=gettext_lazy("Title"))
    body = forms.CharField(
        max_length=MAX_TEXT, required=False, strip=False, label=gettext_lazy("Text")
    )
    first_comment = forms.CharField(
        max_length=MAX_COMMENT, required=False, label=gettext_lazy("First comment")
    )
    hashtags = forms.CharField(max_length=3000, required=False, label=gettext_lazy("Hashtags"))
    tags = forms.CharField(max_length=1000, required=False, label=gettext_lazy("Tags"))
    version = forms.IntegerField(required=False, min_value=0, max_value=LARGEST)

    def __init__(
        self, data: QueryDict | None = None, *, team: Team, begun: Outline | None = None
    ) -> None:
        self.begun = begun or Outline()
        super().__init__(data, initial=_initial(self.begun))
        self.team, self.posted = team, data

    @cached_property
    def known(self) -> dict[int, Channel]:
        every = Channel.objects.for_team(self.team)
        return {channel.pk: channel for channel in every if channel.platform in registry.ADAPTERS}

    @cached_property
    def targets(self) -> list[Target]:
        return [self._target(channel) for channel in self.known.values()]

    @cached_property
    def gaps(self) -> list[Placeholder]:
        """The placeholders of the texts as they stand in the form."""
        if self.posted is None:
            return list(self.begun.placeholders)
        texts = [self.posted.get(name, "") for name in ("title", "body")]
        own = [target.own for target in self.targets if target.picked]
        named = placeholders.names([*texts, *own, self.posted.get("first_comment", "")])
        # One too many is enough to refuse all of them.
        known = named[: placeholders.MOST + 1]
        return outlines.settled(known, {name: self._gap(name) for name in known})

    def _target(self, channel: Channel) -> Target:
        platform = registry.ADAPTERS[channel.platform].spec.name
        if self.posted is None:
            picked, own = channel.pk in self.begun.channels, self.begun.channels.get(channel.pk)
        else:
            picked = str(channel.pk) in self.posted.getlist("channels")
            own = reading.newlines(self.posted.get(f"text_{channel.pk}", ""))
        return Target(channel, platform, picked, own or "")

    def _gap(self, name: str) -> Placeholder:
        """One that the form did not show yet is required."""
        posted = self.posted or QueryDict()
        return Placeholder(
            name=name,
            label=posted.get(f"label_{name}", "").strip(),
            default=posted.get(f"default_{name}", "").strip(),
            required=f"required_{name}" in posted or name not in posted.getlist("seen"),
        )

    # -- cleaning

    def clean_name(self) -> str:
        name = reading.one_line(self.cleaned_data["name"])
        if not name:
            raise forms.ValidationError(_("Give the template a name."))
        return name

    def clean_category(self) -> str:
        return reading.one_line(self.cleaned_data["category"])

    def clean_body(self) -> str:
        return reading.newlines(self.cleaned_data["body"])

    def clean_first_comment(self) -> str:
        return reading.newlines(self.cleaned_data["first_comment"])

    def clean_hashtags(self) -> list[str]:
        return typed.hashtags(self.cleaned_data["hashtags"], MAX_HASHTAGS)

    def clean_tags(self) -> list[str]:
        return typed.tags(self.cleaned_data["tags"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        typed.refuse_unstorable(self, self.posted or QueryDict())
        own = {target.channel.pk: target.own for target in self.targets if target.picked}
        if set(self._ids()) - set(self.known):
            self.add_error(None, _("Unknown channel. Reload the page to see the team's channels."))
        texts = [cleaned.get(name, "") for name in ("title", "body", "first_comment")]
        if not any(text.strip() for text in [*texts[:2], *own.values()]):
            self.add_error("body", _("Write the text that posts begin with."))
        if any(len(text) > MAX_TEXT for text in own.values()):
            self._too_long(MAX_TEXT)
        self._refuse_gaps([*texts, *own.values()])
        return cleaned

    def _ids(self) -> list[int]:
        return [reading.number(pk) for pk in (self.posted or QueryDict()).getlist("channels")]

    def _refuse_gaps(self, texts: list[str]) -> None:
        for text in texts:
            if wrong := placeholders.wrong(text):
                self.add_error(
                    None,
                    _("“%(braces)s” is no placeholder. Write a name between the braces: letters, "
                      "figures and _ only, as in {{ product }}.") % {"braces": wrong},
                )  # fmt: skip
            if placeholders.marks(text) > placeholders.MOST_MARKS:
                self.add_error(
                    None,
                    _("At most %(n)s placeholders in one text.") % {"n": placeholders.MOST_MARKS},
                )
        if len(self.gaps) > placeholders.MOST:
            self.add_error(
                None, _("At most %(n)s different placeholders.") % {"n": placeholders.MOST}
            )
        if any(len(gap.label) > LONGEST_LABEL for gap in self.gaps):
            self._too_long(LONGEST_LABEL)
        if any(len(gap.default) > LONGEST_VALUE for gap in self.gaps):
            self._too_long(LONGEST_VALUE)

    def _too_long(self, most: int) -> None:
        self.add_error(
            None, _("One text is longer than %(n)s characters. Shorten it.") % {"n": most}
        )

    @property
    def outline(self) -> Outline:
        said = self.cleaned_data
        own = {one.channel.pk: one.own for one in self.targets if one.picked}
        return Outline(
            name=said["name"],
            category=said["category"],
            title=said["title"],
            body=said["body"],
            kind=said["kind"] or Post.Kind.POST,
            first_comment=said["first_comment"],
            hashtags=said["hashtags"],
            tags=said["tags"],
            channels={pk: text if text.strip() else None for pk, text in own.items()},
            placeholders=self.gaps,
        )


def _initial(outline: Outline) -> dict[str, Any]:
    return {
        "name": outline.name,
        "category": outline.category,
        "kind": outline.kind,
        "title": outline.title,
        "body": outline.body,
        "first_comment": outline.first_comment,
        "hashtags": " ".join(f"#{tag}" for tag in outline.hashtags),
        "tags": ", ".join(outline.tags),
    }


class UseForm(forms.Form):
    """What stands in the gaps of one post. `number`: the version that was looked at."""

    token = forms.RegexField(FORM_TOKEN, required=False, widget=forms.HiddenInput)
    number = forms.IntegerField(
        required=False, min_value=1, max_value=LARGEST, widget=forms.HiddenInput
    )

    def __init__(
        self, data: QueryDict | None = None, *, outline: Outline, initial: Mapping[str, Any]
    ) -> None:
        super().__init__(data, initial=dict(initial))
        self.outline, self.posted = outline, data
        for gap in outline.placeholders:
            self.fields[f"value_{gap.name}"] = forms.CharField(
                max_length=LONGEST_VALUE,
                required=gap.required,
                label=gap.shown,
                initial=gap.default,
                widget=forms.Textarea(attrs={"rows": 1, "class": "input--short", "dir": "auto"}),
                error_messages={
                    "required": _("Say what to write for “%(name)s”.") % {"name": gap.shown}
                },
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        typed.refuse_unstorable(self, self.posted or QueryDict())
        if len(placeholders.fill(self.outline.title, self.values)) > 200:
            self.add_error(None, _("The title would be longer than 200 characters."))
        texts = [self.outline.body, *filter(None, self.outline.channels.values())]
        filled = [placeholders.fill(text, self.values) for text in texts]
        comment = placeholders.fill(self.outline.first_comment, self.values)
        if any(len(text) > MAX_TEXT for text in filled) or len(comment) > MAX_COMMENT:
            self.add_error(None, _("With these words a text would be too long. Shorten them."))
        return cleaned

    @property
    def values(self) -> dict[str, str]:
        said = self.cleaned_data
        return {
            gap.name: reading.newlines(said.get(f"value_{gap.name}") or "")
            for gap in self.outline.placeholders
        }
