"""What is still remembered of a delivery (its handles) once a person has decided about it.

Called by services. The adapters' side is delivery/memory.py.
"""

from posts.models import Delivery
from posts.states import DeliveryState


def after_recall(delivery: Delivery) -> dict[str, str]:
    """Uploads and lookups were for the content that is taken back. The time of a send that may have
    arrived stays: whatever is sent later must be known as the same post.
    """
    return {name: value for name, value in delivery.handles.items() if name == "created_at"}


def after_resend(delivery: Delivery) -> dict[str, str]:
    """What was missed may have gone out at its time, and what was refused may be live all the same:
    from there on it is looked for before it is sent, and known as the same post. Who was asked has
    looked, and is believed.
    """
    kept: dict[str, str] = dict(delivery.handles)
    called = delivery.state == DeliveryState.FAILED and delivery.sent_at is not None
    if delivery.due_at and (called or delivery.state == DeliveryState.MISSED):
        then = delivery.due_at.isoformat()
        return {"look_from": then, **({"created_at": then} if called else {}), **kept}
    if delivery.state == DeliveryState.NEEDS_HUMAN:
        kept.pop("look_from", None)
    return kept
