"""What a person decides about many deliveries of one team at once. Called by pages and the admin.

Ids that are not the team's are refused together, before anything is done. Then each delivery is
decided in a transaction of its own, and the answer says for each what became of it.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from accounts.models import Team, User
from delivery.models import Attempt, Undo
from delivery.outages import PACE
from delivery.queries.undos import usable
from posts import clock
from posts.errors import IllegalMove, PostsError, UnknownDelivery
from posts.models import Delivery
from posts.services import deliveries
from posts.services.commitment import require_future
from posts.services.deliveries import Decision
from posts.states import DeliveryState
from posts.times import Moment, from_utc

MOST = 500
_KEEP_UNDO = timedelta(days=1)


@dataclass(frozen=True)
class Result:
    """`words` say what was done with one delivery, or why nothing was."""

    delivery_id: int
    done: bool
    words: str


@dataclass(frozen=True)
class Answer:
    """`undo` is the way back, where there honestly is one; `final` says why there is none."""

    results: Sequence[Result]
    undo: Undo | None = None
    final: str = ""

    @property
    def done(self) -> int:
        return sum(result.done for result in self.results)

    @property
    def refused(self) -> Sequence[Result]:
        return [result for result in self.results if not result.done]


def retry(*, team: Team, ids: Collection[int], by: User, looked: bool = False) -> Answer:
    """Send again now what failed or was missed, and at once what is due and waits for its next try.

    What may be live is sent only when the person `looked` and it is not there.
    Raises UnknownDelivery.
    """

    def now(row: Delivery) -> None:
        if row.state == DeliveryState.QUEUED:
            deliveries.try_now(delivery=row, by=by)
        else:
            deliveries.resend(delivery=row, by=by, looked=looked)

    return _each(team, ids, by, now, final=_("They go out now, which cannot be undone."))


def pace(*, team: Team, ids: Collection[int], by: User) -> Answer:
    """Send again, oldest first, on each channel one a minute, also from what is queued there for
    those minutes; the first ones go out now.
    """
    now = clock.ask()
    queued = Delivery.objects.for_team(team).filter(
        channel__in=Delivery.objects.for_team(team).filter(pk__in=ids).values("channel"),
        state=DeliveryState.QUEUED,
        run_at__gt=now - PACE,
    )
    taken: defaultdict[int, list[datetime]] = defaultdict(list)
    for channel_id, run_at in queued.order_by("run_at").values_list("channel_id", "run_at"):
        taken[channel_id].append(run_at or now)
    turns: dict[int, datetime] = {}

    def send(row: Delivery) -> Decision:
        at = _free(taken[row.channel_id], turns.get(row.channel_id, now))
        moment = from_utc(at, row.zone or team.time_zone)
        decision = deliveries.resend(delivery=row, by=by, at=moment)
        turns[row.channel_id] = at + PACE
        return decision

    return _each(team, ids, by, send)


def _free(taken: Sequence[datetime], at: datetime) -> datetime:
    """The first moment from `at` on with nothing within a minute. `taken` is in order."""
    for other in taken:
        if other >= at + PACE:
            break
        at = max(at, other + PACE)
    return at


def reschedule(*, team: Team, ids: Collection[int], by: User, at: Moment) -> Answer:
    """From `at` on, keeping the distances that they had. Raises BadTime as well.

    What was waiting in the queue can be given yet another time instead of being taken back.
    """
    require_future(at)
    rows = _rows(team, ids)
    first = min((row.due_at for row in rows if row.due_at), default=at.at)

    def move(row: Delivery) -> Decision | None:
        moment = from_utc(at.at + ((row.due_at or first) - first), at.zone)
        if row.state == DeliveryState.QUEUED:
            deliveries.move(delivery=row, by=by, at=moment)
            return None
        return deliveries.resend(delivery=row, by=by, at=moment)

    return _each(team, ids, by, move)


def mark_published(*, team: Team, ids: Collection[int], by: User, permalink: str = "") -> Answer:
    """Somebody saw them live. A `permalink` is of one post, so it comes with one id."""

    def confirm(row: Delivery) -> None:
        deliveries.confirm_live(delivery=row, by=by, permalink=permalink)

    final = _("They are noted as live, which cannot be undone.")
    return _each(team, ids, by, confirm, final=final)


def stop(*, team: Team, ids: Collection[int], by: User) -> Answer:
    """What is live of these threads is enough; they count as published."""

    def end(row: Delivery) -> None:
        deliveries.stop(delivery=row, by=by)

    return _each(team, ids, by, end, final=_("They count as published, which cannot be undone."))


def drop(*, team: Team, ids: Collection[int], by: User) -> Answer:
    """Give up what failed, was missed or is in doubt."""
    return _each(team, ids, by, lambda row: deliveries.drop(delivery=row, by=by))


def cancel(*, team: Team, ids: Collection[int], by: User) -> Answer:
    """Never publish them, also those that are only waiting for their time."""
    return _each(team, ids, by, lambda row: deliveries.cancel(delivery=row, by=by))


def undo(*, team: Team, pk: int, by: User) -> Answer:
    """Take a decision of one's own back, wherever nothing has happened since.

    Raises UnknownDelivery, IllegalMove when it was used or is too old.
    """
    row = Undo.objects.for_team(team).filter(pk=pk, by=by).first()
    if row is None:
        raise UnknownDelivery(_("There is nothing to take back."))
    if not usable(team, by).filter(pk=pk).update(used_at=Now()):
        raise IllegalMove(_("It is too late to take this back."))
    decisions = {given["delivery_id"]: Decision(**given) for given in row.decisions}
    live = set(
        Attempt.objects.filter(
            delivery__in=decisions, outcome=Attempt.Outcome.OK, ended_at__gt=row.created_at
        ).values_list("delivery_id", flat=True)
    )

    def back(delivery: Delivery) -> None:
        if delivery.pk in live:
            raise IllegalMove(_("It turned out to be live."))
        deliveries.take_back(delivery=delivery, decision=decisions[delivery.pk], by=by)

    return _each(team, decisions, by, back)


def _each(
    team: Team,
    ids: Collection[int],
    by: User,
    act: Callable[[Delivery], Decision | None],
    final: str = "",
) -> Answer:
    results, decisions, began = [], [], clock.ask()
    for row in _rows(team, ids):
        try:
            decision = act(row)
        except (PostsError, IntegrityError) as refused:
            results.append(Result(row.pk, False, _why(refused)))
            continue
        results.append(Result(row.pk, True, ""))
        if decision is not None:
            decisions.append(decision)
    return Answer(results, _way_back(team, by, decisions, began), final)


def _why(refused: Exception) -> str:
    if isinstance(refused, PostsError):
        return str(refused)
    return _("Somebody else changed it at the same moment. Look at it again.")


def _rows(team: Team, ids: Collection[int]) -> list[Delivery]:
    """Oldest first."""
    wanted = set(ids)
    if len(wanted) > MOST:
        raise IllegalMove(_("Choose at most %(n)d at once.") % {"n": MOST})
    rows = Delivery.objects.for_team(team).filter(pk__in=wanted)
    found = list(rows.select_related("post__team", "channel").order_by("due_at", "id"))
    if len(found) != len(wanted):
        raise UnknownDelivery(_("Some of these deliveries do not exist."))
    return found


def _way_back(team: Team, by: User, decisions: Sequence[Decision], began: datetime) -> Undo | None:
    if not decisions:
        return None
    old = Undo.objects.for_team(team).filter(created_at__lt=Now() - _KEEP_UNDO)
    old.delete()
    kept = [asdict(decision) for decision in decisions]
    return Undo.objects.create(team=team, by=by, decisions=kept, created_at=began)
