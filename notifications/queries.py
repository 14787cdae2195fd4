"""What the panel, the list and the live stream read."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Count, Max, Min, Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from accounts.models import Team, User
from notifications.models import Call, Endpoint, LiveEvent, Message, Sending
from notifications.models.live import KEPT

# A transaction may commit after one that took a higher id: what is this young is read again.
OVERLAP = timedelta(seconds=10)
# What a page was drawn without may have been announced so long before, by who was still at work.
LONGEST_WORK = timedelta(minutes=10)
MISSED_AT_MOST = 200
EVERYTHING = "*"

type Event = tuple[int, str]


def inbox(team: Team, user: User) -> QuerySet[Message]:
    """A person's in-app messages of one team, newest first."""
    return Message.objects.for_team(team).filter(user=user, in_app=True).order_by("-pk")


def unread(team: Team, user: User) -> QuerySet[Message]:
    return inbox(team, user).filter(read_at=None)


@dataclass(frozen=True)
class Outbox:
    """Messages on their way, over all teams; `oldest` is how long the oldest should be gone."""

    waiting: int
    oldest: timedelta | None
    failed: int


def outbox() -> Outbox:
    due = Sending.objects.filter(state=Sending.State.WAITING, run_at__lte=Now())
    first = due.aggregate(number=Count("pk"), age=Now() - Min("run_at"))
    lately = timezone.now() - timedelta(days=1)
    failed = Sending.objects.filter(state=Sending.State.FAILED, run_at__gt=lately)
    return Outbox(first["number"], first["age"], failed.count())


def last_event(team: Team) -> int:
    return LiveEvent.objects.for_team(team).aggregate(last=Max("pk"))["last"] or 0


@dataclass(frozen=True)
class AsOf:
    """What a page was drawn with: all transactions below `first_unseen` but those in `at_work`."""

    moment: datetime
    first_unseen: int
    at_work: frozenset[int]


def missed(team: Team, since: int | AsOf | None) -> list[Event]:
    """The latest event of each topic since that event or page, else of the last seconds.

    The oldest comes first. The one topic "*" says that too much happened: look at everything.
    """
    wanted = _wanted(LiveEvent.objects.for_team(team), since)
    if wanted is None:
        return [(last_event(team), EVERYTHING)]
    latest = wanted.values("topic").annotate(last=Max("pk")).order_by("last")
    events = [(row["last"], row["topic"]) for row in latest[: MISSED_AT_MOST + 1]]
    if len(events) > MISSED_AT_MOST:
        return [(last_event(team), EVERYTHING)]
    return events


def _wanted(rows: QuerySet[LiveEvent], since: int | AsOf | None) -> QuerySet[LiveEvent] | None:
    """None where that is too long ago to know, or of a time that the database has lost."""
    now = timezone.now()
    if isinstance(since, AsOf):
        if since.first_unseen > _next_transaction():
            return None
        unseen = Q(transaction__gte=since.first_unseen) | Q(transaction__in=since.at_work)
        begin = since.moment - LONGEST_WORK
        return rows.filter(unseen, at__gte=begin) if begin > now - KEPT else None
    if since is None:
        return rows.filter(at__gte=now - OVERLAP)
    if since == 0:
        # There was no event to be known by: every one came since.
        return rows
    seen = rows.filter(pk=since).values_list("at", flat=True).first()
    if seen is None:
        return None
    return rows.filter(Q(at__gte=seen - OVERLAP) | Q(pk__gt=since)).exclude(pk=since)


def _next_transaction() -> int:
    """What a page had not seen when it was drawn begins here at the latest, unless the database was
    restored to a time before.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint")
        number: int = cursor.fetchone()[0]
        return number


def endpoints(team: Team) -> QuerySet[Endpoint]:
    """With how many events wait for each, and when it took the last one."""
    waiting = Count("calls", filter=Q(calls__state__in=["waiting", "sending"]))
    rows = Endpoint.objects.for_team(team).order_by("name", "pk")
    return rows.annotate(waiting=waiting, took_at=Max("calls__sent_at"))


def log(endpoint: Endpoint) -> QuerySet[Call]:
    """Its calls, the latest first."""
    return endpoint.calls.select_related("event").order_by("-pk")
