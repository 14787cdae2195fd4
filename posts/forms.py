"""The composer's form: from what was posted to a Draft and a Plan. Called by views/composer.py.

Fields that exist once per channel or picture carry its id in their name; they are read here too.
"""

import datetime as dt
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Team
from posts import clock, reading, typed
from posts.errors import BadTime
from posts.models import MediaAsset, Post
from posts.services.commitment import require_future
from posts.services.compose import Draft, VariantDraft
from posts.services.composer import Plan
from posts.times import Moment, resolve
from publishers import registry
from publishers.crops import Point
from publishers.models import Channel

MAX_PICTURES = 20
MAX_ALT = 2000
MAX_TEXT = 100_000
MAX_OPTION = 500
MAX_COMMENT = 10_000
MAX_HASHTAGS = 30
YEARS_AHEAD = 5
FORM_TOKEN = r"^[0-9a-f]{32}\Z"


class ComposerForm(forms.Form):
    title = forms.CharField(max_length=200, required=False, label=gettext_lazy("Title"))
    body = forms.CharField(
        max_length=MAX_TEXT, required=False, strip=False, label=gettext_lazy("Text")
    )
    summary = forms.CharField(max_length=500, required=False, label=gettext_lazy("Summary"))
    kind = forms.ChoiceField(choices=Post.Kind.choices, required=False, label=gettext_lazy("Type"))
    hashtags = forms.CharField(max_length=3000, required=False, label=gettext_lazy("Hashtags"))
    tags = forms.CharField(max_length=1000, required=False, label=gettext_lazy("Tags"))
    campaign = forms.CharField(max_length=80, required=False, label=gettext_lazy("Campaign"))
    assignee = forms.IntegerField(required=False, label=gettext_lazy("Assignee"))
    expires = forms.DateField(required=False, label=gettext_lazy("Expires"))
    time_sensitive = forms.BooleanField(required=False, label=gettext_lazy("Time-sensitive"))
    when = forms.ChoiceField(
        choices=[("none", ""), ("pick", ""), ("now", ""), ("queue", "")],
        required=False,
        label=gettext_lazy("When"),
    )
    date = forms.DateField(required=False, label=gettext_lazy("Date"))
    time = forms.TimeField(required=False, label=gettext_lazy("Time"))
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    token = forms.RegexField(FORM_TOKEN, required=False, widget=forms.HiddenInput)

    def __init__(self, data: QueryDict, *, team: Team, post: Post | None, zone: str) -> None:
        super().__init__(data)
        self.team, self.post, self.zone = team, post, zone
        self.posted = data

    # -- what is already known to be the team's

    @cached_property
    def channels(self) -> dict[int, Channel]:
        return Channel.objects.for_team(self.team).in_bulk()

    @cached_property
    def assets(self) -> dict[int, MediaAsset]:
        """The pictures that the form names, as far as they are the team's."""
        return MediaAsset.objects.for_team(self.team).in_bulk(self._ids("media"))

    # -- cleaning

    def clean_body(self) -> str:
        return reading.newlines(self.cleaned_data["body"])

    def clean_hashtags(self) -> list[str]:
        return typed.hashtags(self.cleaned_data["hashtags"], MAX_HASHTAGS)

    def clean_tags(self) -> list[str]:
        return typed.tags(self.cleaned_data["tags"])

    def clean_assignee(self) -> int | None:
        pk: int | None = self.cleaned_data["assignee"]
        if pk is not None and not self.team.memberships.filter(user_id=pk).exists():
            raise forms.ValidationError(_("This person is not in the team any more."))
        return pk

    def clean_expires(self) -> dt.date | None:
        day: dt.date | None = self.cleaned_data["expires"]
        if day is not None and not 2000 <= day.year <= timezone.localdate().year + YEARS_AHEAD:
            raise forms.ValidationError(_("Choose a date within five years."))
        return day

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        typed.refuse_unstorable(self, self.posted)
        cleaned["media"] = self._media()
        cleaned["focal"] = {pk: self._focal(self.assets[pk]) for pk, _alt in cleaned["media"]}
        cleaned["channels"] = {pk: self._variant(pk) for pk in self._channel_ids()}
        if cleaned.get("when") == "pick":
            cleaned["plan"] = self._plan(cleaned)
        return cleaned

    def _ids(self, name: str) -> list[int]:
        """Numbers posted under a name, in order and each once; what is no id counts as 0."""
        values = (value for value in self.posted.getlist(name) if value)
        return list(dict.fromkeys(reading.number(value) for value in values))

    def _channel_ids(self) -> list[int]:
        found = self._ids("channels")
        if any(pk not in self.channels for pk in found):
            self.add_error(None, _("Unknown channel. Reload the page to see the team's channels."))
        return [pk for pk in found if pk in self.channels]

    def _media(self) -> list[tuple[int, str]]:
        found = reading.arranged(self._ids("media"), self.posted.get("arrange", ""))
        if any(pk not in self.assets for pk in found):
            self.add_error(None, _("Unknown picture. Reload the page and add it again."))
        if len(found) > MAX_PICTURES:
            self.add_error(None, _("At most %(n)s pictures.") % {"n": MAX_PICTURES})
        return [(pk, self._text(f"alt_{pk}", MAX_ALT)) for pk in found if pk in self.assets]

    def _focal(self, asset: MediaAsset) -> Point:
        """Where the form has no such fields, as of a file that came with it: as in the library."""
        typed = [self.posted.get(f"focal_{axis}_{asset.pk}") for axis in "xy"]
        if asset.is_video or None in typed:
            return asset.focal
        x, y = (reading.percent(value or "") for value in typed)
        if x is None or y is None:
            self.add_error(None, _("Choose a point within the picture."))
            return asset.focal
        return Point(x, y)

    def _text(self, name: str, longest: int) -> str:
        text = reading.newlines(self.posted.get(name, ""))
        if len(text) > longest:
            self.add_error(
                None,
                _("One text is longer than %(n)s characters. Shorten it.") % {"n": longest},
            )
        return text

    def _variant(self, pk: int) -> VariantDraft:
        own = self._text(f"text_{pk}", MAX_TEXT)
        return VariantDraft(
            text=own if own.strip() else None,
            media=self._own_pictures(pk),
            first_comment=self._text(f"comment_{pk}", MAX_COMMENT),
            options=self._options(self.channels[pk]),
        )

    def _own_pictures(self, pk: int) -> list[int] | None:
        """None when every picture goes there. One that the form did not list yet does."""
        order = reading.arranged(self._ids("media"), self.posted.get("arrange", ""))
        # One field for all that it listed: one for each would be too many on many channels.
        seen = self.posted.get(f"seen_{pk}", "").split(",")
        left_out = set(map(reading.number, seen)) - set(self._ids(f"pics_{pk}"))
        chosen = [asset for asset in order if asset not in left_out]
        return None if chosen == order else chosen

    def _options(self, channel: Channel) -> dict[str, str]:
        spec = registry.spec_for(channel.platform) if known(channel) else None
        values = {}
        for option in spec.options_of(channel.kind) if spec else ():
            longest = max(MAX_OPTION, option.longest)
            value = self._text(f"opt_{channel.pk}_{option.name}", longest) or option.default
            if option.choices and value not in dict(option.choices):
                self.add_error(None, _("Choose one of the offered values for “%s”.") % option.label)
            elif value != option.default:
                values[option.name] = value
        return values

    # -- when

    def _plan(self, cleaned: Mapping[str, Any]) -> Plan | None:
        on, at = cleaned.get("date"), cleaned.get("time")
        if on is None or at is None:
            missing = "date" if on is None else "time"
            if missing not in self.errors:
                self.add_error(missing, _("Choose a date and a time, or “No time yet”."))
            return None
        try:
            moment = self._moment("date", on, at)
            own = {pk: self._own_moment(pk, on, at) for pk in self._channel_ids()}
        except BadTime as error:
            self.add_error("date", str(error))
            return None
        return Plan(moment, {pk: m for pk, m in own.items() if m and m.at != moment.at})

    def _own_moment(self, pk: int, on: dt.date, at: dt.time) -> Moment | None:
        if not self.posted.get("stagger"):
            return None
        try:
            own_on = forms.DateField(required=False).clean(self.posted.get(f"date_{pk}"))
            own_at = forms.TimeField(required=False).clean(self.posted.get(f"time_{pk}"))
        except forms.ValidationError:
            raise BadTime(
                _("The time of %(channel)s is not readable.") % {"channel": self.channels[pk]}
            ) from None
        if own_on is None and own_at is None:
            return None
        return self._moment(f"date_{pk}", own_on or on, own_at or at)

    def _moment(self, field: str, on: dt.date, at: dt.time) -> Moment:
        if on > timezone.localdate() + dt.timedelta(days=365 * YEARS_AHEAD):
            raise BadTime(_("Choose a date within five years."))
        if on.year < 2000:
            raise BadTime(_("%(day)s has passed. Choose a later time.") % {"day": on})
        moment = resolve(dt.datetime.combine(on, at.replace(microsecond=0)), self.zone)
        if moment.at not in self._stored:
            require_future(moment, self._now)
        return moment

    @cached_property
    def _now(self) -> dt.datetime:
        return clock.ask()

    @cached_property
    def _stored(self) -> set[dt.datetime]:
        """Times that may stay while other things are saved, though they have passed. What was
        published at once has one between the seconds that the form shows.
        """
        if self.post is None:
            return set()
        due = self.post.deliveries.values_list("due_at", flat=True)
        return {at.replace(microsecond=0) for at in (self.post.planned_at, *due) if at}

    # -- results

    @property
    def draft(self) -> Draft:
        cleaned = self.cleaned_data
        return Draft(
            title=cleaned.get("title", ""),
            body=cleaned.get("body", ""),
            summary=cleaned.get("summary", ""),
            kind=cleaned.get("kind") or (self.post.kind if self.post else Post.Kind.POST),
            hashtags=cleaned.get("hashtags", []),
            tags=cleaned.get("tags", []),
            campaign=cleaned.get("campaign", "").strip(),
            assignee=cleaned.get("assignee"),
            expires_at=_end_of(cleaned.get("expires"), self.zone),
            time_sensitive=cleaned.get("time_sensitive", False),
            channels=cleaned.get("channels", {}),
            media=cleaned.get("media", []),
            focal=cleaned.get("focal", {}),
        )

    @property
    def plan(self) -> Plan | None:
        """None when the form says nothing of time, or nothing usable."""
        mode = self.cleaned_data.get("when")
        if mode == "pick":
            plan: Plan | None = self.cleaned_data.get("plan")
            return plan
        return Plan() if mode == "none" else None


def known(channel: Channel) -> bool:
    """False for a channel of a platform that this version no longer has."""
    return channel.platform in registry.ADAPTERS


def _end_of(day: dt.date | None, zone: str) -> dt.datetime | None:
    return resolve(dt.datetime.combine(day, dt.time(23, 59)), zone).at if day else None


def first_errors(form: forms.Form) -> list[str]:
    return [str(error) for errors in form.errors.values() for error in errors]


class TimeForm(forms.Form):
    """One date and time in the reader's zone, as the post page asks for it."""

    date = forms.DateField(label=gettext_lazy("Date"))
    time = forms.TimeField(label=gettext_lazy("Time"))

    def moment(self, zone: str) -> Moment:
        on, at = self.cleaned_data["date"], self.cleaned_data["time"]
        if not 2000 <= on.year <= timezone.localdate().year + YEARS_AHEAD:
            raise BadTime(_("Choose a date within five years."))
        return resolve(dt.datetime.combine(on, at.replace(microsecond=0)), zone)


class AltForm(forms.Form):
    alt = forms.CharField(max_length=MAX_ALT, required=False, label=gettext_lazy("Description"))
