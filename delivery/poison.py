"""A row that cannot be worked with must not stop the others: it is put aside and people hear of it.

Called where a row has raised what nobody expected, by the reaper and the worker. The sentinel tells
of what is late because of it, with the row's problem as the reason.
"""

from datetime import timedelta
from typing import Any

import structlog
from django.db import DatabaseError, InterfaceError, transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from delivery import alerts
from posts import workflow
from posts.models import Delivery
from posts.states import DeliveryState

log = structlog.get_logger(__name__)

ASIDE = timedelta(hours=1)
OURS = "Something went wrong on our side."
_UNHELD: dict[str, Any] = {"owner": "", "lease_until": None}
# The barest move out of each state in which a row is taken up again and again.
_OUT: dict[DeliveryState, tuple[str, dict[str, Any]]] = {
    DeliveryState.QUEUED: ("miss", {}),
    DeliveryState.CLAIMED: ("expire", {"run_at": Now() + ASIDE, **_UNHELD}),
    DeliveryState.SENDING: ("lose", {"unknown_since": Now(), "check_at": Now(), **_UNHELD}),
}


def pause(error: BaseException) -> int | None:
    """Seconds for which the row is left alone; None: as usual, since its surroundings failed."""
    if isinstance(error, DatabaseError | InterfaceError | OSError):
        return None
    return int(ASIDE.total_seconds()) if isinstance(error, Exception) else None


def put_aside(delivery_id: int, among: QuerySet[Delivery] | None = None, **still: Any) -> None:
    """What could not be done with it is done without anything that could fail again.

    `still` are columns that must hold, and `among` rows to which it must still belong: a worker
    names its attempt and state.
    """
    try:
        with transaction.atomic():
            rows = Delivery.objects.all() if among is None else among.order_by()
            rows = rows.select_related("post__team", "channel").filter(**still)
            delivery = rows.get(pk=delivery_id)
            event, fields = _OUT[DeliveryState(delivery.state)]
            held = {"attempt_no": delivery.attempt_no, "owner": delivery.owner}
            workflow.move(
                delivery, event, expect=held, problem=OURS, note={"reason": OURS}, **fields
            )
        if delivery.state == DeliveryState.MISSED:
            with transaction.atomic():
                alerts.trouble(delivery)
    except Exception:
        log.exception("delivery.not_put_aside", delivery_id=delivery_id)
