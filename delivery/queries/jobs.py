"""Deliveries as lines: what, why it is where it is, what comes next, what a person may do."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import OuterRef, Q, QuerySet, Subquery, prefetch_related_objects
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Team, User
from delivery.alerts import platform_name
from delivery.models import Attempt
from delivery.queries.folds import Fold, folded
from delivery.queries.places import PLACES, VIEWS, conditions
from delivery.queries.reasons import (
    Moment,
    Waits,
    doubt,
    lateness,
    moments,
    place_of,
    wait_of,
    why,
)
from delivery.queries.risks import mend_url
from delivery.queries.undos import WayBack, ways_back
from delivery.queries.weather import Wait, channels
from posts import items
from posts.models import Approval, Delivery, Post
from posts.states import ENDED, TROUBLED, DeliveryState
from publishers.models import Channel
from publishers.queries import profile

_D = DeliveryState
SOON = timedelta(hours=24)


@dataclass(frozen=True)
class Job:
    """One delivery as a line. `may` names the decisions that are open: see `_may`.

    `item`: of what is partly live, which part is next. `way_back`: while its drop can be undone.
    """

    delivery: Delivery
    place: str
    platform: str
    why: str
    when: Moment
    then: Moment
    attempts: Sequence[Attempt]
    profile: str
    may: Collection[str]
    mend_url: str
    item: str = ""
    way_back: WayBack | None = None

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
    def log(self) -> Sequence[Fold[Attempt]]:
        """The attempts, newest first; what came to the same again and again stands there once."""
        return told(self.attempts)

    @property
    def troubled(self) -> bool:
        """It waits for a person."""
        return self.delivery.state in TROUBLED

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
    return rows.select_related("team", "post__team", "channel", "confirmed_by")


def _opens_at() -> Subquery:
    """Until when an approval by mail can be taken back; nothing goes out before."""
    approvals = Approval.objects.filter(
        post_id=OuterRef("post_id"), content_hash=OuterRef("content_hash"), revoked_at=None
    )
    return Subquery(approvals.values("not_before")[:1])


def jobs(rows: Iterable[Delivery], spared: Mapping[str, Wait], by: User | None = None) -> list[Job]:
    """Lines for these rows, with their attempts and what holds them: two statements more, two for
    threads that have begun, and one for what `by` may take back where dropped ones are among them.
    """
    found = list(rows)
    prefetch_related_objects([row for row in found if _begun(row)], "revision", "parts")
    tried: dict[int, list[Attempt]] = {row.pk: [] for row in found if row.attempt_no}
    for attempt in Attempt.objects.filter(delivery__in=list(tried)) if tried else ():
        tried[attempt.delivery_id].append(attempt)
    now = timezone.now()
    held = {row.channel_id for row in found if row.channel.next_slot_at > now}
    waits = Waits(spared, channels(held) if held else {})
    back = ways_back(found, by) if by else {}
    return [_job(row, tried.get(row.pk, []), waits, now, back.get(row.pk)) for row in found]


def _job(
    row: Delivery, attempts: Sequence[Attempt], waits: Waits, now: datetime, back: WayBack | None
) -> Job:
    wait = wait_of(row, waits, now)
    place, item = place_of(row, wait), items.next_name(row) if _begun(row) else ""
    when, then = moments(row, place, wait, now)
    return Job(
        delivery=row,
        place=place,
        platform=platform_name(row.channel),
        why=doubt(row, attempts, item) if place == "needs_human" else why(row, place, wait),
        when=when,
        then=then,
        attempts=attempts,
        profile=profile(row.channel) if place in ("needs_human", "unknown") else "",
        may=_may(row, place, now, tried=bool(attempts)),
        mend_url=mend_url(row) if place == "risk" else "",
        item=item,
        way_back=back,
    )


def told(attempts: Sequence[Attempt]) -> list[Fold[Attempt]]:
    return folded(
        list(reversed(attempts)), lambda one: (one.outcome, one.status, one.detail, one.remote_id)
    )


def _begun(row: Delivery) -> bool:
    """Of a thread some is live, and more is to follow."""
    return row.remote_id is not None and row.state not in ENDED


def _may(row: Delivery, place: str, now: datetime, *, tried: bool) -> frozenset[str]:
    """retry, live, time, drop, stop: about the delivery. hold, resume: about its channel.

    What was missed without any attempt cannot be live, so that is not asked. What may be live is
    given no other time before somebody has said.
    """
    end = "stop" if _begun(row) else "drop"
    if row.state in TROUBLED:
        live = {"live"} if tried or row.state != _D.MISSED else set()
        time = {"time"} if row.state != _D.NEEDS_HUMAN else set()
        return frozenset({"retry", end, *live, *time})
    may = set()
    if row.state in (_D.QUEUED, _D.CLAIMED):
        may.add(end)
        if row.state == _D.QUEUED and end == "drop":
            may.add("time")
        if row.channel.state == Channel.State.CONNECTED:
            may.add("resume" if row.channel.paused else "hold")
    if place == "retrying" and row.due_at is not None and row.due_at <= now:
        may.add("retry")
    return frozenset(may)
