"""Sending mails. The task `notifications.drain` calls `drain`; how rows are taken: leasing.py."""

import time
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import override

from accounts import languages, permissions
from accounts.models import Invitation
from accounts.services.invitations import issue_token
from notifications import digests, leasing
from notifications.kinds import EMAIL
from notifications.models import LiveEvent, Message, Sending
from notifications.models.live import KEPT
from notifications.services import tell
from notifications.ways import Result, Sent, email
from ui import dates

# A slow mail server must not take all workers from publishing.
AT_ONCE = 3
SECONDS_PER_DRAIN = 20.0

State = Sending.State


def drain() -> int:
    """Send what is due; the number of messages handled."""
    tell_invited()
    digests.gather()
    handled, until = 0, time.monotonic() + SECONDS_PER_DRAIN
    while time.monotonic() < until and (_one_mail() or _one_digest()):
        handled += 1
    return handled


def _one_mail() -> bool:
    if sending := lease():
        result = leasing.attempt(sending, email.deliver)
        settle(sending, result)
        _end(result)
    return sending is not None


def _one_digest() -> bool:
    if digest := leasing.lease(digests.rows(), at_once=AT_ONCE):
        result = leasing.attempt(digest, digests.deliver)
        digests.settle(digest, result)
        _end(result)
    return digest is not None


def _end(result: Result) -> None:
    if isinstance(result, Sent):
        result.afterwards()


def mails() -> QuerySet[Sending]:
    return Sending.objects.filter(way=EMAIL).select_related("message__user", "message__team")


def lease() -> Sending | None:
    return leasing.lease(mails(), at_once=AT_ONCE)


def settle(sending: Sending, result: Result) -> bool:
    mine = leasing.settle(sending, result)
    if isinstance(result, Sent):
        _forget_secret(sending)
    return mine


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
    before = (now or timezone.now()) - KEPT
    return LiveEvent.objects.filter(at__lt=before).delete()[0]


def _forget_secret(sending: Sending) -> None:
    unsent = Sending.objects.filter(message=sending.message_id).exclude(state=State.SENT)
    if not unsent.exists():
        Message.objects.filter(pk=sending.message_id).update(sealed="")
