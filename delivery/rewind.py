"""The database went back in time: what it may have forgotten is looked up before anything is sent.

Called by instance.py before this process claims or sends anything, whenever the database behind its
connection is another one than before. Every call that may publish has left a line in the journal; a
line whose attempt the database does not know is from a time that it has lost.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog
from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Now

from accounts.models import Team
from delivery import doubt, moves, notices
from delivery.journal import Journal, Line, backwards
from delivery.models import Attempt, Erased, Heartbeat, Rewind, Stray
from posts.errors import LostRace
from posts.models import Delivery, Post
from posts.services import review
from posts.states import DeliveryState, Stage
from publishers.models import Channel

log = structlog.get_logger(__name__)

MOST = 200
# What a line's time and its file's may differ by: clocks of machines are hours off at worst.
SLACK = timedelta(days=1)
# The clocks of two servers, and what is claimed ahead of its time.
MARGIN = timedelta(seconds=10)


def check(journal: Journal) -> None:
    """Give the database back the calls that it has forgotten, and open a rewind for them.

    Every file is read from its end until the database knows a whole stretch: what came before, it
    knows too, since no process writes a line into a database that it has not checked. For the same
    reason files are of no interest that are much older than a known line.
    """
    known: list[datetime] = []
    lost: list[datetime] = []
    for written, path in journal.files():
        if known and written < max(known) - SLACK:
            break
        for lines in backwards(path):
            unknown = _unknown(lines)
            known += [line.at for line in lines if line not in unknown]
            lost += [line.at for line in unknown]
            if not unknown:
                break
            _remind(unknown, begin())
    if lost:
        since = max((at for at in known if at < min(lost)), default=None)
        Rewind.objects.filter(done_at=None).update(since=since, calls=len(lost))
        log.error("rewind.noticed", calls=len(lost), since=str(since), oldest=str(min(lost)))


def begin(since: datetime | None = None) -> Rewind:
    """From here on nothing is published until `proceed` is through."""
    with transaction.atomic():
        rewind, _ = Rewind.objects.get_or_create(
            done_at=None, defaults={"noticed_at": Now(), "since": since}
        )
        rewind.refresh_from_db()
    return rewind


def last_sign() -> datetime | None:
    """When something that publishes was last alive in this database."""
    return Heartbeat.objects.order_by("-at").values_list("at", flat=True).first()


def proceed() -> None:
    """Put in doubt what fell due in the time that was lost, and end the reviews that came back with
    it. Then publishing may go on.
    """
    rewind = Rewind.objects.filter(done_at=None).first()
    if rewind is None:
        return
    Team.objects.update(restored_at=rewind.noticed_at)
    _end_reviews(rewind)
    while rows := list(_due(rewind).values_list("pk", "post_id")[:MOST]):
        for pk, post_id in rows:
            _doubt(pk, post_id, rewind)
    with transaction.atomic():
        doubted = Delivery.objects.filter(unknown_since=rewind.noticed_at).count()
        ours = Rewind.objects.filter(pk=rewind.pk, done_at=None)
        if ours.update(done_at=Now(), doubted=doubted):
            notices.rewound(rewind)
            log.error("rewind.done", doubted=doubted)


def _end_reviews(rewind: Rewind) -> None:
    """Nobody knows who was taken off since: links and requests of before decide nothing."""
    waiting = Post.objects.filter(stage=Stage.IN_REVIEW).select_related("team")
    for post in waiting.order_by("pk").iterator():
        _end_review(post, rewind)


@transaction.atomic
def _end_review(post: Post, rewind: Rewind) -> None:
    """Not of what was sent again while an earlier try to get through was undone."""
    if review.lapse(post=post, before=rewind.noticed_at, note={"rewind": rewind.pk}):
        notices.lapsed(post)


def _due(rewind: Rewind) -> QuerySet[Delivery]:
    """Nobody knows what other machines have sent: all that could have been is in doubt."""
    until = rewind.noticed_at + MARGIN
    waiting = [DeliveryState.QUEUED, DeliveryState.CLAIMED]
    due = Q(state__in=waiting) & (Q(run_at__lte=until) | Q(due_at__lte=until))
    if rewind.since is not None:
        due |= Q(state=DeliveryState.MISSED, due_at__gte=rewind.since - F("late_after"))
    return Delivery.objects.filter(due).order_by("pk")


def _doubt(pk: int, post_id: int, rewind: Rewind) -> None:
    try:
        with transaction.atomic():
            doubt.put(moves.current(Post(pk=post_id), pk), rewind.noticed_at)
    except LostRace:
        log.info("rewind.overtaken", delivery_id=pk)


# -- what the journal knows and the database does not


def _unknown(lines: Sequence[Line]) -> list[Line]:
    numbers = {line.delivery for line in lines}
    columns = ("item", "attempt_no", "content_hash")
    tried = Attempt.objects.filter(delivery_id__in=numbers)
    known = set(tried.values_list("delivery_id", *columns))
    erased = Erased.objects.filter(delivery_no__in=numbers)
    known |= set(erased.values_list("delivery_no", *columns))
    unknown = [line for line in lines if line.key not in known]
    at = [line.at for line in unknown]
    listed = set(Stray.objects.filter(at__in=at).values_list("at", "delivery_no", "attempt_no"))
    return [line for line in unknown if (line.at, line.delivery, line.attempt) not in listed]


def _remind(lines: Sequence[Line], rewind: Rewind) -> None:
    """Where the delivery is there, its attempt comes back; else people are told of the call."""
    numbers = {line.delivery for line in lines}
    there = {
        (pk, post, channel)
        for pk, post, channel in Delivery.objects.filter(pk__in=numbers).values_list(
            "pk", "post_id", "channel_id"
        )
    }
    stray = []
    for line in lines:
        same = (line.delivery, line.post, line.channel) in there
        if not (same and _came_back(line, rewind)):
            stray.append(line)
    _list(stray, rewind)


def _came_back(line: Line, rewind: Rewind) -> bool:
    try:
        with transaction.atomic():
            delivery = moves.current(Post(pk=line.post), line.delivery)
            Attempt.objects.create(
                delivery=delivery,
                item=line.item,
                attempt_no=line.attempt,
                content_hash=line.content_hash,
                idempotent=line.idempotent,
                worker="journal",
                intent_at=line.at,
            )
            return doubt.put(delivery, rewind.noticed_at, line)
    except IntegrityError:
        # The number is another attempt's, or one has succeeded: these rows tell another story.
        return False


def _list(lines: Sequence[Line], rewind: Rewind) -> None:
    channels = {
        (row.team_id, row.pk, row.account): row
        for row in Channel.objects.filter(pk__in={line.channel for line in lines})
    }
    for line in lines:
        channel = channels.get((line.team, line.channel, line.account))
        Stray.objects.get_or_create(
            delivery_no=line.delivery,
            item=line.item,
            attempt_no=line.attempt,
            at=line.at,
            defaults={
                "team_id": channel.team_id if channel else None,
                "channel": channel,
                "post_no": line.post,
                "content_hash": line.content_hash,
                "account": line.account,
                "noticed_at": rewind.noticed_at,
            },
        )
