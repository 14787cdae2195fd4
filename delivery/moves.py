"""The moves of a delivery that the worker, the reaper and reconciliation share.

Callers hold the transaction. Each names the attempt it is about, so a row that moved on is left.
"""

from datetime import timedelta
from typing import Any

from django.db.models.functions import Now

from delivery import alerts, patience
from posts import workflow
from posts.models import Delivery, Post
from posts.services.commitment import locked
from posts.states import DeliveryState

NOT_OURS = "The platform named a post that already belongs to another delivery."
HELD_NO_MORE: dict[str, Any] = {"owner": "", "lease_until": None}


def current(post: Post, delivery_id: int) -> Delivery:
    """The delivery as it is now, under its post's lock: the order in which services lock, too."""
    post = locked(post)
    delivery = Delivery.objects.select_related("channel").get(pk=delivery_id)
    delivery.post = post
    return delivery


def publish(delivery: Delivery, remote_id: str, permalink: str, **how: Any) -> None:
    """Live. The caller has `aftermath.finish` look at its post after the commit."""
    workflow.move(
        delivery,
        "publish",
        expect={"attempt_no": delivery.attempt_no},
        remote_id=remote_id,
        permalink=permalink[:600],
        published_at=Now(),
        unknown_since=None,
        check_at=None,
        problem="",
        **HELD_NO_MORE,
        **how,
    )


def put_back(delivery: Delivery, reason: str, pause: timedelta, **fields: Any) -> None:
    """Provably not sent: it waits so long and is tried again."""
    workflow.move(
        delivery,
        "not_sent" if delivery.state == DeliveryState.SENDING else "release",
        expect={"attempt_no": delivery.attempt_no},
        note={"reason": reason[:500]},
        run_at=Now() + pause,
        problem=reason[:1000],
        **HELD_NO_MORE,
        **fields,
    )


def refuse(
    delivery: Delivery, reason: str, expect: dict[str, Any] | None = None, **fields: Any
) -> None:
    """Definitively not published. The author hears why."""
    workflow.move(
        delivery,
        "refuse",
        expect={"attempt_no": delivery.attempt_no, **(expect or {})},
        note={"reason": reason[:500]},
        problem=reason[:1000],
        check_at=None,
        **HELD_NO_MORE,
        **fields,
    )
    alerts.trouble(delivery)


def lose(delivery: Delivery, reason: str, expect: dict[str, Any] | None = None) -> None:
    """It may or may not be live. From here only looking, or a person, leads on.

    Its time is kept with it: whatever is sent later repeats this very post, whatever time a person
    gives it then, so that a platform that knows it by its key keeps it single.
    """
    due = delivery.due_at.isoformat() if delivery.due_at else ""
    workflow.move(
        delivery,
        "lose",
        expect={"attempt_no": delivery.attempt_no, **(expect or {})},
        note={"reason": reason[:500]},
        problem=reason[:1000],
        handles={"created_at": due, **delivery.handles},
        unknown_since=Now(),
        check_at=Now() + patience.first_look(delivery),
        checks=0,
        absent_reads=0,
        **HELD_NO_MORE,
    )
