"""How many deliveries each platform may take now. Asked by the dispatcher inside each claim.

Call `room` in the transaction that claims: what it grants is only good with it.
"""

import time
from collections.abc import Mapping

from django.db.models import Count

from posts.models import Delivery
from posts.states import LEASED
from publishers import registry

# What one platform may hold at once, so that a slow one cannot take every worker.
PLATFORM_SLOTS = 48
# Kept for the next tick, which asks every team: channels that go straight on leave these free.
FOR_THE_TICK = 16
# How long what was asked last is good enough to go straight on by.
KNOWN_SECONDS = 1.0


class _Known:
    """What this process was told last."""

    room: Mapping[str, int] = {}
    until = 0.0


def room() -> dict[str, int]:
    """For each registered platform how many more deliveries may be claimed; 0: none now.

    A platform that is not in it is not of this installation: nothing can be sent there. At most
    two statements.
    """
    held = (
        Delivery.objects.filter(state__in=sorted(LEASED))
        .order_by()
        .values_list("channel__platform")
        .annotate(Count("pk"))
    )
    busy = dict(held)
    free = {slug: max(PLATFORM_SLOTS - busy.get(slug, 0), 0) for slug in registry.ADAPTERS}
    _Known.room, _Known.until = free, time.monotonic() + KNOWN_SECONDS
    return free


def open_for(platform: str) -> bool:
    """Whether a channel that has become free may go straight on, as of a second ago at most."""
    known = _Known.room if time.monotonic() < _Known.until else room()
    return known.get(platform, 0) > FOR_THE_TICK
