"""What is still remembered of a delivery (its handles) once a person has decided about it.

Called by services. The adapters' side is delivery/memory.py.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Case, F, JSONField, Q, Value, When
from django.db.models.expressions import Combinable, CombinedExpression
from django.db.models.functions import Now

from posts.models import Delivery
from posts.states import DeliveryState

# What outlives the content: since when it may be live, and the time that a doubtful send carried.
_LASTING = ("created_at", "look_from")
_KNOWN_AS = (*_LASTING, "client_token")


def after_recall(delivery: Delivery) -> Combinable:
    """Uploads and lookups were for the content that is taken back. When a send may have arrived
    stays: whatever is sent later must be known as the same post.
    """
    kept = {name: value for name, value in delivery.handles.items() if name in _LASTING}
    return _since_due(delivery, _json(kept))


def after_move(delivery: Delivery) -> Combinable:
    """With another time, or dropped: what was due already may have gone out at its own."""
    return _since_due(delivery, F("handles"))


def after_resend(delivery: Delivery) -> dict[str, str]:
    """What was missed may have gone out at its time, and what was refused may be live all the same:
    from there on it is looked for before it is sent, and known as the same post. Who was asked has
    looked, and is believed.
    """
    kept: dict[str, str] = dict(delivery.handles)
    if _refused(delivery) or delivery.state == DeliveryState.MISSED:
        return {**_then(delivery), **kept}
    if delivery.state == DeliveryState.NEEDS_HUMAN:
        kept.pop("look_from", None)
    return kept


def of_dropped(dropped: Iterable[Delivery], content_hash: str) -> dict[str, str]:
    """What a new delivery must know of those that were given up on its channel, newest first: since
    when one may be live and, where it says the same, under which key.
    """
    known: dict[str, str] = {}
    for one in dropped:
        same = {"client_token": str(one.client_token), **one.handles}
        names = _KNOWN_AS if one.content_hash == content_hash else ("look_from",)
        if "look_from" in same:
            known |= {name: same[name] for name in names if name in same}
    return known


def _since_due(delivery: Delivery, kept: Combinable) -> Combinable:
    """`kept`, and that it may have gone out, if it was due and committed when this is written."""
    due = Q(due_at__lte=Now()) & ~Q(state=DeliveryState.DRAFT)
    looked_for = CombinedExpression(_json(_then(delivery)), "||", kept, output_field=JSONField())
    return Case(When(due, then=looked_for), default=kept, output_field=JSONField())


def _then(delivery: Delivery) -> dict[str, str]:
    if delivery.due_at is None:
        return {}
    then = delivery.due_at.isoformat()
    return {"look_from": then, **({"created_at": then} if _refused(delivery) else {})}


def _refused(delivery: Delivery) -> bool:
    """By the platform, in answer to a call."""
    return delivery.state == DeliveryState.FAILED and delivery.sent_at is not None


def _json(value: Mapping[str, str]) -> Any:
    return Value(dict(value), output_field=JSONField())
