"""Spares a platform that is down. Called by gates.py with what each answer said of its health.

Closed, it costs nothing: failures are written, a success only when there is something to mend. It
opens after many failures in a row on more than one channel, waits longer each time, and then lets
one delivery through (gates.py) which decides.
"""

import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db import DatabaseError, InterfaceError, transaction
from django.db.models.functions import Now

from delivery.models import Breaker
from notifications.live import announce
from posts.models import Delivery
from posts.states import DeliveryState

log = structlog.get_logger(__name__)

CHANNELS = 2
# Times the usual number where one channel alone speaks against it: the trouble may be its own.
ALONE = 3
# Times the first pause, from one opening to the next.
LONGER = (1, 2, 4, 10)
# What opens again so soon was not well in between.
SOON = timedelta(minutes=10)
FRESH = 1.0

_CLOSED, _OPEN, _HALF = Breaker.State.CLOSED, Breaker.State.OPEN, Breaker.State.HALF_OPEN
_WELL: Mapping[str, Any] = {
    "state": _CLOSED,
    "since": Now(),
    "reason": "",
    "failures": 0,
    "channels": [],
    "retry_at": None,
}


class _Known:
    """Of this process: who is not well, how long that holds, who has answered since it failed."""

    ill: frozenset[str] = frozenset()
    until = 0.0
    answered: set[str] = set()


def learn(platform: str, channel_id: int, trouble: str | None) -> None:
    """`trouble`: what was wrong with the platform; "" when it answered; None: it was not asked.

    Called before the answer is settled, so that nobody is let through in between. It never stands
    in the answer's way.
    """
    if trouble is None:
        return
    try:
        if trouble:
            _failed(platform, channel_id, trouble)
        else:
            _answered(platform)
    except (DatabaseError, InterfaceError) as error:
        log.warning("delivery.breaker_not_stored", error=type(error).__name__)


def spares(platform: str) -> bool:
    """Whether it is left in peace just now. Without a question while all is well."""
    if time.monotonic() < _Known.until and platform not in _Known.ill:
        return False
    return Breaker.objects.filter(platform=platform, state=_OPEN, retry_at__gt=Now()).exists()


def remember(ill: frozenset[str]) -> None:
    """Which platforms have failures to their name, as somebody has just read."""
    _Known.ill, _Known.until = ill, time.monotonic() + FRESH


def close(platform: str) -> bool:
    """It is well, says the platform or a person. False when it was closed."""
    closed = Breaker.objects.filter(platform=platform).exclude(state=_CLOSED).update(**_WELL)
    remember(_Known.ill - {platform})
    if closed:
        log.warning("breaker.closed", platform=platform)
        _tell(platform)
    return bool(closed)


def _answered(platform: str) -> None:
    _Known.answered.add(platform)
    if time.monotonic() >= _Known.until:
        rows = Breaker.objects.exclude(state=_CLOSED, failures=0)
        remember(frozenset(rows.values_list("platform", flat=True)))
    if platform in _Known.ill and not close(platform):
        Breaker.objects.filter(platform=platform, state=_CLOSED).update(failures=0, channels=[])


def _failed(platform: str, channel_id: int, trouble: str) -> None:
    anew = platform in _Known.answered
    _Known.answered.discard(platform)
    with transaction.atomic():
        Breaker.objects.get_or_create(platform=platform)
        rows = Breaker.objects.select_for_update().filter(platform=platform)
        row = rows.annotate(clock=Now()).get()
        fields = _after(row, row.clock, channel_id, anew=anew)
        if fields:
            rows.update(**fields, reason=trouble[:300])
    remember(_Known.ill | {platform})
    if fields.get("state") == _OPEN:
        log.warning("breaker.opened", platform=platform, reason=trouble)
        _tell(platform)


def _after(row: Breaker, now: datetime, channel_id: int, *, anew: bool) -> dict[str, Any]:
    """What one more failure changes. `anew`: it answered somebody here since the last one."""
    if row.state == _OPEN:
        return {}
    if row.state == _HALF:
        return _opened(row, now, row.openings)
    failures = 1 if anew else row.failures + 1
    channels = [channel_id] if anew else list({*row.channels, channel_id})[:CHANNELS]
    counted = {"failures": failures, "channels": channels}
    enough = settings.DELIVERY_BREAKER_FAILURES * (1 if len(channels) >= CHANNELS else ALONE)
    if failures < enough:
        return counted
    return counted | _opened(row, now, row.openings if now - row.since < SOON else 0)


def _opened(row: Breaker, now: datetime, openings: int) -> dict[str, Any]:
    retry_at = now + pauses()[min(openings, len(LONGER) - 1)]
    return {"state": _OPEN, "since": now, "openings": openings + 1, "retry_at": retry_at}


def pauses() -> list[timedelta]:
    return [timedelta(seconds=settings.DELIVERY_BREAKER_SECONDS * times) for times in LONGER]


def _tell(platform: str) -> None:
    """Open pages of those whose posts wait for it look again."""
    waiting = Delivery.objects.filter(
        state=DeliveryState.QUEUED, channel__platform=platform, run_at__lt=Now() + pauses()[-1]
    )
    with transaction.atomic():
        for team_id in waiting.order_by().values_list("team_id", flat=True).distinct():
            announce(team_id, "deliveries")


def forget() -> None:
    """As a process that has just begun."""
    _Known.answered.clear()
    remember(frozenset())
    _Known.until = 0.0
