"""The moves of a delivery that the worker, the reaper and reconciliation share.

Callers hold the transaction. Each names the attempt it is about, so a row that moved on is left.
"""

from datetime import timedelta
from typing import Any

from django.db.models.functions import Now

from delivery import alerts, patience
from delivery.leases import LEASE
from notifications.live import announce
from posts import items, states, workflow
from posts.models import Delivery, DeliveryPart, Post
from posts.services import parts
from posts.services.commitment import locked
from posts.states import DeliveryState
from publishers.contract import Found, Published

NOT_OURS = "The platform named a post that already belongs to another delivery."
NOW = Now()
HELD_NO_MORE: dict[str, Any] = {"owner": "", "lease_until": None}
# Nobody is at it, and nobody has to decide about it first.
_GOES_ON = frozenset(
    {
        DeliveryState.CLAIMED,
        DeliveryState.ACCEPTED,
        DeliveryState.UNKNOWN,
        DeliveryState.NEEDS_HUMAN,
    }
)


def current(post: Post, delivery_id: int) -> Delivery:
    """The delivery as it is now, under its post's lock: the order in which services lock, too."""
    post = locked(post)
    delivery = Delivery.objects.select_related("channel").get(pk=delivery_id)
    delivery.post = post
    return delivery


def live(
    delivery: Delivery, item: int, found: Published | Found, *, held: bool = False, **how: Any
) -> None:
    """One item is live: the delivery is published with the last, until then the next has its turn.

    `held`: by the caller's claim, which then goes on. What moved on meanwhile only keeps the fact.
    """
    among = items.kinds(delivery)
    if len(among) == 1:
        publish(delivery, found.remote_id, found.permalink, **how)
        return
    DeliveryPart.objects.get_or_create(
        delivery=delivery,
        seq=item,
        remote_id=found.remote_id,
        defaults={
            "kind": among[item],
            "permalink": found.permalink[:600],
            "published_at": Now(),
        },
    )
    head = {"remote_id": delivery.remote_id or "", "permalink": delivery.permalink}
    if item == 0:
        head = {"remote_id": found.remote_id, "permalink": found.permalink[:600]}
    note = {"item": item, **how.get("note", {})}
    if item + 1 == len(among) and "publish" in states.DELIVERY[DeliveryState(delivery.state)]:
        publish(delivery, **head, note=note)
    elif held:
        if delivery.state == DeliveryState.SENDING:
            _advance(delivery, note, head)
    elif delivery.state in _GOES_ON:
        parts.go_on(delivery, note, head)
    else:
        Delivery.objects.filter(pk=delivery.pk).update(**head)
        workflow.record(delivery.post, "delivery.part", data={"delivery": delivery.pk, **note})
        announce(delivery.team_id, f"delivery:{delivery.pk}")


def _advance(delivery: Delivery, note: dict[str, Any], head: dict[str, Any]) -> None:
    """The claim stays, for the next item."""
    workflow.move(
        delivery,
        "advance",
        expect={"attempt_no": delivery.attempt_no},
        note=note,
        lease_until=Now() + LEASE,
        failures=0,
        problem="",
        **head,
    )


def publish(delivery: Delivery, remote_id: str, permalink: str, **how: Any) -> None:
    """Live. The caller has `aftermath.finish` look at its post after the commit."""
    workflow.move(
        delivery,
        "publish",
        expect={"attempt_no": delivery.attempt_no},
        remote_id=remote_id,
        permalink=permalink[:600],
        published_at=NOW,
        unknown_since=None,
        check_at=None,
        problem="",
        **HELD_NO_MORE,
        **how,
    )


def put_back(delivery: Delivery, reason: str, pause: timedelta, **fields: Any) -> None:
    """Provably not sent: it waits so long and is tried again."""
    reason = items.told(delivery, reason)
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
    reason = items.told(delivery, reason)
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
    reason = items.told(delivery, reason)
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
