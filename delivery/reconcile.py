"""Finds out what became of what we do not know. Called by the reconcile tick and the publisher.

`due` leases a look by counting it; `look` asks the platform outside any transaction and then moves
the delivery by compare-and-swap on that count. A failed read is never taken for absence.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog
from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Greatest, Now

from delivery import aftermath, alerts, instance, moves, patience, retries
from delivery.memory import Recollection
from delivery.models import Attempt
from delivery.queries import doubts
from posts import items, workflow
from posts.errors import LostRace
from posts.models import Delivery
from posts.states import DeliveryState
from publishers import registry, sessions, storable
from publishers.contract import (
    CannotTell,
    Confirms,
    Finds,
    Found,
    NotFound,
    Outcome,
    Processing,
    Published,
    Reconcile,
    Rejected,
    Sighting,
    Uncertain,
)
from publishers.sessions import Session

log = structlog.get_logger(__name__)

MOST = 50
LEASE = timedelta(seconds=60)
LONGEST_PROCESSING = timedelta(hours=24)
ABSENT_TWICE = 2


@dataclass(frozen=True)
class Look:
    """One leased look; `checks` is its fence."""

    delivery_id: int
    checks: int
    platform: str
    team_id: int


def due(most: int = MOST, under_way: Mapping[str, int] | None = None) -> Sequence[Look]:
    """Lease what is to be looked at now: the teams in turn, of each platform `most` with those that
    are `under_way` already.
    """
    if not instance.ours():
        return []
    looks = []
    for pk, checks, platform, team_id in doubts.waiting(most, under_way or {}):
        leased = Delivery.objects.filter(pk=pk, checks=checks, check_at__lte=Now())
        if leased.update(check_at=Now() + LEASE, checks=checks + 1):
            looks.append(Look(pk, checks + 1, platform, team_id))
    return looks


def look(delivery_id: int, checks: int) -> None:
    delivery = (
        Delivery.objects.select_related("post__team", "channel", "revision")
        .filter(pk=delivery_id, checks=checks)
        .first()
    )
    if delivery is None:
        return
    with structlog.contextvars.bound_contextvars(delivery_id=delivery_id):
        try:
            if delivery.state == DeliveryState.UNKNOWN:
                _unknown(delivery)
            elif delivery.state == DeliveryState.ACCEPTED:
                _accepted(delivery)
        except LostRace:
            log.info("delivery.look_overtaken")


# -- unknown: live, provably not, or somebody has to look


def _unknown(delivery: Delivery) -> None:
    sighting = _sighting(delivery)
    log.info("delivery.looked", saw=type(sighting).__name__)
    if isinstance(sighting, Found):
        _found(delivery, sighting)
    elif isinstance(sighting, NotFound):
        _not_found(delivery)
    else:
        _cannot_tell(delivery, sighting.reason)


def _sighting(delivery: Delivery) -> Sighting:
    if _settled_by(delivery) == "ask":
        return CannotTell("")  # what the call said is all that is known
    session = sessions.open_session(delivery.channel_id)
    if not isinstance(session, Session):
        return CannotTell(session.reason)
    if not isinstance(session.adapter, Finds):
        # Without a way to look, only a repeat under the same key is safe.
        return NotFound() if session.adapter.reconcile == "key" else CannotTell("")
    try:
        doubted = items.of(delivery)
        memory = Recollection(delivery, doubted.number)
        return storable.sighting(session.adapter.find(doubted.payload, memory))
    except Exception:
        log.exception("delivery.look_failed")
        return CannotTell("Looking for it failed on our side.")


def _found(delivery: Delivery, found: Found) -> None:
    if not _its_own(delivery, found, note={"found": True}):
        _ask(delivery, moves.NOT_OURS)


def _its_own(delivery: Delivery, found: Found | Published, **how: Any) -> bool:
    """Live, and its post done with it; False where what was found is another delivery's."""
    with transaction.atomic():
        fresh = _fresh(delivery)
        try:
            with transaction.atomic():
                _live(fresh, found, **how)
        except IntegrityError:
            return False
        aftermath.finish(delivery.post_id)
    return True


def _live(delivery: Delivery, found: Found | Published, **how: Any) -> None:
    """What was sent after it, by a database that has forgotten, is looked up before it is sent."""
    item = len(items.live(delivery))
    moves.live(delivery, item, found, **how)
    forgotten = Attempt.objects.filter(delivery_id=delivery.pk, item__gt=item)
    if delivery.state == DeliveryState.QUEUED and forgotten.exists():
        workflow.move(
            delivery, "doubt", unknown_since=Now(), check_at=Now(), checks=0, absent_reads=0
        )


def _not_found(delivery: Delivery) -> None:
    """With a key a repeat is harmless; else absence counts after the quiet time, twice in a row."""
    waited, quiet = _waited(delivery), patience.quiet(delivery)
    if _settled_by(delivery) == "key":
        _absent(delivery)
    elif waited < quiet:
        _look_again(delivery, quiet - waited, absent_reads=0)
    elif delivery.absent_reads + 1 >= ABSENT_TWICE:
        _absent(delivery)
    else:
        _look_again(delivery, patience.gap(), absent_reads=delivery.absent_reads + 1)


