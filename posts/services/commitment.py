"""The moves below every change of a plan: times, queue, permit, taking back. For services only.

Callers hold the post's lock and the transaction.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext

from accounts.models import User
from posts import clock, items, memory, states, workflow
from posts.errors import BadTime, IllegalMove, LostRace, NeedsReview
from posts.models import Approval, Delivery, Post, Revision
from posts.services import gating
from posts.states import DeliveryState, Stage
from posts.times import Moment, from_utc
from posts.underway import require_not_out, under_way
from ui import dates

GRACE = timedelta(seconds=60)
# How late something may be that is worth nothing later.
TIME_SENSITIVE = timedelta(minutes=5)
# The steps on which a worker may come first, one after the other: queued, claimed, sending.
STEPS_LOST = 3
# A thread is claimed for each of its items: the state alone does not say that none is live.
_NOTHING_LIVE = {"remote_id__isnull": True}
# As long as no worker has it.
MOVABLE = frozenset({DeliveryState.DRAFT, DeliveryState.QUEUED})
# From here on nothing is taken back: the call may have been made.
MAY_BE_PUBLIC = frozenset({DeliveryState.SENDING, DeliveryState.ACCEPTED, DeliveryState.UNKNOWN})


def locked(post: Post) -> Post:
    """The post as it is now, held until the caller's transaction ends.

    Not its key: what a worker adds beside it (an attempt, an activity) must not wait.
    """
    held = Post.objects.select_for_update(of=("self",), no_key=True)
    return held.select_related("team").get(pk=post.pk)


def open_deliveries(post: Post) -> QuerySet[Delivery]:
    return post.deliveries.exclude(state__in=states.ENDED)


def channels_to_time(post: Post) -> list[int]:
    """Where a new time counts. What was cancelled comes back only when the post is planned anew."""
    return list(timed_channels(post))


def timed_channels(post: Post) -> QuerySet[Any, int]:
    """The same ids, not asked for yet."""
    return timed_where(post, scheduled=post.stage == Stage.SCHEDULED)


def timed_where(post: Post, *, scheduled: bool) -> QuerySet[Any, int]:
    """The same of a post of which only its number is at hand."""
    if scheduled:
        return open_deliveries(post).values_list("channel_id", flat=True)
    live = post.deliveries.filter(Q(state=DeliveryState.PUBLISHED) | Q(remote_id__isnull=False))
    wanted = post.variants.exclude(channel_id__in=live.values("channel_id"))
    return wanted.values_list("channel_id", flat=True)


def require_future(moment: Moment, now: datetime | None = None) -> None:
    if moment.at < (now or clock.ask()) - GRACE:
        passed = {"at": dates.written(moment.local, "d M Y, H:i")}
        raise BadTime(gettext("%(at)s has passed. Choose a later time.") % passed)


def set_times(post: Post, standing: Mapping[int, Delivery], due: Mapping[int, Moment]) -> None:
    """`set_time` of each channel of `due`. What moves together from one time to another takes one
    statement.
    """
    together: defaultdict[tuple[Moment, datetime | None], list[Delivery]] = defaultdict(list)
    for channel_id, moment in due.items():
        delivery = standing.get(channel_id)
        if delivery is not None and delivery.state in MOVABLE:
            together[moment, delivery.due_at].append(delivery)
        else:
            set_time(post, delivery, channel_id, moment)
    for (moment, _from), deliveries in together.items():
        if _moved(deliveries, moment) != len(deliveries):
            raise under_way(deliveries[0].state)


def set_time(post: Post, delivery: Delivery | None, channel_id: int, moment: Moment) -> None:
    """Create the delivery's draft, or move it; a row that a worker holds is refused."""
    if delivery is None:
        times = _times(moment)
        Delivery.objects.create(team_id=post.team_id, post=post, channel_id=channel_id, **times)
    elif _moved([delivery], moment):
        return
    elif delivery.state in (DeliveryState.MISSED, DeliveryState.FAILED):
        again(delivery, moment, by=None)
    else:
        raise under_way(delivery.state)


def _moved(deliveries: Sequence[Delivery], moment: Moment) -> int:
    """How many of these, which were to go out at one time, now do so at `moment`."""
    ids = [delivery.pk for delivery in deliveries]
    movable = Delivery.objects.filter(pk__in=ids, state__in=MOVABLE)
    return movable.update(handles=memory.after_move(deliveries[0]), **_times(moment))


def _times(moment: Moment) -> dict[str, Any]:
    return {
        "due_at": moment.at,
        "run_at": moment.at,
        "zone": moment.zone,
        "local_time": moment.local.isoformat(timespec="seconds"),
        **unseen(),
    }


def unseen() -> dict[str, Any]:
    """What the preflight said was about another plan: it looks anew."""
    return {"preflight_at": Now(), "warning": "", "warning_about": ""}


def permit(
    post: Post,
    revision: Revision,
    source: str,
    *,
    by: User | None,
    name: str = "",
    cooling: timedelta = timedelta(0),
) -> Approval:
    approval, _ = Approval.objects.get_or_create(
        post=post,
        content_hash=revision.content_hash,
        revoked_at=None,
        defaults={
            "revision": revision,
            "source": source,
            "granted_by": by,
            "granted_name": name or str(by or ""),
            "not_before": Now() + cooling if cooling else None,
        },
    )
    return approval


