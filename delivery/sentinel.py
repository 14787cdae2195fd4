"""Watches what the other ticks should have done, and tells people. Called by its tick and the
publisher; one watches at a time, and what one part of the watch cannot do stops no other part.
"""

import socket
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta

import structlog
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Team
from delivery import alerts, dispatcher, instance, outages, pulse, reminders
from delivery.models import Heartbeat, Notice
from delivery.queries import weather
from posts import clock
from posts.models import Approval, Delivery
from posts.states import DeliveryState
from publishers.models import Channel

log = structlog.get_logger(__name__)

OVERDUE = timedelta(seconds=60)
# By then what is in doubt was found, sent again or asked about.
SETTLED = timedelta(minutes=20)
# Seconds between the clock of this machine and the database's.
SKEW = 2.0
ALARM_EVERY = timedelta(hours=6)
MOST = 500
# Of the lock that lets one watch at a time.
_LOCK = "delivery sentinel"


def watch() -> None:
    """On another installation's database there is nobody of ours to tell."""
    if not instance.ours():
        return
    for part in (_tell_outages, _tell_late, _remind, _compare_clocks, _pulse):
        try:
            part()
        except Exception:
            log.exception("sentinel.failed", part=part.__name__)
    dispatcher.beat("sentinel")


def _alone(work: Callable[[], int]) -> int:
    """What it returned; 0 when another process watches just now."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [_LOCK])
        return work() if cursor.fetchone()[0] else 0


def _tell_outages() -> None:
    outages.tell()


def _remind() -> None:
    for _number in range(MOST // reminders.MOST):
        if _alone(reminders.remind) < reminders.MOST:
            break


# -- late


def _tell_late() -> None:
    _alone(_late)


def _late() -> int:
    teams: defaultdict[Team, list[Delivery]] = defaultdict(list)
    notices = []
    told = Notice.objects.filter(
        delivery=OuterRef("pk"), kind=Notice.Kind.LATE, due_at=OuterRef("due_at")
    )
    untold = unexplained().filter(~Exists(told))
    rows = untold.select_related("post__team", "channel").order_by("due_at", "id")
    for row in rows[:MOST]:
        assert row.due_at is not None
        notices.append(Notice(delivery=row, kind=Notice.Kind.LATE, due_at=row.due_at))
        teams[row.post.team].append(row)
    Notice.objects.bulk_create(notices, ignore_conflicts=True)
    usual = _usual() if teams else ""
    for team, late in teams.items():
        alerts.late(team, list(zip(late, _reasons(team, late, usual), strict=True)))
    return len(notices)


def _reasons(team: Team, late: Sequence[Delivery], usual: str) -> Iterator[str]:
    """What keeps each, by the team's clock."""
    with timezone.override(team.zone):
        spared = weather.spared()
    for row in late:
        wait = spared.get(row.channel.platform)
        yield _own(row) or (wait.sentence if wait else usual)


def unexplained() -> QuerySet[Delivery]:
    """Late, and not because a platform takes no more for now: a budget is used up in time."""
    late = overdue()
    used_up = [one.slug for one in weather.weather() if one.wait and one.state == "closed"]
    full = weather.channels(set(late.order_by().values_list("channel_id", flat=True)))
    return late.exclude(channel__platform__in=used_up).exclude(channel__in=full)


def overdue() -> QuerySet[Delivery]:
    """Due for more than a minute, not on the platform, and nobody has decided so; or in doubt for
    longer than looking it up may take.

    A paused or signed out channel, a platform that asked for patience, an approval that may still
    be taken back and the turns after an outage explain themselves elsewhere.
    """
    cooling = Approval.objects.filter(
        post=OuterRef("post"),
        content_hash=OuterRef("content_hash"),
        revoked_at=None,
        not_before__gt=Now(),
    )
    own_turn = Q(state=DeliveryState.QUEUED, problem="", run_at__gt=Now() - OVERDUE)
    unsent = Q(
        ~Exists(cooling),
        ~own_turn,
        state__in=[DeliveryState.QUEUED, DeliveryState.CLAIMED, DeliveryState.SENDING],
        channel__paused=False,
        channel__state=Channel.State.CONNECTED,
        channel__next_slot_at__lte=Now(),
    )
    unsettled = Q(state=DeliveryState.UNKNOWN, unknown_since__lt=Now() - SETTLED)
    return Delivery.objects.filter(unsent | unsettled, due_at__lt=Now() - OVERDUE)


def _own(delivery: Delivery) -> str:
    """What keeps it, as far as its row says."""
    if delivery.state == DeliveryState.UNKNOWN:
        return _("It may be live, and could not be looked up yet.")
    if delivery.state != DeliveryState.QUEUED:
        return _("It is being sent and has no answer yet.")
    if delivery.problem and delivery.run_at:
        at = weather.clock(delivery.run_at, delivery.post.team.zone)
        return _("%(problem)s The next try is at %(at)s.") % {"problem": delivery.problem, "at": at}
    return ""


def _usual() -> str:
    """What keeps a row of which nothing else is known."""
    if reason := instance.locked():
        return reason
    alive = Heartbeat.objects.filter(name__in=outages.TICKS, at__gt=Now() - outages.SILENCE)
    if not alive.exists():
        return _("Nothing is publishing on this server.")
    return _("Others on its channel or platform are before it.")


def _pulse() -> None:
    """Silence is the alarm."""
    if not unexplained().exists():
        pulse.beat()


# -- clocks


def _compare_clocks() -> None:
    """The database's clock decides; a machine that disagrees shows wrong times and signs badly."""
    began = time.time()
    theirs = clock.ask().timestamp()
    ended = time.time()
    ahead = (began + ended) / 2 - theirs
    if abs(ahead) - (ended - began) / 2 <= SKEW:
        return
    host = socket.gethostname()[:20]
    log.error("sentinel.clock_wrong", seconds_ahead=round(ahead, 1))
    with transaction.atomic():
        _row, new = Heartbeat.objects.get_or_create(name=f"clock {host}")
        old = Heartbeat.objects.filter(name=f"clock {host}", at__lt=Now() - ALARM_EVERY)
        if new or old.update(at=Now(), detail=f"{ahead:+.1f} s"):
            alerts.clock_wrong(host, ahead)
