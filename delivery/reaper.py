"""Takes back what dead workers held, holds what is late. Called by its tick and the publisher."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import structlog
from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Now

from delivery import alerts, dispatcher, instance, moves, outages, poison, retries
from delivery.leases import OFFER
from delivery.queries import weather
from posts import items, workflow
from posts.errors import PostsError
from posts.models import Delivery, Post
from posts.states import DeliveryState

log = structlog.get_logger(__name__)
MOST = 200
# A worker may end for its own reasons: so many times it is tried again at once.
QUICK = 2


def reap() -> int:
    """Expired claims go back in the queue; expired sends become unknown, never anything else."""
    expired = Delivery.objects.filter(lease_until__lt=Now()).order_by("lease_until")
    claimed = expired.filter(state=DeliveryState.CLAIMED)
    sending = expired.filter(state=DeliveryState.SENDING)
    done = _each(claimed, _expire) + _each(sending, _lose)
    dispatcher.beat("reap")
    return done


def sweep() -> int:
    """What has waited past its team's patience is held for a person, never sent silently late.

    While publishing is locked it waits with the rest, of which its team hears at once afterwards.
    """
    if instance.locked():
        return 0
    late = Delivery.objects.filter(
        state=DeliveryState.QUEUED, due_at__lt=Now() - F("late_after")
    ).order_by("due_at")
    return _each(late, _miss)


def _each(rows: QuerySet[Delivery], do: Callable[[Delivery], None]) -> int:
    """Every row in a transaction of its own: one that cannot be moved does not stop the others."""
    done = 0
    for pk, post_id, attempt_no in list(rows.values_list("pk", "post_id", "attempt_no")[:MOST]):
        try:
            with transaction.atomic():
                do(moves.current(Post(pk=post_id), pk))
            done += 1
        except (PostsError, Post.DoesNotExist, Delivery.DoesNotExist):
            continue
        except Exception as error:
            log.exception("delivery.reaper_skipped", delivery_id=pk)
            if poison.pause(error):
                # Whoever has moved it meanwhile has found nothing wrong with it.
                poison.put_aside(pk, among=rows, attempt_no=attempt_no)
    return done


def _expire(delivery: Delivery) -> None:
    """What ends its worker again and again makes room for the others, ever longer."""
    taken = not delivery.owner.startswith(OFFER)
    failures = delivery.failures + taken
    pause = retries.backoff(failures - QUICK) if taken and failures > QUICK else timedelta(0)
    workflow.move(
        delivery,
        "expire",
        expect=_expired(delivery),
        owner="",
        lease_until=None,
        run_at=Now() + pause,
        failures=failures,
    )


def _lose(delivery: Delivery) -> None:
    moves.lose(
        delivery,
        "The worker ended before it heard the platform's answer.",
        expect=_expired(delivery),
    )


def _miss(delivery: Delivery) -> None:
    workflow.move(
        delivery,
        "miss",
        expect={"due_at": delivery.due_at, "attempt_no": delivery.attempt_no},
        problem=items.told(delivery, _why_late(delivery))[:1000],
    )
    if not outages.covers(delivery):
        alerts.trouble(delivery)


def _why_late(delivery: Delivery) -> str:
    minutes = int(delivery.late_after.total_seconds() // 60)
    known = delivery.problem or delivery.channel.problem or weather.why(delivery)
    if delivery.due_at and outages.during(delivery.due_at):
        known = f"Nothing was published at its time. {known}"
    said = f"It could not go out within {minutes} minutes of its time."
    return f"{said} {known}"[:1000].strip()


def _expired(delivery: Delivery) -> dict[str, Any]:
    return {"attempt_no": delivery.attempt_no, "lease_until__lt": Now()}
