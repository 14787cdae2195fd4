"""Deliveries of a channel that has a budget."""

from django.utils import timezone

from delivery import dispatcher, worker


def go() -> list[int]:
    """One tick, and whatever it claimed."""
    claims = dispatcher.tick()
    for claim in claims:
        worker.run(claim.delivery_id, claim.attempt_no)
    return [claim.delivery_id for claim in claims]


def states(deliveries) -> list[str]:
    for delivery in deliveries:
        delivery.refresh_from_db()
    return [delivery.state for delivery in deliveries]


def left_until_slot(channel) -> float:
    channel.refresh_from_db()
    return (channel.next_slot_at - timezone.now()).total_seconds()
