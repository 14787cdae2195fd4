"""What a person may decide about one delivery, and how a decision is taken back.

Called by pages, the admin and delivery/services/bulk.py. Each holds the post's lock; a decision is
done when its compare-and-swap has won, and says so otherwise.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from notifications.live import announce
from posts import audited, clock, states, workflow
from posts.errors import IllegalMove, LostRace
from posts.models import Approval, Delivery, Post
from posts.services import gating, parts
from posts.services.blackouts import require_open
from posts.services.commitment import (
    MAY_BE_PUBLIC,
    STEPS_LOST,
    again,
    cancel_one,
    locked,
    require_future,
    set_time,
)
from posts.services.finishing import finish
from posts.states import TROUBLED, DeliveryState, Stage
from posts.times import Moment, from_utc
from posts.underway import under_way

_D = DeliveryState
_ENDED = {
    _D.PUBLISHED: gettext_lazy(
        "This post is live already. To take it down, delete it on the platform."
    ),
    _D.CANCELLED: gettext_lazy("This was dropped already."),
}
_TIMES = ("due_at", "run_at")
_KEPT = ("state", *_TIMES, "local_time", "zone", "problem", "failures", "attempt_no")


@dataclass(frozen=True)
class Decision:
    """Where a delivery stood before a person decided, and after. `was` and `became` are JSON."""

    delivery_id: int
    was: dict[str, Any]
    became: dict[str, Any]


@transaction.atomic
def cancel(*, delivery: Delivery, by: User) -> Decision:
    """Never publish it on this channel. Raises BeingPublished when the call may be on the wire."""
    post = _held(delivery)
    if delivery.state in states.ENDED:
        raise IllegalMove(_ENDED[_D(delivery.state)])
    was = _kept(delivery)
    cancel_one(delivery, by=by)
    audited.decided(delivery, "delivery.cancel", by=by, before=_told(was))
    finish(post.pk)
    return Decision(delivery.pk, was, _kept(delivery))


@transaction.atomic
def drop(*, delivery: Delivery, by: User) -> Decision:
    """Give up what did not go out, or what nobody knows about."""
    _held(delivery)
    if delivery.state not in TROUBLED:
        raise IllegalMove(_("Somebody decided about it already."))
    return cancel(delivery=delivery, by=by)


@transaction.atomic
def resend(
    *, delivery: Delivery, by: User, at: Moment | None = None, looked: bool = False
) -> Decision:
    """Queue a failed or missed delivery again, as approved, for now or `at`; one that may be live
    only when somebody `looked` and it is not.

    Raises IllegalMove, NeedsReview when its content is no longer approved, BadTime, Stopped.
    """
    post = _held(delivery)
    if delivery.state == _D.NEEDS_HUMAN and not looked:
        raise IllegalMove(_("It may be live. Say first whether it is."))
    if at is not None:
        require_future(at)
        require_open(post.team, at)
    was = _kept(delivery)
    moment = at or from_utc(clock.ask(), delivery.zone or post.team.time_zone)
    gating.require_again(delivery, moment.at)
    again(delivery, moment, by=by)
    after = {"due_at": delivery.due_at}
    audited.decided(delivery, "delivery.resend", by=by, before=_told(was), after=after)
    return Decision(delivery.pk, was, _kept(delivery))


@transaction.atomic
def move(*, delivery: Delivery, by: User, at: Moment) -> None:
    """Another time for one that is queued; its approval stays. Raises BeingPublished, BadTime."""
    post = _held(delivery)
    require_future(at)
    require_open(post.team, at)
    if delivery.state != _D.QUEUED:
        raise IllegalMove(_("Only what is in the queue can be moved."))
    gating.require_again(delivery, at.at)
    was = {**_named(delivery), "at": delivery.due_at}
    set_time(post, delivery, delivery.channel_id, at)
    data = {**_named(delivery), "at": at.at.isoformat()}
    workflow.record(post, "delivery.move", by=by, data=data, changed=(was, data))
    announce(post.team_id, f"delivery:{delivery.pk}", "deliveries", "board", "calendar")


@transaction.atomic
def try_now(*, delivery: Delivery, by: User) -> None:
    """Do not wait for the next try of one that is due. Its tries are counted anew."""
    post = _held(delivery)
    waiting = Delivery.objects.filter(pk=delivery.pk, state=_D.QUEUED, due_at__lte=Now())
    if not waiting.update(run_at=Now(), failures=0, problem=""):
        raise IllegalMove(_("This delivery is not waiting for another try."))
    workflow.record(post, "delivery.try_now", by=by, data=_named(delivery))
    announce(post.team_id, f"delivery:{delivery.pk}", "deliveries")


@transaction.atomic
def confirm_live(*, delivery: Delivery, by: User, permalink: str = "") -> None:
    """A person saw it on the platform. Recorded with who said so.

    Of a thread it is the item in doubt; the next one follows it, so its address must be known.
    Raises IllegalMove without.
    """
    post = _held(delivery)
    was = _kept(delivery)
    after = {"permalink": permalink}
    if parts.noted(delivery, by=by, permalink=permalink):
        audited.decided(delivery, "delivery.confirm_live", by=by, before=_told(was), after=after)
        return
    workflow.move(
        delivery,
        "confirm_live",
        by=by,
        confirmed_by=by,
        permalink=delivery.permalink or permalink,
        published_at=Now(),
        problem="",
    )
    audited.decided(delivery, "delivery.confirm_live", by=by, before=_told(was), after=after)
    finish(post.pk)


@transaction.atomic
def stop(*, delivery: Delivery, by: User) -> None:
    """What is live of a thread is enough: it counts as published, and nothing follows.

    Raises IllegalMove where nothing is live, BeingPublished while an item may be on its way.
    """
    post = _held(delivery)
    for _try in range(STEPS_LOST):
        if delivery.state in MAY_BE_PUBLIC:
            break
        if delivery.remote_id is None or delivery.state in states.ENDED:
            raise IllegalMove(_("There is nothing to stop."))
        was = _kept(delivery)
        try:
            parts.stop(delivery, by=by)
        except LostRace:
            delivery.refresh_from_db(fields=["state", "attempt_no"])
            continue
        audited.decided(delivery, "delivery.stop", by=by, before=_told(was))
        finish(post.pk)
        return
    raise under_way(delivery.state)


@transaction.atomic
def take_back(*, delivery: Delivery, decision: Decision, by: User) -> None:
    """Undo a cancellation or a requeue, as long as nothing has happened since.

    Raises BeingPublished, LostRace when it moved on, IllegalMove when its post did.
    """
    post = _held(delivery)
    if delivery.state in states.IN_FLIGHT:
        raise under_way(delivery.state)
    if _kept(delivery) != decision.became:
        raise LostRace(_("It has changed since. Nothing was taken back."))
    back = _D.QUEUED if decision.was["state"] in states.LEASED else _D(decision.was["state"])
    event, dropped = f"restore_{back}", delivery.state == _D.CANCELLED
    if event not in states.DELIVERY[_D(delivery.state)]:
        raise IllegalMove(_("This cannot be taken back."))
    if back == _D.QUEUED:
        _require_still_to_come(delivery)
    if dropped:
        _require_free(post, delivery)
    fields = {name: decision.was[name] for name in ("local_time", "zone", "problem", "failures")}
    fields |= {name: datetime.fromisoformat(decision.was[name]) for name in _TIMES}
    expect = {"attempt_no": delivery.attempt_no}
    workflow.move(delivery, event, by=by, expect=expect, **fields)
    audited.decided(delivery, "delivery.take_back", by=by, before=_told(decision.became))
    if dropped:
        _reopen(post, delivery, by=by)


def _held(delivery: Delivery) -> Post:
    """The post's lock; `delivery` is read again under it."""
    post = locked(delivery.post)
    delivery.refresh_from_db()
    delivery.post = post
    return post


