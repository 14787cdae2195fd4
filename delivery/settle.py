"""The one place where an outcome becomes a state. Called by the worker.

Everything happens in one transaction: the attempt is closed whatever else is true, and the delivery
moves if the permit still holds. A fenced worker may still prove that the post is live.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import structlog
from django.db import DataError, IntegrityError, transaction
from django.db.models import F
from django.db.models.functions import Greatest, Now

from delivery import alerts, attempts, dropped, patience, retries
from delivery.answers import CLOSED, Answer, plainly
from delivery.crashpoints import crashpoint
from delivery.models import Attempt
from delivery.moves import HELD_NO_MORE, NOT_OURS, current, live, lose, publish, put_back, refuse
from posts import items, states, workflow
from posts.errors import LostRace
from posts.models import Delivery, Post
from posts.states import DeliveryState
from posts.swap import Along
from publishers.contract import (
    Outcome,
    Processing,
    Published,
    Reconnect,
    Rejected,
    TryLater,
    Uncertain,
)
from publishers.models import Channel
from publishers.services import mark_reconnect

log = structlog.get_logger(__name__)


def settle(delivery: Delivery, attempt_no: int, answer: Answer) -> bool:
    """Store the answer; True when it is live, so that its post may be done.

    While the database is away we hold on to the answer: it is all we have.
    """

    def store() -> None:
        try:
            _apply(delivery, attempt_no, answer)
        except IntegrityError:
            if not isinstance(answer.outcome, Published):
                raise
            _apply(delivery, attempt_no, replace(answer, outcome=Uncertain(NOT_OURS)))
        except (DataError, UnicodeError):
            log.exception("delivery.said_oddly")
            _apply(delivery, attempt_no, replace(answer, outcome=plainly(answer.outcome)))

    crashpoint("before_store")
    patience.insist(store)
    crashpoint("after_store")
    return isinstance(answer.outcome, Published)


def _apply(delivery: Delivery, attempt_no: int, answer: Answer) -> None:
    closing = _closing(delivery.pk, attempt_no, answer)
    if _live_at_once(delivery, attempt_no, answer, closing):
        return
    with transaction.atomic():
        attempts.close(closing)
        _weigh(current(Post(pk=delivery.post_id), delivery.pk), attempt_no, answer)


def _live_at_once(delivery: Delivery, attempt_no: int, answer: Answer, closing: Along) -> bool:
    """The usual case: what we hold is live. Nothing has to be read or locked for that, and where
    nothing follows it is one statement.
    """
    outcome = answer.outcome
    sent = delivery.state == DeliveryState.SENDING and delivery.attempt_no == attempt_no
    if not sent or not isinstance(outcome, Published):
        return False
    try:
        if len(items.kinds(delivery)) == 1:
            with workflow.alone():
                publish(delivery, outcome.remote_id, outcome.permalink, along=closing)
        else:
            with transaction.atomic():
                attempts.close(closing)
                live(delivery, answer.item, outcome, held=True)
    except LostRace:
        return False
    return True


def _weigh(delivery: Delivery, attempt_no: int, answer: Answer) -> None:
    held = delivery.attempt_no == attempt_no and delivery.state in states.LEASED
    try:
        if held:
            _MEANING[type(answer.outcome)](delivery, answer)
        else:
            _too_late(delivery, answer)
    except LostRace:
        # A claim moves rows without the post's lock; what we know is written all the same.
        delivery.refresh_from_db(fields=["state", "attempt_no", "remote_id", "permalink"])
        _too_late(delivery, answer)


def _closing(delivery_id: int, attempt_no: int, answer: Answer) -> Along:
    outcome = answer.outcome
    remote_id = outcome.remote_id if isinstance(outcome, Published) else ""
    return attempts.closed(
        delivery_id,
        answer.item,
        attempt_no,
        CLOSED[type(outcome)],
        status=answer.status,
        detail=_reason(outcome),
        remote_id=remote_id,
    )


def _reason(outcome: Outcome) -> str:
    return "" if isinstance(outcome, Published | Processing) else outcome.reason[:1000]


def _too_late(delivery: Delivery, answer: Answer) -> None:
    """The permit is gone. What is certainly live is said, and never sent again. That is all."""
    outcome = answer.outcome
    if not isinstance(outcome, Published):
        log.warning("delivery.fenced", state=delivery.state, outcome=type(outcome).__name__)
    elif "publish" in states.DELIVERY[DeliveryState(delivery.state)]:
        live(delivery, answer.item, outcome, note={"late": True})
    elif outcome.remote_id not in (delivery.remote_id, *items.live(delivery)):
        if delivery.remote_id is not None and len(items.kinds(delivery)) > 1:
            live(delivery, answer.item, outcome, note={"late": True})
        log.error("delivery.live_after_all", state=delivery.state, remote_id=outcome.remote_id)
        if delivery.state == DeliveryState.CANCELLED:
            dropped.live_after_all(delivery, answer.item, outcome)
        said = {"channel": delivery.channel_id, "reason": outcome.permalink}
        workflow.record(
            delivery.post, "delivery.live_after_all", data={"delivery": delivery.pk, **said}
        )
        alerts.live_after_all(delivery, outcome.permalink)


# -- what each outcome means for a delivery that we hold


def _published(delivery: Delivery, answer: Answer) -> None:
    assert isinstance(answer.outcome, Published)
    if answer.looked:
        _note_found(delivery, answer.outcome, answer.item)
    live(delivery, answer.item, answer.outcome, held=not answer.looked)


def _note_found(delivery: Delivery, found: Published, item: int) -> None:
    """Whoever sent it left no trace here; this stands for that attempt."""
    Attempt.objects.create(
        delivery=delivery,
        item=item,
        attempt_no=delivery.attempt_no,
        content_hash=delivery.content_hash,
        idempotent=False,
        worker=delivery.owner,
        intent_at=Now(),
        outcome=Attempt.Outcome.OK,
        detail="Found there before it was sent: nothing was sent now.",
        remote_id=found.remote_id,
        ended_at=Now(),
    )


def _processing(delivery: Delivery, answer: Answer) -> None:
    """In `sending` the platform has the post; in `claimed` it only prepares a container for it."""
    outcome = answer.outcome
    assert isinstance(outcome, Processing)
    after = timedelta(seconds=max(outcome.after, 1))
    if delivery.state == DeliveryState.CLAIMED:
        put_back(delivery, "The platform is preparing the media.", after)
        return
    workflow.move(
        delivery,
        "accept",
        expect={"attempt_no": delivery.attempt_no},
        handles={**delivery.handles, "processing": outcome.handle},
        check_at=Now() + after,
        checks=0,
        problem="",
        **HELD_NO_MORE,
    )


def _try_later(delivery: Delivery, answer: Answer) -> None:
    outcome = answer.outcome
    assert isinstance(outcome, TryLater)
    failures = delivery.failures if outcome.rate_limited else delivery.failures + 1
    plan = retries.of(delivery.post.team)
    if plan.spent(failures):
        refuse(delivery, f"Tried {failures} times. {outcome.reason}", failures=failures)
        return
    turns = _times_too_fast(delivery) if outcome.rate_limited else failures
    pause = retries.asked(outcome.after, turns, plan)
    if outcome.rate_limited:
        Channel.objects.filter(pk=delivery.channel_id).update(
            next_slot_at=Greatest(F("next_slot_at"), Now() + pause)
        )
    put_back(delivery, outcome.reason, pause, failures=failures)


def _times_too_fast(delivery: Delivery) -> int:
    """Not every platform says how long to wait: each time longer, though it is no failure."""
    return delivery.attempts.filter(status=429).count()


def _rejected(delivery: Delivery, answer: Answer) -> None:
    assert isinstance(answer.outcome, Rejected)
    refuse(delivery, answer.outcome.reason)


def _reconnect(delivery: Delivery, answer: Answer) -> None:
    """The post is fine and waits, visible, until somebody has signed in again."""
    outcome = answer.outcome
    assert isinstance(outcome, Reconnect)
    put_back(delivery, outcome.reason, timedelta(0))
    if not answer.renewed:
        waiting = Delivery.objects.filter(
            channel_id=delivery.channel_id, state=DeliveryState.QUEUED
        ).count()
        said = "One post waits" if waiting == 1 else f"{waiting} posts wait"
        mark_reconnect(
            delivery.channel_id,
            outcome.reason,
            waiting=f"{said} until it is connected again.",
            version=answer.version,
        )


def _uncertain(delivery: Delivery, answer: Answer) -> None:
    assert isinstance(answer.outcome, Uncertain)
    if delivery.state == DeliveryState.SENDING:
        lose(delivery, answer.outcome.reason)
    elif answer.looked:
        _unseen(delivery, answer.outcome.reason)
    else:
        # Nothing public can exist before the intent.
        _try_later(delivery, Answer(TryLater(answer.outcome.reason)))


def _unseen(delivery: Delivery, reason: str) -> None:
    """We could not see whether it is live: looked again, for as long as tries are left."""
    failures, plan = delivery.failures + 1, retries.of(delivery.post.team)
    if not plan.spent(failures):
        put_back(delivery, reason, plan.pause(failures), failures=failures)
        return
    workflow.move(
        delivery,
        "ask",
        expect={"attempt_no": delivery.attempt_no},
        note={"reason": reason[:500]},
        problem=items.told(delivery, reason)[:1000],
        failures=failures,
        **HELD_NO_MORE,
    )
    alerts.trouble(delivery)


_MEANING: dict[type[Outcome], Callable[[Delivery, Answer], None]] = {
    Published: _published,
    Processing: _processing,
    TryLater: _try_later,
    Rejected: _rejected,
    Reconnect: _reconnect,
    Uncertain: _uncertain,
}
