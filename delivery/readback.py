"""Looks for a late post on the platform before sending it: it may have gone out already.

A crash, a failover or a restored database can leave a row queued whose post is live. So what is
more than ten minutes overdue, was due while nothing was published, or was held as missed is looked
up first, where the platform lets us. Called by the worker, before its intent.
"""

from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from delivery import outages
from delivery.permits import Recollection
from delivery.settle import Answer
from posts.models import Delivery
from publishers.contract import CannotTell, Finds, Found, Payload, Published, Sighting, Uncertain
from publishers.sessions import Session

log = structlog.get_logger(__name__)

OVERDUE = timedelta(minutes=10)


def before_sending(
    delivery: Delivery, payload: Payload, session: Session, now: datetime
) -> Answer | None:
    """None: send it. Else it is live, or could not be seen, which after some tries is asked."""
    since = _since(delivery, now)
    adapter = session.adapter
    if since is None or adapter.spec.reconcile == "ask" or not isinstance(adapter, Finds):
        return None
    sighting = _look(adapter, replace(payload, created_at=min(since, payload.created_at)), delivery)
    log.info("delivery.looked_before_sending", saw=type(sighting).__name__)
    if isinstance(sighting, Found):
        return Answer(Published(sighting.remote_id, sighting.permalink), looked=True)
    if isinstance(sighting, CannotTell):
        return Answer(Uncertain(f"It is late, and may be live. {sighting.reason}"), looked=True)
    return None


def _since(delivery: Delivery, now: datetime) -> datetime | None:
    """From when on it may have gone out; None when there is no reason to think so."""
    held = delivery.handles.get("look_from")
    if held:
        return datetime.fromisoformat(held)
    due = delivery.due_at
    if due is None or due >= now:
        return None
    return due if now - due > OVERDUE or outages.during(due) else None


def _look(adapter: Finds, payload: Payload, delivery: Delivery) -> Sighting:
    try:
        return adapter.find(payload, Recollection(delivery))
    except Exception:
        log.exception("delivery.look_failed")
        return CannotTell("Looking for it failed on our side.")
