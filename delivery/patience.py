"""How long we look for a doubtful post, and how long we try to store what we learned."""

import time
from collections.abc import Callable
from datetime import timedelta

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError, connection

from posts.models import Delivery
from publishers import registry

log = structlog.get_logger(__name__)

PAUSES = (0.1, 0.3, 1, 2, 4, 8, 15, 30)
# A first look soon after a doubtful call usually finds the post; only absence must wait to count.
FIRST_LOOK = timedelta(seconds=10)


def insist(work: Callable[[], None]) -> None:
    for pause in PAUSES:
        try:
            return work()
        except (OperationalError, InterfaceError) as error:
            log.warning("delivery.store_again", pause=pause, error=type(error).__name__)
            connection.close()
            time.sleep(pause)
    return work()


def first_look(delivery: Delivery) -> timedelta:
    reconcile = registry.reconcile_of(delivery.channel.platform, delivery.channel.kind)
    if reconcile == "ask":
        return timedelta(0)
    if reconcile == "key":
        return timedelta(seconds=2)
    return min(FIRST_LOOK, quiet(delivery) / 2)


def quiet(delivery: Delivery) -> timedelta:
    """How long after a doubtful call absence proves nothing: the call may still be under way."""
    if settings.DELIVERY_QUIET_SECONDS is not None:
        return timedelta(seconds=settings.DELIVERY_QUIET_SECONDS)
    adapter = registry.ADAPTERS.get(delivery.channel.platform)
    return timedelta(seconds=adapter.spec.quiet_seconds if adapter else 600)


def gap() -> timedelta:
    """Between two looks that must agree."""
    return timedelta(seconds=settings.DELIVERY_READ_GAP_SECONDS)
