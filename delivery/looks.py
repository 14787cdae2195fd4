"""Gives what is in doubt to threads that read, a few for each platform. Called by the tick and the
publisher.

Looks have lanes of their own: many doubtful posts keep no other from going out. No more is leased
than is begun before the lease is over, and who runs out of it asks for more.
"""

import threading
from functools import partial

from delivery import reconcile
from delivery.lane import Work
from delivery.lanes import Lanes
from delivery.reconcile import Look
from publishers import registry

READERS = 4
# One under way and one that waits for each thread.
IN_HAND = 2 * READERS
# Two that asked at once would both fill the same lane.
_leasing = threading.Lock()


def begin(lanes: Lanes) -> None:
    """Lease what is due, as far as each platform's readers have room, and hand it to them."""
    if lanes.closed:
        return
    with _leasing:
        under_way = {spec.slug: lanes.load_of(_lane(spec.slug)) for spec in registry.specs()}
        for look in reconcile.due(IN_HAND, under_way):
            work = Work(look.team_id, partial(_look, lanes, look))
            lanes.run(_lane(look.platform), work, READERS)


def _look(lanes: Lanes, look: Look) -> None:
    reconcile.look(look.delivery_id, look.checks)
    if lanes.load_of(_lane(look.platform)) <= READERS:
        begin(lanes)


def _lane(platform: str) -> str:
    return f"{platform} reads"
