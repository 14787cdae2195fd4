"""Deliveries as lines: what, why it is where it is, what comes next, what a person may do."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import Team
from delivery.alerts import platform_name
from delivery.models import Attempt
from delivery.queries.places import PLACES, VIEWS, conditions
from delivery.queries.spans import short
from posts.models import Approval, Delivery, Post
from posts.states import TROUBLED, DeliveryState
from publishers.models import Channel
from publishers.queries import profile

_D = DeliveryState
ON_TIME = timedelta(seconds=1)
SOON = timedelta(hours=24)


@dataclass(frozen=True)
class Moment:
    """A time with the words before it."""

    words: str
    at: datetime | None = None

    @property
    def shape(self) -> str:
        """As the tag local_time knows it: today's need no date."""
        local = timezone.localtime(self.at) if self.at else None
        return "time" if local and local.date() == timezone.localdate() else "full"


@dataclass(frozen=True)
class Job:
    """One delivery as a line. `may` names the decisions that are open: see `_may`."""

    delivery: Delivery
    place: str
    platform: str
    why: str
    when: Moment
    then: Moment
    attempts: Sequence[Attempt]
    profile: str
    may: Collection[str]

    @property
    def state(self) -> str:
        return self.delivery.state

    @property
    def status(self) -> str:
        return PLACES[self.place].status if self.place in PLACES else "draft"

    @property
    def label(self) -> str:
        return str(PLACES[self.place].title) if self.place in PLACES else _("Draft")

    @property
    def quiet(self) -> bool:
        """Nothing to decide here, though a person may."""
        return not {"live", "retry"} & set(self.may) and not (self.may and self.signed_out)

    @property
    def lateness(self) -> str:
        return lateness(self.delivery) if self.delivery.state == _D.PUBLISHED else ""

    @property
    def signed_out(self) -> bool:
        return self.delivery.channel.state != Channel.State.CONNECTED


@dataclass(frozen=True)
class Wanted:
    """What the page is asked for; false when it is everything that is open."""

    view: str = ""
    platform: str = ""
    channel: int | None = None
    words: str = ""

    def __bool__(self) -> bool:
        return bool(self.view or self.platform or self.channel or self.words)


def deliveries(team: Team, wanted: Wanted, spared: Iterable[str] = ()) -> QuerySet[Delivery]:
    """The team's rows that were asked for, in the order in which they matter."""
    rows = deliveries_of(team).exclude(state=_D.DRAFT)
    if wanted.view:
        known = conditions(spared)
        chosen = Q()
        for key in VIEWS[wanted.view]:
            chosen |= known[key]
        rows = rows.filter(chosen)
    if wanted.view == "coming":
        rows = rows.filter(due_at__lt=Now() + SOON)
    if wanted.platform:
        rows = rows.filter(channel__platform=wanted.platform)
    if wanted.channel:
        rows = rows.filter(channel_id=wanted.channel)
    if wanted.words:
        said = Q(title__icontains=wanted.words) | Q(body__icontains=wanted.words)
        rows = rows.filter(post__in=Post.objects.for_team(team).filter(said).values("pk"))
    first = VIEWS[wanted.view][0] if wanted.view else "published"
    order = ("-due_at", "-id") if PLACES[first].newest else ("run_at", "id")
    return rows.order_by(*order)


def deliveries_of(team: Team) -> QuerySet[Delivery]:
    """The team's rows with what a line says about them."""
    rows = Delivery.objects.for_team(team).annotate(opens_at=_opens_at())
    return rows.select_related("post", "channel", "confirmed_by")


def _opens_at() -> Subquery:
    """Until when an approval by mail can be taken back; nothing goes out before."""
    approvals = Approval.objects.filter(
        post_id=OuterRef("post_id"), content_hash=OuterRef("content_hash"), revoked_at=None
    )
    return Subquery(approvals.values("not_before")[:1])


def jobs(rows: Iterable[Delivery], spared: Mapping[str, Moment]) -> list[Job]:
    """Lines for these rows, with their attempts: one statement more."""
    found = list(rows)
    tried: dict[int, list[Attempt]] = {row.pk: [] for row in found if row.attempt_no}
    for attempt in Attempt.objects.filter(delivery__in=list(tried)) if tried else ():
        tried[attempt.delivery_id].append(attempt)
    now = timezone.now()
    return [_job(row, tried.get(row.pk, []), spared, now) for row in found]


