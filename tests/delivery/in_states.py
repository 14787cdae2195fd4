"""Deliveries in any state, and moments to come."""

from datetime import timedelta

from django.utils import timezone

from posts import workflow
from posts.models import Delivery
from posts.states import DeliveryState
from posts.times import from_utc
from tests.factories.delivery import claimed, due_delivery, sending, troubled, unknown

D = DeliveryState


def later(**distance):
    return from_utc(timezone.now() + timedelta(**distance), "Europe/Lisbon")


def in_state(team, bob, state: str) -> Delivery:
    delivery = due_delivery(team, bob)
    match state:
        case D.DRAFT:
            workflow.move(delivery, "recall", revision=None, content_hash="")
        case D.CLAIMED:
            claimed(delivery)
        case D.SENDING:
            sending(delivery)
        case D.ACCEPTED:
            sending(delivery)
            workflow.move(delivery, "accept", owner="", lease_until=None)
        case D.UNKNOWN:
            unknown(delivery)
        case D.PUBLISHED:
            sending(delivery)
            workflow.move(delivery, "publish", remote_id="p1", owner="", lease_until=None)
        case D.CANCELLED:
            workflow.move(delivery, "cancel")
        case D.NEEDS_HUMAN | D.MISSED | D.FAILED:
            troubled(delivery, state)
    delivery.refresh_from_db()
    assert delivery.state == state
    return delivery
