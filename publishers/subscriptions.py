"""Asking platforms to tell us what happens to an account, where each account must be asked for.

Called by a tick. What a platform then tells comes to hooks.py.
"""

from datetime import timedelta

import structlog
from django.db.models.functions import Now

from publishers import instance, registry, sessions
from publishers.contract import Subscribes
from publishers.models import Channel, Grant
from publishers.sessions import Session

log = structlog.get_logger(__name__)

# Platforms forget: an app that is taken off a page and put back must ask again.
AGAIN = timedelta(days=7)
AFTER_A_REFUSAL = timedelta(hours=6)
MOST = 50


def ask_due() -> None:
    """For every connected account whose time has come. No publishing waits for it."""
    if instance.foreign():
        return
    slugs = [spec.slug for spec in registry.specs() if "subscribe" in spec.features]
    due = Grant.objects.filter(
        channel__platform__in=slugs,
        channel__state=Channel.State.CONNECTED,
        subscribe_at__lte=Now(),
    ).order_by("subscribe_at")
    for channel_id in due.values_list("channel_id", flat=True)[:MOST]:
        _ask(channel_id)


def _ask(channel_id: int) -> None:
    """First the next time: whatever becomes of this one, nobody else asks meanwhile."""
    grant = Grant.objects.filter(channel_id=channel_id)
    if not grant.filter(subscribe_at__lte=Now()).update(subscribe_at=Now() + AFTER_A_REFUSAL):
        return
    session = sessions.open_session(channel_id)
    if not isinstance(session, Session) or not isinstance(session.adapter, Subscribes):
        return
    refused = session.adapter.subscribe()
    if refused is None:
        grant.filter(version=session.version).update(subscribe_at=Now() + AGAIN)
    else:
        log.warning("subscription.refused", channel_id=channel_id, reason=refused.reason)
