"""Why a delivery is where it is, and what comes next, in words. Called by jobs.py for each line."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from delivery.models import Attempt
from delivery.queries.spans import short
from delivery.queries.weather import Wait
from posts.models import Delivery
from posts.states import DeliveryState
from publishers.models import Channel
from ui import dates

_D = DeliveryState
ON_TIME = timedelta(seconds=1)


@dataclass(frozen=True)
class Moment:
    """A time with the words before it."""

    words: str
    at: datetime | None = None


@dataclass(frozen=True)
class Waits:
    """What deliveries wait for beyond their own, by platform and by channel."""

    platforms: Mapping[str, Wait]
    channels: Mapping[int, Wait]

    def of(self, channel: Channel) -> Wait | None:
        return self.platforms.get(channel.platform) or self.channels.get(channel.pk)


def wait_of(row: Delivery, waits: Waits, now: datetime) -> Moment | None:
    """What holds a queued delivery back, and until when. places.py asks the database too."""
    if row.state != _D.QUEUED:
        return None
    if row.channel.state != Channel.State.CONNECTED:
        return Moment(_("Waits until the channel is connected again"))
    if row.channel.paused:
        return Moment(_("Waits: publishing on this channel is paused"))
    return _wait_when_due(row, waits, now) if row.run_at and row.run_at <= now else None


def _wait_when_due(row: Delivery, waits: Waits, now: datetime) -> Moment | None:
    known = waits.of(row.channel)
    if known is not None:
        return Moment(known.words if known.until else known.sentence, known.until)
    if row.channel.next_slot_at > now:
        return Moment(_("Waits: the platform asked for a pause"), row.channel.next_slot_at)
    opens_at = getattr(row, "opens_at", None)
    if opens_at is not None and opens_at > now:
        return Moment(_("Waits: its approval by mail can still be taken back"), opens_at)
    return None


_WORDS = {
    _D.QUEUED: gettext_lazy("Approved and ready"),
    _D.CLAIMED: gettext_lazy("Getting it ready"),
    _D.SENDING: gettext_lazy("Being sent now"),
    _D.ACCEPTED: gettext_lazy("The platform has it and is working on it"),
    _D.PUBLISHED: gettext_lazy("Live"),
    _D.CANCELLED: gettext_lazy("Will not be published here"),
    _D.DRAFT: gettext_lazy("Not committed: its content is not approved or has no time"),
}
_BY_STATE = {
    _D.CLAIMED: "flight",
    _D.SENDING: "flight",
    _D.ACCEPTED: "flight",
    _D.UNKNOWN: "unknown",
    _D.NEEDS_HUMAN: "needs_human",
    _D.MISSED: "missed",
    _D.FAILED: "failed",
    _D.PUBLISHED: "published",
    _D.CANCELLED: "cancelled",
    _D.DRAFT: "draft",
}


def place_of(row: Delivery, wait: Moment | None) -> str:
    if row.state != _D.QUEUED:
        return _BY_STATE[_D(row.state)]
    if wait is not None:
        return "waiting"
    if row.problem:
        return "retrying"
    return "risk" if row.at_risk else "due"


def why(row: Delivery, place: str, wait: Moment | None) -> str:
    if wait is not None:
        return wait.words
    if place == "risk":
        return row.warning
    if place == "published" and row.confirmed_by:
        return _("Confirmed as live by %(name)s") % {"name": row.confirmed_by}
    known = str(_WORDS.get(_D(row.state), ""))
    return known if place in ("flight", "published") else row.problem or known


def doubt(row: Delivery, attempts: Sequence[Attempt], item: str) -> str:
    """What was sent, when, and that nobody knows. `item`: which part of a thread, "" for a post."""
    at = attempts[-1].intent_at if item and attempts else row.sent_at
    told = {"who": row.channel.handle, "what": item or _("this"), "time": ""}
    if at is None:
        return _("This may be live on %(who)s: nobody knows for certain.") % told
    sent = timezone.localtime(at)
    today = sent.date() == timezone.localdate()
    told["time"] = dates.written(sent, "H:i:s" if today else "D j M, H:i:s")
    return _("We sent %(what)s to %(who)s at %(time)s and got no answer. It may be live.") % told


def moments(row: Delivery, place: str, wait: Moment | None, now: datetime) -> tuple[Moment, Moment]:
    """The two times of a line: when it is or was, and what comes next."""
    due, nothing = Moment("", row.due_at), Moment("")
    if wait is not None:
        return due, Moment(_("until"), wait.at) if wait.at else nothing
    if place == "published":
        return Moment("", row.published_at), Moment(lateness(row))
    if place in ("unknown", "needs_human"):
        look = Moment(_("next look"), row.check_at) if row.check_at else nothing
        return Moment(_("Sent"), row.sent_at), look
    if place == "retrying":
        return Moment(_("Next try"), row.run_at), Moment(_("due"), row.due_at)
    if place in ("due", "risk") and row.due_at is not None:
        return due, _turn(row, row.due_at, now)
    return due, nothing


def lateness(row: Delivery) -> str:
    """How long after its time it left, in words; empty when nobody knows."""
    if row.sent_at is None or row.due_at is None:
        return ""
    late = row.sent_at - row.due_at
    return _("on time") if late < ON_TIME else _("%(time)s late") % {"time": short(late)}


def _turn(row: Delivery, due_at: datetime, now: datetime) -> Moment:
    if due_at > now:
        return Moment(_("in %(time)s") % {"time": short(due_at - now)})
    if row.run_at is not None and row.run_at > now:
        return Moment(_("its turn comes at"), row.run_at)
    return Moment(_("its turn comes now"))