def _kept(delivery: Delivery) -> dict[str, Any]:
    fields = {name: getattr(delivery, name) for name in _KEPT}
    times = {name: fields[name] and fields[name].isoformat() for name in _TIMES}
    return {**fields, **times, "state": str(delivery.state)}


def _told(kept: dict[str, Any]) -> dict[str, Any]:
    return {name: kept[name] for name in ("state", "due_at", "problem") if kept[name]}


def _named(delivery: Delivery) -> dict[str, int]:
    return {"delivery": delivery.pk, "channel": delivery.channel_id}


def _require_still_to_come(delivery: Delivery) -> None:
    if delivery.due_at is None or delivery.due_at <= clock.ask():
        raise IllegalMove(_("Its time has passed since. Choose a new one."))
    approved = Approval.objects.filter(
        post_id=delivery.post_id, content_hash=delivery.content_hash, revoked_at=None
    )
    if not approved.exists():
        raise IllegalMove(_("Its content is no longer approved. Send the post for review again."))
    gating.require_again(delivery, delivery.due_at)


def _require_free(post: Post, delivery: Delivery) -> None:
    if post.trashed_at or post.stage not in (Stage.APPROVED, Stage.SCHEDULED, Stage.DONE):
        raise IllegalMove(_("The post was changed since. Schedule it again."))
    planned_anew = post.deliveries.filter(channel_id=delivery.channel_id)
    if planned_anew.exclude(state=_D.CANCELLED).exists():
        raise IllegalMove(_("The post was planned again on this channel since."))


def _reopen(post: Post, delivery: Delivery, *, by: User) -> None:
    """A post that was done, or lost its time, with this delivery's end has work before it again."""
    if post.stage == Stage.SCHEDULED:
        return
    workflow.move(post, "reopen" if post.stage == Stage.DONE else "schedule", by=by)
    if post.planned_at is None:
        Post.objects.filter(pk=post.pk).update(
            planned_at=delivery.due_at, planned_zone=delivery.zone
        )
