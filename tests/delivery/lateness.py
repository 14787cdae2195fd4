"""Deliveries that are a minute late, and what people were told of them."""

from notifications.models import Message
from posts.models import Delivery
from tests.factories.delivery import due_delivery


def late(team, author, **fields) -> Delivery:
    return due_delivery(team, author, seconds=-70, **fields)


def told(kind: str = "delivery_late") -> list[Message]:
    return list(Message.objects.filter(kind=kind).order_by("pk"))
