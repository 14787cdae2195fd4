"""The flight recorder: the last thing before a call that may publish. Called by the worker.

What it writes survives the database: should that be restored to an earlier state, rewind.py finds
here what was sent meanwhile.
"""

from delivery import instance, journal
from delivery.clock import DatabaseClock
from delivery.journal import Line
from delivery.permits import Permit
from posts.items import Items
from posts.models import Delivery
from publishers.contract import Adapter

# How soon to try again what could not be written down.
AGAIN_SECONDS = 5


def write(
    delivery: Delivery, permit: Permit, items: Items, adapter: Adapter, clock: DatabaseClock
) -> str | None:
    """None once the line is on the disk; else why nothing may be sent now."""
    if reason := instance.locked(since=clock.began):
        return reason
    line = Line(
        at=clock.now(),
        database=instance.database(),
        team=delivery.team_id,
        channel=delivery.channel_id,
        account=delivery.channel.account,
        post=delivery.post_id,
        delivery=delivery.pk,
        item=items.number,
        attempt=permit.attempt_no,
        content_hash=delivery.content_hash,
        idempotent=adapter.reconcile == "key",
        written_at=items.all[0].created_at,
    )
    return journal.here().write(line)
