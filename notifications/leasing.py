"""How workers share the rows of the outbox. Called by whoever drains some of them.

A worker leases one row, sends with no transaction open, and writes the result if the lease is
still its own. A crash after the other side took it and before that was written repeats it once the
lease ends: it may rarely come twice (under one id), it is never lost.
"""

import logging
import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from notifications.models.leased import Leased
from notifications.ways import Later, Never, Result, Sent, Waits

logger = logging.getLogger(__name__)

# About a day: 30 s, 1 min, 2 min … then every hour.
MAX_ATTEMPTS = 30
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(hours=1)

State = Leased.State


def lease[L: Leased](rows: QuerySet[L], *, at_once: int) -> L | None:
    """Take one due row, or one whose worker died, for this worker alone; at most `at_once` of
    `rows` are under way.
    """
    now = timezone.now()
    due = Q(state=State.WAITING, run_at__lte=now) | Q(state=State.SENDING, lease_until__lte=now)
    # Asked several times a second, and nearly always in vain.
    if not rows.filter(due).exists():
        return None
    if rows.filter(state=State.SENDING, lease_until__gt=now).count() >= at_once:
        return None
    with transaction.atomic():
        free = rows.select_for_update(skip_locked=True, of=("self",))
        row = free.filter(due).order_by("run_at", "pk").first()
        if row is None:
            return None
        row.state = State.SENDING
        row.lease_until = now + timedelta(seconds=settings.NOTICE_LEASE_SECONDS)
        row.attempts += 1
        row.save(update_fields=["state", "lease_until", "attempts"])
    return row


def attempt[L: Leased, R](row: L, way: Callable[[L], R]) -> R | Later:
    """One broken message must not hold up the others, whatever is wrong with it."""
    try:
        return way(row)
    except Exception as broken:
        logger.exception("notification_broken", extra={"row": row.pk, "of": type(row).__name__})
        return Later(type(broken).__name__)


def settle(row: Leased, result: Result) -> bool:
    """Write what became of it, unless the lease ended and another worker has the row."""
    now = timezone.now()
    rows: QuerySet[Any] = type(row)._default_manager.filter(
        pk=row.pk, state=State.SENDING, lease_until=row.lease_until
    )
    match result:
        case Sent():
            changed = rows.update(state=State.SENT, sent_at=now, lease_until=None, error="")
        case Waits(until):
            changed = rows.update(
                state=State.WAITING, run_at=until, lease_until=None, attempts=F("attempts") - 1
            )
        case Later(error) if row.attempts < MAX_ATTEMPTS:
            changed = rows.update(
                state=State.WAITING,
                run_at=now + pause(row.attempts),
                lease_until=None,
                error=error,
            )
        case Later(error) | Never(error):
            changed = rows.update(state=State.FAILED, lease_until=None, error=error)
            logger.error(
                "notification_failed",
                extra={"row": row.pk, "of": type(row).__name__, "error": error},
            )
    return bool(changed)


def pause(attempts: int, longest: timedelta = LONGEST_PAUSE) -> timedelta:
    """Doubling, with a spread so that a hundred mails do not come back in the same second."""
    wait: timedelta = min(FIRST_PAUSE * 2 ** min(attempts - 1, 10), longest)
    return wait * random.uniform(0.8, 1.2)
