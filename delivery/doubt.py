"""A delivery that may have gone out although its row says otherwise: looked up, or asked about.

Called by rewind.py. Callers hold the transaction.
"""

from datetime import datetime
from typing import Any

from django.db.models.functions import Now

from delivery import alerts, patience
from delivery.journal import Line
from posts import states, workflow
from posts.models import Delivery, Revision
from posts.states import DeliveryState

FORGOTTEN = (
    "The database was restored to an earlier state. This may have gone out since then, so "
    "nothing is sent before that is known."
)
OTHER_WORDS = (
    "The database was restored to an earlier state. Another version of this post was sent on "
    "{at:%d %b} at {at:%H:%M} UTC and may be live."
)
# What is on its way becomes unknown at any time; for everything else it is a doubt.
_ON_ITS_WAY = {DeliveryState.SENDING: "lose", DeliveryState.ACCEPTED: "lose"}


def put(delivery: Delivery, noticed_at: datetime, line: Line | None = None) -> bool:
    """Unknown since `noticed_at`; False where a row cannot be, so that people must be told.

    `line` is a call that was made for it; of several, the newest comes first.
    """
    if delivery.unknown_since != noticed_at and not _move(delivery, noticed_at, line):
        return False
    if line is not None:
        number = max(delivery.attempt_no, line.attempt)
        Delivery.objects.filter(pk=delivery.pk).update(attempt_no=number)
        if line.content_hash != delivery.content_hash and delivery.state == DeliveryState.UNKNOWN:
            _ask(delivery, OTHER_WORDS.format(at=line.at))
    return True


def _move(delivery: Delivery, noticed_at: datetime, line: Line | None) -> bool:
    state = DeliveryState(delivery.state)
    fields = _looked_up(delivery, noticed_at) | (_as_sent(delivery, line) if line else {})
    if state == DeliveryState.UNKNOWN:
        Delivery.objects.filter(pk=delivery.pk).update(**fields)
        return True
    event = _ON_ITS_WAY.get(state, "doubt")
    committed = _committed(delivery, line) if state == DeliveryState.DRAFT else {}
    if event not in states.DELIVERY[state] or committed is None:
        return False
    workflow.move(delivery, event, note={"reason": FORGOTTEN}, **fields, **committed)
    return True


def _looked_up(delivery: Delivery, noticed_at: datetime) -> dict[str, Any]:
    due = delivery.due_at.isoformat() if delivery.due_at else ""
    return {
        "problem": FORGOTTEN,
        "unknown_since": noticed_at,
        "check_at": Now() + patience.first_look(delivery),
        "checks": 0,
        "absent_reads": 0,
        "owner": "",
        "lease_until": None,
        "handles": {"created_at": due, **delivery.handles},
    }


def _as_sent(delivery: Delivery, line: Line) -> dict[str, Any]:
    """The time that was sent with it: a platform that knows posts by their key recognises it."""
    kept = {**delivery.handles, "created_at": line.written_at.isoformat()}
    return {"sent_at": line.at, "handles": kept}


def _committed(delivery: Delivery, line: Line | None) -> dict[str, Any] | None:
    """A draft that was approved and sent in the lost time stands for what was said then."""
    said = Revision.objects.filter(post_id=delivery.post_id).order_by("-pk")
    sent = said.filter(content_hash=line.content_hash).first() if line else None
    revision = sent or said.first()
    if line is None or revision is None:
        return None
    return {
        "revision": revision,
        "content_hash": revision.content_hash,
        "due_at": delivery.due_at or line.at,
        "run_at": delivery.run_at or line.at,
    }


def _ask(delivery: Delivery, reason: str) -> None:
    workflow.move(delivery, "ask", note={"reason": reason}, check_at=None, problem=reason)
    alerts.trouble(delivery)
