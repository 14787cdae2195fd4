"""A thread as pages list it: every item, and where it is live."""

from collections.abc import Sequence
from dataclasses import dataclass

from posts import items, payloads
from posts.content import Snapshot
from posts.models import Delivery, DeliveryPart
from posts.states import DeliveryState


@dataclass(frozen=True)
class Item:
    """`state`: live, doubt (it was sent, nobody knows), next, later, or never."""

    name: str
    text: str
    part: DeliveryPart | None
    state: str


def listed(delivery: Delivery, document: Snapshot, live: Sequence[DeliveryPart]) -> Sequence[Item]:
    """`live` in order. No items where there is a post alone."""
    pieces = payloads.pieces(document, delivery.channel_id)
    if len(pieces) < 2:
        return []
    among, rest = [kind for kind, _ in pieces], _rest(delivery)
    return [
        Item(
            items.name(among, number),
            text,
            live[number] if number < len(live) else None,
            _state(number - len(live), rest),
        )
        for number, (_, text) in enumerate(pieces)
    ]


def _state(ahead: int, rest: str) -> str:
    if ahead < 0:
        return "live"
    if rest == "never":
        return rest
    return rest if ahead == 0 else "later"


def _rest(delivery: Delivery) -> str:
    """What is true of the first that is not live."""
    if delivery.state in (DeliveryState.UNKNOWN, DeliveryState.NEEDS_HUMAN):
        return "doubt"
    ended = (DeliveryState.PUBLISHED, DeliveryState.CANCELLED)
    return "never" if delivery.state in ended else "next"
