"""Is it alive, is it well: for load balancers, the supervisor and whoever is woken at night.

`live` answers without touching anything. `ready` asks database and broker, whether the tick still
beats, whether anything is overdue and whether publishing is locked; it answers 503 with the same
facts when something is wrong.
"""

import os
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

import structlog
from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection, transaction
from django.db.models.functions import Now
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from kombu import Connection
from kombu.exceptions import OperationalError

from accounts.access import public
from delivery.models import Heartbeat
from delivery.queries import standing, weather
from posts.models import Delivery
from posts.states import DeliveryState
from publishers.models import Channel

log = structlog.stdlib.get_logger(__name__)

type Fact = dict[str, Any]

PATIENCE_SECONDS = 2
# The tick beats every second; a post is due at its second.
LONGEST_SILENCE = 60.0
LONGEST_OVERDUE = 60.0
ON_ITS_WAY = (DeliveryState.QUEUED, DeliveryState.CLAIMED, DeliveryState.SENDING)


@public
@require_safe
@never_cache
def live(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain")


@public
@require_safe
@never_cache
def ready(request: HttpRequest) -> JsonResponse:
    found = facts()
    well = all(fact["ok"] for fact in found.values())
    answer = {"ok": well, "version": settings.VERSION, **found}
    return JsonResponse(answer, status=200 if well else 503)


def facts() -> dict[str, Fact]:
    """Each with "ok"; what is asked of the database only where it answers."""
    found = {"broker": _measured(_broker), "database": _measured(_database)}
    return found | _work() if found["database"]["ok"] else found


def _measured(check: Callable[[], None]) -> Fact:
    """How long it took, or that it failed. Why it failed is for the log: the page is public."""
    start = time.monotonic()
    try:
        check()
    except (DatabaseError, InterfaceError, OperationalError, OSError) as error:
        log.warning("not ready", check=check.__name__.strip("_"), error=str(error))
        return {"ok": False}
    return {"ok": True, "ms": round((time.monotonic() - start) * 1000, 1)}


def _database() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL statement_timeout = '{PATIENCE_SECONDS}s'")
        cursor.execute("SELECT 1")


def _broker() -> None:
    if settings.REDIS_URL:
        limits = {"socket_connect_timeout": PATIENCE_SECONDS, "socket_timeout": PATIENCE_SECONDS}
        # Through kombu, which loads its Redis client only where there is one: that takes a while.
        with Connection(settings.REDIS_URL, transport_options=limits) as broker:
            broker.ensure_connection(max_retries=1, interval_start=0, timeout=PATIENCE_SECONDS)
    elif not os.access(settings.BROKER_DIR / "queue", os.W_OK | os.X_OK):
        raise FileNotFoundError(f"{settings.BROKER_DIR} is not a folder to write in")


def _work() -> dict[str, Fact]:
    """Ages by the database's clock, which is the one that decides what is due."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        now = cursor.fetchone()[0]
    tick = _age(now, Heartbeat.objects.filter(name="dispatch").values_list("at").first())
    overdue = _age(now, _oldest_overdue())
    return {
        "tick": {"ok": tick is not None and tick <= LONGEST_SILENCE, "age_seconds": tick},
        "overdue": {
            "ok": overdue is None or overdue <= LONGEST_OVERDUE,
            "oldest_seconds": None if overdue is None or overdue <= 0 else overdue,
        },
        "publishing": standing.facts(),
    }


def _oldest_overdue() -> tuple[datetime | None] | None:
    """Only what nothing but we ourselves can be waiting for.

    Not a channel that is paused or signed out, nor one whose platform asked us to slow down or is
    spared because it is in trouble itself.
    """
    return (
        Delivery.objects.filter(
            state__in=ON_ITS_WAY,
            channel__state=Channel.State.CONNECTED,
            channel__paused=False,
            channel__next_slot_at__lte=Now(),
        )
        .exclude(channel__platform__in=list(weather.spared()))
        .order_by("run_at")
        .values_list("run_at")
        .first()
    )


def _age(now: datetime, row: tuple[datetime | None] | None) -> float | None:
    at = row[0] if row else None
    return None if at is None else round((now - at).total_seconds(), 1)