def commit(post: Post, revision: Revision, *, by: User | None, name: str = "") -> None:
    """Raises Stopped where a gate has something against it, before anything is done; BeingPublished
    for what went out by a yes that a restored database no longer knows.
    """
    zone = post.planned_zone or post.team.time_zone
    at = from_utc(post.planned_at, zone) if post.planned_at else None
    standing = {d.channel_id: d for d in open_deliveries(post)}
    drafts = {pk: d for pk, d in standing.items() if d.state == DeliveryState.DRAFT}
    channels = channels_to_time(post)
    if not channels:
        raise IllegalMove(gettext("This post is live already. Duplicate it to write a new one."))
    times = {pk: drafts[pk].due_at if pk in drafts else post.planned_at for pk in channels}
    gating.require(post, revision, {pk: due for pk, due in times.items() if due})
    for channel_id in channels:
        if channel_id not in drafts and at is not None:
            set_time(post, standing.get(channel_id), channel_id, at)
    if post.stage != Stage.SCHEDULED:
        workflow.move(post, "schedule", by=by, name=name)
    dropped = list(post.deliveries.filter(state=DeliveryState.CANCELLED).order_by("-pk"))
    for delivery in post.deliveries.filter(state=DeliveryState.DRAFT, due_at__isnull=False):
        before = [one for one in dropped if one.channel_id == delivery.channel_id]
        _queue(delivery, revision, post, before, by=by, name=name)


def _queue(
    delivery: Delivery,
    revision: Revision,
    post: Post,
    dropped: Sequence[Delivery],
    *,
    by: User | None,
    name: str,
) -> None:
    """`dropped` before on its channel, newest first."""
    workflow.move(
        delivery,
        "commit",
        by=by,
        name=name,
        handles={**delivery.handles, **memory.of_dropped(dropped, revision.content_hash)},
        revision=revision,
        content_hash=revision.content_hash,
        run_at=delivery.due_at,
        late_after=patience(post),
        problem="",
        failures=0,
        **unseen(),
    )


def patience(post: Post) -> timedelta:
    """How late it may still go out by itself; later, a person is asked."""
    usual = timedelta(minutes=post.team.late_after_minutes)
    return min(usual, TIME_SENSITIVE) if post.time_sensitive else usual


def keep_patience(post: Post) -> None:
    """What is queued follows when the post becomes, or is no longer, time-sensitive."""
    queued = Delivery.objects.filter(post=post, state=DeliveryState.QUEUED)
    queued.update(late_after=patience(post))


def recall(post: Post, *, by: User | None) -> None:
    """Void approvals and take back what is queued, before content changes."""
    for delivery in open_deliveries(post):
        recall_one(delivery, by=by)
    # Asked last: a worker may have been through with them a moment before they were looked for.
    require_not_out(post)
    Approval.objects.filter(post=post, revoked_at=None).update(revoked_at=timezone.now())


def recall_one(delivery: Delivery, *, by: User | None) -> None:
    """Back to a draft, also out of a worker's hands, as long as nothing can be public."""
    for _ in range(STEPS_LOST):
        if delivery.state == DeliveryState.DRAFT:
            return
        if delivery.remote_id is not None:
            raise items.begun(delivery)
        if delivery.state not in states.RECALLABLE:
            raise under_way(delivery.state)
        try:
            workflow.move(
                delivery,
                "recall",
                by=by,
                expect=_NOTHING_LIVE,
                revision=None,
                content_hash="",
                owner="",
                lease_until=None,
                problem="",
                handles=memory.after_recall(delivery),
                prepared_hash="",
            )
            return
        except LostRace:
            delivery.refresh_from_db(fields=["state", "remote_id", "handles"])
    raise under_way(delivery.state)


def cancel_one(delivery: Delivery, *, by: User | None) -> None:
    """Never publish it. A worker that only prepares it loses it; one that sends has won."""
    for _ in range(STEPS_LOST):
        if delivery.state in MAY_BE_PUBLIC:
            break
        if delivery.remote_id is not None:
            raise items.begun(delivery)
        free: dict[str, Any] = {"owner": "", "lease_until": None}
        free["handles"] = memory.after_move(delivery)
        try:
            return workflow.move(delivery, "cancel", by=by, expect=_NOTHING_LIVE, **free)
        except LostRace:
            delivery.refresh_from_db(fields=["state", "attempt_no", "remote_id"])
    raise under_way(delivery.state)


def again(delivery: Delivery, moment: Moment, *, by: User | None) -> None:
    if "resend" not in states.DELIVERY[DeliveryState(delivery.state)]:
        raise IllegalMove(gettext("This delivery is not waiting to be sent again."))
    fresh = Approval.objects.filter(
        post_id=delivery.post_id, content_hash=delivery.content_hash, revoked_at=None
    )
    if not fresh.exists():
        raise NeedsReview(
            gettext("What was approved has changed since. Send the post for review again.")
        )
    workflow.move(
        delivery,
        "resend",
        by=by,
        handles=memory.after_resend(delivery),
        due_at=moment.at,
        run_at=moment.at,
        local_time=moment.local.isoformat(timespec="seconds"),
        zone=moment.zone,
        late_after=patience(delivery.post),
        problem="",
        failures=0,
        checks=0,
        absent_reads=0,
        unknown_since=None,
        check_at=None,
        **unseen(),
    )
