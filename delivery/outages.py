"""Times in which nothing was published, noticed by the first tick that comes back.

What was due meanwhile and still may go out goes out oldest first, one a minute on each channel;
what is too late waits for people, who hear of it once for the whole team and not once for each
post.
"""

import threading
import time
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import Case, DateTimeField, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Now

from accounts.models import Team
from delivery import alerts
from delivery.models import Notice, Outage, OutageNotice
from posts import workflow
from posts.models import Delivery
from posts.states import DeliveryState

log = structlog.get_logger(__name__)

# A restart is shorter than this, and no outage.
SILENCE = timedelta(seconds=60)
# Between two posts on one channel when several go out late.
PACE = timedelta(seconds=60)
TICKS = ["dispatch", "publisher"]
REMEMBERED = timedelta(days=7)
# How long this process believes what it has read about outages.
_GOOD_FOR = 1.0

_NOTICE = """
INSERT INTO delivery_outage (began_at, ended_at)
SELECT heard.at, now()
FROM (SELECT max(at) AS at FROM delivery_heartbeat WHERE name = ANY(%s)) heard
WHERE heard.at < now() - %s::interval
ON CONFLICT (began_at) DO NOTHING
RETURNING began_at, ended_at
"""


def notice() -> bool:
    """Called before each tick claims: whether one has just ended. One statement, usually.

    It never stands in the way of the claim, which has waited long enough.
    """
    try:
        return _notice()
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        log.exception("outages.not_noted")
        return False


def _notice() -> bool:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_NOTICE, [TICKS, f"{SILENCE.total_seconds()} s"])
        row = cursor.fetchone()
        if row is None:
            return False
        # Not everything that waited at once.
        workflow.spread(until=row[1], apart=PACE)
    forget()
    return True


# -- what it means for a delivery


@dataclass
class _Known:
    spans: list[tuple[datetime, datetime]] = field(default_factory=list)
    until: float = 0.0


_known = _Known()
_asking = threading.Lock()


def during(moment: datetime) -> bool:
    """Whether nothing was published at that moment. Known to a second, without a statement."""
    with _asking:
        if time.monotonic() >= _known.until:
            recent = Outage.objects.filter(ended_at__gt=Now() - REMEMBERED)
            _known.spans = list(recent.values_list("began_at", "ended_at"))
            _known.until = time.monotonic() + _GOOD_FOR
        return any(began <= moment <= ended for began, ended in _known.spans)


def forget() -> None:
    """Ask anew the next time."""
    _known.until = 0.0


def covers(delivery: Delivery) -> bool:
    """Whether its team hears of it, being too late, with the rest of an outage."""
    if delivery.due_at is None:
        return False
    over = Outage.objects.filter(
        began_at__lte=delivery.due_at + delivery.late_after, ended_at__gte=delivery.due_at
    )
    for outage in over:
        told = OutageNotice.objects.for_team(delivery.post.team).filter(outage=outage)
        if told.filter(waiting__contains=delivery.pk).exists():
            return True
        if outage.told_at is None and not told.exists():
            return True
    return False


def touched(outage: Outage) -> Q:
    """Deliveries that were to go out while it lasted, whatever became of them."""
    return Q(
        due_at__lte=outage.ended_at,
        due_at__gte=Value(outage.began_at, DateTimeField()) - F("late_after"),
    )


# -- telling


def tell() -> int:
    """Tell each team once; what a process that died, or an error, left untold is told by the
    next one. What goes wrong for one team keeps no other from hearing.
    """
    told = 0
    for outage in Outage.objects.filter(told_at=None).order_by("began_at"):
        failed, theirs = False, Delivery.objects.filter(_open(outage), team=OuterRef("pk"))
        for team in Team.objects.filter(Exists(theirs)).order_by("pk"):
            try:
                with transaction.atomic():
                    told += _tell(outage, team)
            except (OperationalError, InterfaceError):
                raise
            except Exception:
                log.exception("outages.not_told", team_id=team.pk)
                failed = True
        if not failed:
            Outage.objects.filter(pk=outage.pk).update(told_at=Now())
    return told


def _open(outage: Outage) -> Q:
    open_states = [DeliveryState.QUEUED, DeliveryState.CLAIMED, DeliveryState.MISSED]
    return touched(outage) & Q(state__in=open_states)


def _tell(outage: Outage, team: Team) -> bool:
    rows = Delivery.objects.for_team(team).filter(_open(outage))
    # A minute more, so that a row that becomes too late at this very moment is named, too.
    late = Case(When(due_at__lt=Now() + SILENCE - F("late_after"), then=True), default=False)
    # Thousands, perhaps: no more of each than what is said of it.
    found = list(rows.order_by("due_at", "id").values_list("pk", "due_at", late))
    waiting = [pk for pk, _due_at, too_late in found if too_late]
    notice, new = OutageNotice.objects.for_team(team).get_or_create(
        outage=outage, team=team, defaults={"waiting": waiting}
    )
    if new and found:
        Notice.objects.bulk_create(
            [
                Notice(delivery_id=pk, kind=Notice.Kind.LATE, due_at=due_at)
                for pk, due_at, _too_late in found
                if due_at is not None
            ],
            ignore_conflicts=True,
            batch_size=1000,
        )
        alerts.outage(notice, waiting, len(found) - len(waiting), _authors(rows))
    return new


def _authors(rows: QuerySet[Delivery]) -> Collection[int]:
    return set(rows.order_by().values_list("post__author_id", flat=True).distinct())
