"""How long everything took in a run, and how long it may: a soak is held to it, too.

All from the rows, the platforms' ledger and the history; times in seconds.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from delivery import leases
from delivery.models import Attempt
from posts.models import Activity, Delivery
from posts.states import DeliveryState
from tests.faults.checker import Facts
from tests.faults.history import Blow, History, moment

# How a delivery leaves the state in which nobody knows.
SETTLES = ("delivery.publish", "delivery.prove_absent", "delivery.ask")
SHOWS = ("delivery.lose", "delivery.ask", "delivery.miss", "delivery.refuse", "delivery.not_sent")
TAKEN_BACK = ("delivery.expire", "delivery.lose")

BROKER = {"stop broker", "empty broker", "cut broker", "fill broker"}
DATABASE = {"crash database", "lock tables", "take connections", "restart"}
# A blow is felt for so long after it has ended: processes start, connections are made.
FELT = timedelta(seconds=10)
FELT_AFTER_RESTART = timedelta(seconds=30)
# What is due within it has been offered already when the broker fails.
OFFERED = timedelta(seconds=2)
SLOW_CALL = timedelta(seconds=2)
RECENT = timedelta(seconds=60)

AFTER_KILL = leases.TAKEN_BACK.total_seconds()
AFTER_RESTART = 30.0
UNKNOWN = 15 * 60.0
WITHOUT_REDIS = 10.0
WRITTEN = 0.95


@dataclass(frozen=True)
class Limit:
    """`value` may be at most (or with `least`: must at least be) `limit`; None: nothing of it."""

    name: str
    value: float | None
    limit: float
    least: bool = False

    @property
    def kept(self) -> bool:
        if self.value is None:
            return True
        return self.value >= self.limit if self.least else self.value <= self.limit

    def __str__(self) -> str:
        value = "none" if self.value is None else f"{self.value:.3g}"
        return f"{self.name}: {value} ({'least' if self.least else 'most'} {self.limit:g})"


def limits(facts: Facts, history: History, written: float) -> list[Limit]:
    """`written`: the share of the deliveries asked for that could be written at all."""
    starts = after_restarts(facts, history)
    return [
        Limit("taken from the dead after, s", _most(after_kills(history)), AFTER_KILL),
        Limit("first call after a restart, s", _most(starts), AFTER_RESTART),
        Limit("unknown settled or asked after, s", _most(unknown()[0]), UNKNOWN),
        Limit("redis lost: lateness, s", _most(without_redis(facts, history)), WITHOUT_REDIS),
        Limit("written, share", written, WRITTEN, least=True),
    ]


def _most(values: Sequence[float]) -> float | None:
    return max(values, default=None)


def percentiles(values: Sequence[float]) -> dict[str, float]:
    """The nearest rank: a value that was really there."""
    ordered, ranks = sorted(values), {"p50": 50, "p95": 95, "p99": 99, "max": 100}
    return {
        name: round(ordered[max(0, -(-rank * len(ordered) // 100) - 1)], 3)
        for name, rank in ranks.items()
        if ordered
    }


# -- lateness


def lateness(facts: Facts, *, undisturbed: bool = False) -> list[float]:
    """From the time that was planned to the platform's own; of those that went out."""
    return [
        max((remote.accepted_at - sender.due_at).total_seconds(), 0.0)
        for remote, sender in facts.live
        if sender and sender.due_at and sender.state == DeliveryState.PUBLISHED
        if not undisturbed or len(facts.attempts[sender.pk]) == sender.attempt_no == 1
    ]


def without_redis(facts: Facts, history: History) -> list[float]:
    """Of those due while the broker failed, and to which nothing else happened: neither a blow to a
    process or the database nor an answer of their platform that was late or no yes.
    """
    lost = [_span(blow, OFFERED) for blow in history.blows if blow.kind in BROKER]
    others = [b for b in history.blows if b.kind not in {*BROKER, "repeat messages"}]
    felt = [_span(blow, _felt(blow)) for blow in others]
    troubled, committed = _troubled(facts), _committed()
    found = []
    for remote, sender in facts.live:
        mine = facts.attempts[sender.pk] if sender else []
        due = facts.due.get(mine[0].pk) if len(mine) == 1 else None
        if sender is None or due is None or not any(a - OFFERED <= due <= b for a, b in lost):
            continue
        disturbed = (
            _trouble(mine[0])
            or any(
                begun <= remote.accepted_at and due <= over
                for begun, over in (*felt, *troubled[sender.channel_id])
            )
            # Whoever wrote or approved it did so at the last moment.
            or (sender.pk in committed and committed[sender.pk] > due - OFFERED)
        )
        if not disturbed:
            found.append((remote.accepted_at - due).total_seconds())
    return found


def _span(blow: Blow, after: timedelta) -> tuple[datetime, datetime]:
    return moment(blow.at), moment(blow.at + blow.seconds) + after


def _felt(blow: Blow) -> timedelta:
    return FELT_AFTER_RESTART if blow.kind == "restart" else FELT


