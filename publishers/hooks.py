"""What platforms told us: proved by the adapter, kept once, acted on where it is about our access.

Called by the public address of each platform. What posts and people did is read by rooms above.
"""

import time
from collections.abc import Sequence
from datetime import timedelta

import structlog
from django.utils import timezone

from publishers import registrations, registry
from publishers.contract import Event, Forged, Heard, Hears, Hook
from publishers.models import Channel, HookEvent
from publishers.services import mark_reconnect

log = structlog.get_logger(__name__)

KEPT = timedelta(days=90)
# Platforms tell whole seconds.
ROUNDED = timedelta(seconds=1)


def hear(platform: str, hook: Hook) -> Heard | None:
    """What the request says; None where a platform does not speak to us.

    A platform with several doors signs with the secret of one of them.
    """
    adapter = registry.ADAPTERS.get(platform)
    if adapter is None or not issubclass(adapter, Hears):
        return None
    forged = Forged("nothing is registered")
    for door in registrations.doors(adapter.spec):
        heard = adapter.hear(hook, registrations.app_for(door), time.time())
        if not isinstance(heard, Forged):
            return heard
        forged = heard
    log.warning("hook.forged", platform=platform, reason=forged.reason)
    return forged


def keep(platform: str, events: Sequence[Event]) -> int:
    """How many of them were new. An access that was withdrawn is acted on at once."""
    rows = [_row(platform, event) for event in events]
    before = HookEvent.objects.filter(
        platform=platform, event_id__in=[row.event_id for row in rows]
    ).values_list("event_id", flat=True)
    known = set(before)
    HookEvent.objects.bulk_create(rows, ignore_conflicts=True)
    fresh = [event for event in events if event.id[:200] not in known]
    for event in fresh:
        if event.kind == "revoked":
            _revoked(platform, event)
    return len(fresh)


def forget() -> None:
    """What is older than three months has been read."""
    HookEvent.objects.filter(heard_at__lt=timezone.now() - KEPT).delete()


def _row(platform: str, event: Event) -> HookEvent:
    return HookEvent(
        platform=platform,
        event_id=event.id[:200],
        kind=event.kind,
        account=event.account[:200],
        post=event.post[:300],
        words=event.words[:500],
        at=event.at,
    )


def _revoked(platform: str, event: Event) -> None:
    """What was withdrawn before the access that a channel has now was another access.

    Without a moment the first word of it is believed: at worst somebody reconnects for nothing,
    while a silent channel would be noticed by the next post that does not go out.
    """
    name = registry.spec_for(platform).name
    channels = Channel.objects.filter(
        platform=platform, remote_id=event.account, state=Channel.State.CONNECTED
    )
    if event.at is not None:
        latest = min(event.at, timezone.now()) + ROUNDED
        channels = channels.exclude(connected_at__gt=latest)
        channels = channels.exclude(grant__refreshed_at__gt=latest)
    for channel_id in channels.values_list("pk", flat=True):
        mark_reconnect(channel_id, f"Our access was withdrawn on {name}.")
