"""A delivery that turned out to be live after a person had dropped it. Called by settle.

Callers hold the transaction and the post's lock.
"""

import structlog

from delivery.moves import live
from posts import workflow
from posts.errors import LostRace
from posts.models import Delivery
from posts.states import DeliveryState
from publishers.contract import Published

log = structlog.get_logger(__name__)

_NOT_SENT = frozenset({DeliveryState.QUEUED, DeliveryState.CLAIMED})


def live_after_all(delivery: Delivery, item: int, found: Published) -> None:
    """So that it is not sent once more. What was planned anew on its channel with the same content
    is what is live; where nothing was committed since, the dropped one keeps the proof.
    """
    anew = Delivery.objects.filter(post_id=delivery.post_id, channel_id=delivery.channel_id)
    heir = anew.exclude(state=DeliveryState.CANCELLED).select_related("channel").first()
    if heir is None or heir.state == DeliveryState.DRAFT:
        _keep(delivery, found)
        if heir is not None:
            workflow.move(heir, "cancel")
    elif heir.state in _NOT_SENT and heir.content_hash == delivery.content_hash:
        heir.post = delivery.post
        try:
            live(heir, item, found, note={"late": True})
        except LostRace:
            log.warning("delivery.sent_once_more", delivery_id=heir.pk)


def _keep(delivery: Delivery, found: Published) -> None:
    delivery.remote_id, delivery.permalink = found.remote_id, found.permalink[:600]
    delivery.save(update_fields=["remote_id", "permalink"])