def _troubled(facts: Facts) -> dict[int, list[tuple[datetime, datetime]]]:
    """By channel, how long a call was felt that was not answered well, and a claim whose process
    died: it holds its channel until that is noticed, and what has waited meanwhile follows.
    """
    found: dict[int, list[tuple[datetime, datetime]]] = defaultdict(list)
    dead = timedelta(seconds=AFTER_KILL)
    rows = Activity.objects.filter(kind__in=TAKEN_BACK)
    for pk, at in rows.values_list("data__delivery", "at"):
        if pk in facts.deliveries:
            found[facts.deliveries[pk].channel_id].append((at - dead, at + RECENT))
    for pk, attempts in facts.attempts.items():
        for one in attempts:
            if pk in facts.deliveries and _trouble(one):
                span = (one.intent_at, (one.ended_at or one.intent_at + dead) + RECENT)
                found[facts.deliveries[pk].channel_id].append(span)
    return found


def _trouble(one: Attempt) -> bool:
    took = one.ended_at - one.intent_at if one.ended_at else timedelta.max
    return one.outcome != Attempt.Outcome.OK or took > SLOW_CALL


def _committed() -> dict[int, datetime]:
    rows = Activity.objects.filter(kind="delivery.commit").order_by("pk")
    return dict(rows.values_list("data__delivery", "at"))


# -- until somebody knows


def visible(facts: Facts) -> list[float]:
    """From the due time until whoever looks can see that it is not simply out."""
    first: dict[int, datetime] = {}
    rows = Activity.objects.filter(kind__in=SHOWS).order_by("pk")
    for pk, at in rows.values_list("data__delivery", "at"):
        first.setdefault(pk, at)
    due = {pk: facts.deliveries[pk].due_at for pk in first if pk in facts.deliveries}
    return [(first[pk] - at).total_seconds() for pk, at in due.items() if at and first[pk] > at]


def unknown() -> tuple[list[float], Counter[str]]:
    """How long each time nobody knew, and how it ended."""
    since: dict[int, datetime] = {}
    waited, settled = [], Counter[str]()
    rows = Activity.objects.filter(kind__in=("delivery.lose", *SETTLES)).order_by("pk")
    for kind, pk, at in rows.values_list("kind", "data__delivery", "at"):
        if kind == "delivery.lose":
            since[pk] = at
        elif pk in since:
            waited.append((at - since.pop(pk)).total_seconds())
            settled[kind.removeprefix("delivery.")] += 1
    return waited, settled


# -- recovery


def after_kills(history: History) -> list[float]:
    """Until each thing that a dead process held had been taken from it.

    While the database was away after the lease had ended nobody could take anything.
    """
    held = {pk for blow in history.blows for pk, _attempt_no in blow.held}
    moves = _moves(held)
    found = []
    for blow in history.blows:
        begun = moment(blow.at)
        for pk, _attempt_no in blow.held:
            # Whatever happens to it next ends that attempt; often the reaper was not needed.
            kind, at = next((move for move in moves[pk] if move[1] > begun), ("", begun))
            if kind in TAKEN_BACK:
                away = _database_away(history, begun, begun + leases.LEASE, at)
                found.append((at - begun).total_seconds() - away)
    return found


def _moves(pks: set[int]) -> dict[int, list[tuple[str, datetime]]]:
    posts = Delivery.objects.filter(pk__in=pks).values("post")
    rows = Activity.objects.filter(post__in=posts, kind__startswith="delivery.").order_by("pk")
    found: dict[int, list[tuple[str, datetime]]] = defaultdict(list)
    for kind, pk, at in rows.values_list("kind", "data__delivery", "at"):
        found[pk].append((kind, at))
    return found


def after_restarts(facts: Facts, history: History) -> list[float]:
    """From when everything was started again to the first call for something that is due. What has
    been tried already may wait for reasons of its own.
    """
    first = sorted(
        (mine[0].intent_at, facts.due.get(mine[0].pk, mine[0].intent_at))
        for mine in facts.attempts.values()
        if mine and mine[0].attempt_no == 1
    )
    intents = [intent for intent, _due in first]
    found = []
    for number, at in enumerate(history.restarts):
        begun = moment(at)
        next_one = history.restarts[number + 1 : number + 2]
        following = first[bisect_left(intents, begun) :]
        if not following or (next_one and following[0][0] > moment(next_one[0])):
            continue
        intent, due = following[0]
        away = _database_away(history, begun, begun, intent)
        found.append((intent - max(begun, due)).total_seconds() - away)
    return found


def _database_away(history: History, since: datetime, begun: datetime, ended: datetime) -> float:
    """Of the time between the last two, what blows to the database took that fell after `since`."""
    spans = [_span(blow, _felt(blow)) for blow in history.blows if blow.kind in DATABASE]
    later = [(max(a, begun), min(b, ended)) for a, b in spans if a > since]
    return sum(max((b - a).total_seconds(), 0.0) for a, b in later)
