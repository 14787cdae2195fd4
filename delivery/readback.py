"""Looks for a post on the platform where its row may be wrong about it. Called by the worker.

Before sending what is late: a crash, a failover or a restored database can leave a row queued whose
post is live. So what is more than ten minutes overdue, was due while nothing was published, or was
held as missed is looked up first, where the platform lets us.

After a refusal: platforms have answered with an error and posted all the same, and whoever is told
that it failed sends it again.
"""

from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from delivery import outages
from delivery.answers import Answer
from delivery.memory import Recollection
from delivery.watched import Watched
from posts.items import Items
from posts.models import Delivery
from publishers import sessions, storable
from publishers.contract import (
    CannotTell,
    Finds,
    Found,
    NotFound,
    Payload,
    Published,
    Reconnect,
    Rejected,
    Sighting,
    Step,
    Uncertain,
)
from publishers.sessions import Session

log = structlog.get_logger(__name__)

OVERDUE = timedelta(minutes=10)
SIGNED_OUT = 401


def before_sending(
    delivery: Delivery, items: Items, session: Session, now: datetime, watched: Watched
) -> Answer | None:
    """None: send it. Else it is live, or could not be seen, which after some tries is asked."""
    since = _since(delivery, now)
    if since is None or session.adapter.reconcile == "ask":
        return None
    asked, item = _as_then(items, since), items.number
    sighting = _look(session, asked, Recollection(delivery, item), watched)
    if isinstance(sighting, CannotTell) and watched.status == SIGNED_OUT:
        renewed = sessions.renew(delivery.channel_id, session.version)
        if not isinstance(renewed, Session):
            return Answer(renewed, version=session.version)
        session, sighting = renewed, _look(renewed, asked, Recollection(delivery, item), watched)
    log.info("delivery.looked_before_sending", saw=type(sighting).__name__)
    if isinstance(sighting, Found):
        return Answer(Published(sighting.remote_id, sighting.permalink), looked=True)
    if not isinstance(sighting, CannotTell):
        return None
    if watched.status == SIGNED_OUT:
        return Answer(Reconnect(sighting.reason), version=session.version)
    return Answer(Uncertain(f"It is late, and may be live. {sighting.reason}"), looked=True)


def after_refusal(
    answer: Answer, session: Session, payload: Payload, step: Step, watched: Watched
) -> Answer:
    """The answer, unless it says no and the post is there, since `payload.called_at`."""
    if not isinstance(answer.outcome, Rejected) or session.adapter.reconcile == "ask":
        return answer
    sighting = _look(session, payload, step, watched)
    log.info("delivery.looked_after_refusal", saw=type(sighting).__name__)
    if isinstance(sighting, Found):
        return replace(answer, outcome=Published(sighting.remote_id, sighting.permalink))
    return answer


def _since(delivery: Delivery, now: datetime) -> datetime | None:
    """From when on it may have gone out; None when there is no reason to think so."""
    held = delivery.handles.get("look_from")
    if held:
        return datetime.fromisoformat(held)
    due = delivery.due_at
    if due is None or due >= now:
        return None
    return due if now - due > OVERDUE or outages.during(due) else None


def _as_then(items: Items, since: datetime) -> Payload:
    """The next item, with the moment that it would have carried."""
    payload, planned = items.payload, items.all[0].created_at
    return replace(payload, created_at=min(since, planned) + (payload.created_at - planned))


def _look(session: Session, payload: Payload, step: Step, watched: Watched) -> Sighting:
    """What cannot be looked up is taken for absent: nothing here says that it was sent."""
    adapter = session.adapter
    if not isinstance(adapter, Finds):
        return NotFound()
    adapter.http = watched.over(adapter.http, adapter.spec)
    try:
        return storable.sighting(adapter.find(payload, step))
    except Exception:
        log.exception("delivery.look_failed")
        return CannotTell("Looking for it failed on our side.")