def _absent(delivery: Delivery) -> None:
    in_time = Delivery.objects.filter(pk=delivery.pk, due_at__gt=Now() - F("late_after"))
    if not in_time.exists():
        _ask(delivery, "It is not live, and its time has passed.")
        return
    # The first repeat is at once: a worker that died is nobody's refusal.
    failures, plan = delivery.failures + 1, retries.of(delivery.post.team)
    if plan.spent(failures):
        _ask(delivery, f"It is not live. Tried {failures} times. {delivery.problem}".strip())
        return
    pause = plan.pause(failures - 1) if failures > 1 else timedelta(0)
    with transaction.atomic():
        workflow.move(
            _fresh(delivery),
            "prove_absent",
            expect={"checks": delivery.checks, "attempt_no": delivery.attempt_no},
            run_at=Greatest(F("due_at"), Now() + pause),
            check_at=None,
            unknown_since=None,
            failures=failures,
            problem=delivery.problem if pause else "",
        )


def _cannot_tell(delivery: Delivery, reason: str) -> None:
    """Tried again for a while, sooner where an answer would decide; then a person looks."""
    waited, quiet, gap = _waited(delivery), patience.quiet(delivery), patience.gap()
    settled_by = _settled_by(delivery)
    if settled_by == "ask" or waited >= quiet + 2 * gap:
        _ask(delivery, reason)
    elif settled_by == "key":
        soon = timedelta(seconds=5 * 2 ** min(delivery.checks, 6))
        _look_again(delivery, min(soon, gap), absent_reads=0)
    else:
        _look_again(delivery, gap if waited >= quiet else quiet - waited, absent_reads=0)


def _settled_by(delivery: Delivery) -> Reconcile:
    return registry.reconcile_of(delivery.channel.platform, delivery.channel.kind)


def _look_again(delivery: Delivery, pause: timedelta, *, absent_reads: int) -> None:
    _as_looked_at(delivery).update(check_at=Now() + pause, absent_reads=absent_reads)


def _ask(delivery: Delivery, reason: str) -> None:
    with transaction.atomic():
        fresh = _fresh(delivery)
        workflow.move(
            fresh,
            "ask",
            expect={"checks": delivery.checks, "attempt_no": delivery.attempt_no},
            note={"reason": reason},
            problem=(items.told(fresh, reason) if reason else fresh.problem)[:1000],
            check_at=None,
        )
        alerts.trouble(fresh)


def _fresh(delivery: Delivery) -> Delivery:
    fresh = moves.current(delivery.post, delivery.pk)
    if _doubt(fresh) != _doubt(delivery):
        raise LostRace("Another look came in between.")
    return fresh


def _doubt(delivery: Delivery) -> tuple[object, ...]:
    """Which doubt, and which look at it: looks are counted anew with each attempt."""
    return delivery.attempt_no, delivery.unknown_since, delivery.checks


def _as_looked_at(delivery: Delivery) -> QuerySet[Delivery]:
    return Delivery.objects.filter(
        pk=delivery.pk,
        state=delivery.state,
        attempt_no=delivery.attempt_no,
        unknown_since=delivery.unknown_since,
        checks=delivery.checks,
    )


def _waited(delivery: Delivery) -> timedelta:
    """Since when we do not know, by the database's clock."""
    row = Delivery.objects.filter(pk=delivery.pk).annotate(waited=Now() - F("unknown_since"))
    waited: timedelta | None = row.values_list("waited", flat=True).first()
    return waited or timedelta(0)


# -- accepted: the platform has it and is not finished


def _accepted(delivery: Delivery) -> None:
    outcome = _confirmed(delivery)
    if isinstance(outcome, Published):
        _finished(delivery, outcome)
    elif isinstance(outcome, Rejected):
        with transaction.atomic():
            moves.refuse(_fresh(delivery), outcome.reason)
    elif isinstance(outcome, Uncertain) or _overdue(delivery):
        with transaction.atomic():
            moves.lose(_fresh(delivery), "The platform does not say what became of it.")
    else:
        asked = outcome.after if isinstance(outcome, Processing) else None
        pause = timedelta(seconds=max(asked or 0, min(5 * 2 ** min(delivery.checks, 7), 300)))
        _as_looked_at(delivery).update(check_at=Now() + pause)


def _finished(delivery: Delivery, published: Published) -> None:
    if not _its_own(delivery, published):
        with transaction.atomic():
            moves.lose(_fresh(delivery), moves.NOT_OURS)


def _confirmed(delivery: Delivery) -> Outcome:
    session = sessions.open_session(delivery.channel_id)
    if not isinstance(session, Session):
        return session
    if not isinstance(session.adapter, Confirms):
        return Uncertain("This platform does not say what became of it.")
    try:
        handle = delivery.handles["processing"]
        return storable.outcome(session.adapter.confirm(handle, items.of(delivery).payload))
    except Exception:
        log.exception("delivery.confirm_failed")
        return Processing("", after=60)


def _overdue(delivery: Delivery) -> bool:
    long_ago = Now() - LONGEST_PROCESSING
    rows = Delivery.objects.filter(pk=delivery.pk, sent_at__lt=long_ago, run_at__lt=long_ago)
    return rows.exists()