def _job(
    row: Delivery, attempts: Sequence[Attempt], spared: Mapping[str, Moment], now: datetime
) -> Job:
    wait = _wait(row, spared, now)
    place = _place(row, wait)
    when, then = _moments(row, place, wait, now)
    return Job(
        delivery=row,
        place=place,
        platform=platform_name(row.channel),
        why=_why(row, place, wait),
        when=when,
        then=then,
        attempts=attempts,
        profile=profile(row.channel) if place in ("needs_human", "unknown") else "",
        may=_may(row, place, now),
    )


def _wait(row: Delivery, spared: Mapping[str, Moment], now: datetime) -> Moment | None:
    """What holds a queued delivery back, and until when. places.py asks the database too."""
    if row.state != _D.QUEUED:
        return None
    if row.channel.state != Channel.State.CONNECTED:
        return Moment(_("Waits until the channel is connected again"))
    if row.channel.paused:
        return Moment(_("Waits: publishing on this channel is paused"))
    return _wait_when_due(row, spared, now) if row.run_at and row.run_at <= now else None


def _wait_when_due(row: Delivery, spared: Mapping[str, Moment], now: datetime) -> Moment | None:
    if row.channel.platform in spared:
        return spared[row.channel.platform]
    if row.channel.next_slot_at > now:
        return Moment(_("Waits: the platform asked for a pause"), row.channel.next_slot_at)
    opens_at = getattr(row, "opens_at", None)
    if opens_at is not None and opens_at > now:
        return Moment(_("Waits: its approval by mail can still be taken back"), opens_at)
    return None


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


def _place(row: Delivery, wait: Moment | None) -> str:
    if row.state != _D.QUEUED:
        return _BY_STATE[_D(row.state)]
    if wait is not None:
        return "waiting"
    return "retrying" if row.problem else "due"


def _why(row: Delivery, place: str, wait: Moment | None) -> str:
    if wait is not None:
        return wait.words
    if place == "needs_human":
        return _sent_words(row)
    if row.at_risk:
        return row.warning
    words = {
        _D.QUEUED: _("Approved and ready"),
        _D.CLAIMED: _("Getting it ready"),
        _D.SENDING: _("Being sent now"),
        _D.ACCEPTED: _("The platform has it and is working on it"),
        _D.PUBLISHED: _("Live"),
        _D.CANCELLED: _("Will not be published here"),
        _D.DRAFT: _("Not committed: its content is not approved or has no time"),
    }
    if row.state == _D.PUBLISHED and row.confirmed_by:
        return _("Confirmed as live by %(name)s") % {"name": row.confirmed_by}
    if row.state in (_D.CLAIMED, _D.SENDING, _D.ACCEPTED, _D.PUBLISHED):
        return words[_D(row.state)]
    return row.problem or words.get(_D(row.state), "")


def _sent_words(row: Delivery) -> str:
    told = {"who": row.channel.handle, "time": ""}
    if row.sent_at is None:
        return _("This may be live on %(who)s: nobody knows for certain.") % told
    sent = timezone.localtime(row.sent_at)
    today = sent.date() == timezone.localdate()
    told["time"] = date_format(sent, "H:i:s" if today else "D j M, H:i:s")
    return _("We sent this to %(who)s at %(time)s and got no answer. It may be live.") % told


def _moments(
    row: Delivery, place: str, wait: Moment | None, now: datetime
) -> tuple[Moment, Moment]:
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
    if place == "due" and row.due_at is not None:
        return due, Moment(_in_words(row.due_at - now))
    return due, nothing


def lateness(row: Delivery) -> str:
    """How long after its time it left, in words; empty when nobody knows."""
    if row.sent_at is None or row.due_at is None:
        return ""
    late = row.sent_at - row.due_at
    return _("on time") if late < ON_TIME else _("%(time)s late") % {"time": short(late)}


def _in_words(ahead: timedelta) -> str:
    if ahead < timedelta(0):
        return _("its turn comes now")
    return _("in %(time)s") % {"time": short(ahead)}


def _may(row: Delivery, place: str, now: datetime) -> frozenset[str]:
    """retry, live, time, drop: about the delivery. hold, resume: about its channel."""
    if row.state in TROUBLED:
        return frozenset({"retry", "live", "time", "drop"})
    may = set()
    if row.state in (_D.QUEUED, _D.CLAIMED):
        may.add("drop")
        if row.channel.state == Channel.State.CONNECTED:
            may.add("resume" if row.channel.paused else "hold")
    if place == "retrying" and row.due_at is not None and row.due_at <= now:
        may.add("retry")
    return frozenset(may)
