"""Sending what was told. The task `notifications.drain` calls `drain`; the rows are the queue.

A worker leases one row, sends with no transaction open, and writes the result if the lease is
still its own. A crash after the mail server took the mail and before that was written repeats the
mail once the lease ends: it may rarely come twice (under one Message-ID), it is never lost.
"""

import logging
import random
import time
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import override

from accounts import languages, permissions
from accounts.models import Invitation
from accounts.services.invitations import issue_token
from notifications.models import LiveEvent, Message, Sending
from notifications.services import tell
from notifications.ways import Later, Never, Result, Sent, Way, email
from ui import dates

logger = logging.getLogger(__name__)

WAYS: Mapping[str, Way] = {"email": email.deliver}
LEASE = timedelta(minutes=2)
# About a day: 30 s, 1 min, 2 min … then every hour.
MAX_ATTEMPTS = 30
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(hours=1)
# A slow mail server must not take all workers from publishing.
AT_ONCE = 3
SECONDS_PER_DRAIN = 20.0
KEEP_EVENTS = timedelta(days=1)

State = Sending.State


def drain() -> int:
    """Send what is due; the number of messages handled."""
    tell_invited()
    handled, until = 0, time.monotonic() + SECONDS_PER_DRAIN
    while time.monotonic() < until and (sending := lease()):
        settle(sending, _attempt(sending))
        handled += 1
    return handled


def lease() -> Sending | None:
    """Take one due row, or one whose worker died, for this worker alone."""
    now = timezone.now()
    if Sending.objects.filter(state=State.SENDING, lease_until__gt=now).count() >= AT_ONCE:
        return None
    due = Q(state=State.WAITING, run_at__lte=now) | Q(state=State.SENDING, lease_until__lte=now)
    with transaction.atomic():
        sending = (
            Sending.objects.select_for_update(skip_locked=True, of=("self",))
            .select_related("message__user", "message__team")
            .filter(due)
            .order_by("run_at", "pk")
            .first()
        )
        if sending is None:
            return None
        sending.state, sending.lease_until = State.SENDING, now + LEASE
        sending.attempts += 1
        sending.save(update_fields=["state", "lease_until", "attempts"])
    return sending


def settle(sending: Sending, result: Result) -> bool:
    """Write what became of it, unless the lease ended and another worker has the row."""
    now = timezone.now()
    mine = Sending.objects.filter(
        pk=sending.pk, state=State.SENDING, lease_until=sending.lease_until
    )
    match result:
        case Sent():
            changed = mine.update(state=State.SENT, sent_at=now, lease_until=None, error="")
            _forget_secret(sending)
        case Later(error) if sending.attempts < MAX_ATTEMPTS:
            changed = mine.update(
                state=State.WAITING,
                run_at=now + pause(sending.attempts),
                lease_until=None,
                error=error,
            )
        case Later(error) | Never(error):
            changed = mine.update(state=State.FAILED, lease_until=None, error=error)
            logger.error("notification_failed", extra={"sending": sending.pk, "error": error})
    return bool(changed)


def pause(attempts: int) -> timedelta:
    """Doubling, with a spread so that a hundred mails do not come back in the same second."""
    wait: timedelta = min(FIRST_PAUSE * 2 ** min(attempts - 1, 10), LONGEST_PAUSE)
    return wait * random.uniform(0.8, 1.2)


def send_again(sending: Sending) -> bool:
    """A person asked for another try of one that failed."""
    failed = Sending.objects.filter(pk=sending.pk, state=State.FAILED)
    return bool(failed.update(state=State.WAITING, attempts=0, run_at=timezone.now(), error=""))


def tell_invited() -> int:
    """Mail for invitations: accounts stands below this room and leaves rows, not calls."""
    with transaction.atomic():
        untold = Invitation.objects.untold().select_related("team", "invited_by")
        told = list(untold.select_for_update(skip_locked=True, of=("self",))[:20])
        for invitation in told:
            tell(
                kind="team_invitation",
                team=invitation.team,
                email=invitation.email,
                data=_invited(invitation),
                secret={"url": f"/invitations/{issue_token(invitation)}/"},
            )
    return len(told)


def _invited(invitation: Invitation) -> dict[str, str]:
    """In the language of whoever invites: nothing else is known of who reads it."""
    language = languages.of_mail(invitation.invited_by)
    with override(language):
        return {
            "by": str(invitation.invited_by),
            "team": invitation.team.name,
            "role": permissions.said(invitation.role),
            "until": dates.written(invitation.expires_at, "j F Y"),
            "language": language,
        }


def prune(now: datetime | None = None) -> int:
    """Live events are for browsers that were away for a moment."""
    before = (now or timezone.now()) - KEEP_EVENTS
    return LiveEvent.objects.filter(at__lt=before).delete()[0]


def _attempt(sending: Sending) -> Result:
    """One broken message must not hold up the others, whatever is wrong with it."""
    try:
        return WAYS[sending.way](sending)
    except Exception as broken:
        logger.exception("notification_broken", extra={"sending": sending.pk})
        return Later(type(broken).__name__)


def _forget_secret(sending: Sending) -> None:
    unsent = Sending.objects.filter(message=sending.message_id).exclude(state=State.SENT)
    if not unsent.exists():
        Message.objects.filter(pk=sending.message_id).update(sealed="")
