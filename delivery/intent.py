"""The one statement between "may be repeated" and "never again". Called by the worker.

The database has the last word: what is not approved, not due, or on a channel that was held or
disconnected since the claim does not get its intent.
"""

from collections.abc import Mapping
from typing import Any

import psycopg
import structlog
from django.db import IntegrityError
from django.db.models import F
from django.db.models.functions import Now

from delivery import attempts
from delivery.leases import ENOUGH
from delivery.permits import Permit
from posts import workflow
from posts.errors import LostRace
from posts.models import Delivery
from publishers.contract import TryLater

log = structlog.get_logger(__name__)

# The trigger of posts/migrations/0009_open_channel.py.
CHANNEL_OPEN = "delivery_channel_open"
# Made once: what is told apart by what it says is compared with each intent.
_NOW = Now()
_LONG_ENOUGH, _NOT_TOO_LATE = _NOW + ENOUGH, _NOW - F("late_after")


class ChannelClosed(Exception):
    """Nothing begins there now. The delivery is as it was, and nothing is wrong with it."""


def write(delivery: Delivery, permit: Permit, item: int, *, keyed: bool) -> TryLater | None:
    """None when it is committed, so that the call may be made; else why it must not.

    `keyed`: the platform knows a repeat by its key. Raises ChannelClosed.
    """
    expect: Mapping[str, Any] = {
        "attempt_no": permit.attempt_no,
        "owner": permit.owner,
        "lease_until__gt": _LONG_ENOUGH,
    }
    sent: Mapping[str, Any] = {}
    if not item:
        # How late a post is, its first item says; what has begun is not left half done.
        sent, expect = {"sent_at": _NOW}, {**expect, "due_at__gt": _NOT_TOO_LATE}
    attempt = attempts.begun(
        delivery.pk,
        item,
        permit.attempt_no,
        content=delivery.content_hash,
        idempotent=keyed,
        worker=permit.owner,
    )
    try:
        with workflow.alone():
            workflow.move(delivery, "intend", expect=expect, along=attempt, **sent)
    except LostRace:
        # Recalled, taken over, or too late: only the last puts it back.
        return TryLater("Getting it ready took too long.")
    except IntegrityError as error:
        log.warning("delivery.intent_refused", error=str(error))
        if _refused_by(error) == CHANNEL_OPEN:
            raise ChannelClosed from error
        # The approval was withdrawn, or it is not time.
        return TryLater("It is no longer approved as it is.")
    return None


def _refused_by(error: IntegrityError) -> str:
    """The name of what in the database refused."""
    cause = error.__cause__
    return cause.diag.constraint_name or "" if isinstance(cause, psycopg.Error) else ""
