"""What a run has shown, as numbers and in words."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from posts.models import Activity
from posts.states import DeliveryState
from tests.faults.arena import Patience
from tests.faults.checker import Facts, Verdict, read
from tests.faults.generator import Generator, Plan
from tests.faults.history import History, moment

# How a delivery leaves the state in which nobody knows.
SETTLES = ("delivery.publish", "delivery.prove_absent", "delivery.ask")
SHOWS = ("delivery.lose", "delivery.ask", "delivery.miss", "delivery.refuse", "delivery.not_sent")


def percentiles(values: Sequence[float]) -> dict[str, float]:
    if not values:
        return {}
    ordered = sorted(values)

    def at(share: float) -> float:
        return round(ordered[min(int(len(ordered) * share), len(ordered) - 1)], 3)

    return {"p50": at(0.5), "p95": at(0.95), "p99": at(0.99), "max": round(ordered[-1], 3)}


@dataclass
class Ran:
    """A run that is over."""

    plan: Plan
    patience: Patience
    history: History
    generator: Generator
    verdict: Verdict
    seconds: float
    memory: dict[str, dict[str, float]]

    @property
    def kept(self) -> bool:
        return not self.verdict


def report(ran: Ran) -> dict[str, Any]:
    facts = read()
    states = Counter(str(one.state) for one in facts.deliveries.values())
    return {
        "kept": ran.kept,
        "seed": ran.plan.seed,
        "minutes": round(ran.seconds / 60, 1),
        "quiet_seconds": ran.patience.quiet,
        "read_gap_seconds": ran.patience.gap,
        "channels": ran.plan.channels,
        "deliveries": len(facts.deliveries),
        "attempts": sum(map(len, facts.attempts.values())),
        "live": len(facts.live),
        "states": dict(states.most_common()),
        "platform_faults": dict(sorted(ran.generator.faults.items())),
        "blows": dict(Counter(blow.kind for blow in ran.history.blows).most_common()),
        "people": dict(Counter(act.kind for act in ran.history.acts).most_common()),
        "people_refused": dict(ran.history.refused.most_common()),
        "broken": {promise: len(rows) for promise, rows in ran.verdict.items()},
        "examples": {promise: [str(r) for r in rows[:5]] for promise, rows in ran.verdict.items()},
        "lateness_s": percentiles(list(_lateness(facts))),
        "lateness_undisturbed_s": percentiles(list(_lateness(facts, undisturbed=True))),
        "visible_after_s": percentiles(list(_visible(facts))),
        "unknown": _unknown(),
        "recovery_s": _recovery(ran.history, facts),
        "memory_mb": ran.memory,
    }


def _lateness(facts: Facts, *, undisturbed: bool = False) -> Iterable[float]:
    """From the time that was planned to the platform's own; of those that went out."""
    for remote, sender in facts.live:
        if sender is None or sender.state != DeliveryState.PUBLISHED or sender.due_at is None:
            continue
        if not undisturbed or len(facts.attempts[sender.pk]) == sender.attempt_no == 1:
            yield max((remote.accepted_at - sender.due_at).total_seconds(), 0.0)


def _visible(facts: Facts) -> Iterable[float]:
    """From the due time until whoever looks can see that it is not simply out."""
    first: dict[int, Any] = {}
    for pk, at in (
        Activity.objects.filter(kind__in=SHOWS).order_by("pk").values_list("data__delivery", "at")
    ):
        first.setdefault(pk, at)
    for pk, at in first.items():
        due = facts.deliveries[pk].due_at if pk in facts.deliveries else None
        if due and at > due:
            yield (at - due).total_seconds()


def _unknown() -> dict[str, Any]:
    since: dict[int, Any] = {}
    waited, settled = [], Counter[str]()
    rows = Activity.objects.filter(kind__in=("delivery.lose", *SETTLES)).order_by("pk")
    for kind, pk, at in rows.values_list("kind", "data__delivery", "at"):
        if kind == "delivery.lose":
            since[pk] = at
        elif pk in since:
            waited.append((at - since.pop(pk)).total_seconds())
            settled[kind.removeprefix("delivery.")] += 1
    return {"times": len(waited), "settled": dict(settled), "seconds": percentiles(waited)}


def _recovery(history: History, facts: Facts) -> dict[str, Any]:
    """After a kill: until each thing the dead process held had been taken from it. After a restart
    of everything: until the first call began.
    """
    taken = _next_moves([pair for blow in history.blows for pair in blow.held])
    after_kill = [
        (taken[pair] - moment(blow.at)).total_seconds()
        for blow in history.blows
        for pair in blow.held
        if pair in taken
    ]
    intents = sorted(a.intent_at for mine in facts.attempts.values() for a in mine)
    after_restart = []
    for at in history.restarts:
        first = next((intent for intent in intents if intent > moment(at)), None)
        if first:
            after_restart.append((first - moment(at)).total_seconds())
    return {
        "held_by_the_dead": len(after_kill),
        "after_kill": percentiles(after_kill),
        "after_restart": percentiles(after_restart),
    }


def _next_moves(pairs: Sequence[tuple[int, int]]) -> dict[tuple[int, int], Any]:
    """When each of these (delivery, attempt) was taken from the dead: the reaper's entry."""
    found: dict[tuple[int, int], Any] = {}
    wanted = {pk for pk, _ in pairs}
    rows = Activity.objects.filter(kind__in=("delivery.expire", "delivery.lose")).order_by("pk")
    moves: dict[int, list[Any]] = {}
    for pk, at in rows.values_list("data__delivery", "at"):
        if pk in wanted:
            moves.setdefault(pk, []).append(at)
    for pair in pairs:
        if pair[0] in moves:
            found[pair] = moves[pair[0]][-1]
    return found


def in_words(found: dict[str, Any]) -> str:
    lines = [
        f"{found['deliveries']:,} deliveries on {found['channels']} channels in "
        f"{found['minutes']} minutes, seed {found['seed']}; quiet period "
        f"{found['quiet_seconds']:g} s, {found['read_gap_seconds']:g} s between two reads",
        f"  states        {_list(found['states'])}",
        f"  blows         {_list(found['blows'])}",
        f"  platforms     {_list(found['platform_faults'])}",
        f"  people        {_list(found['people'])}",
        f"  lateness      {_times(found['lateness_s'])}",
        f"  undisturbed   {_times(found['lateness_undisturbed_s'])}",
        f"  visible after {_times(found['visible_after_s'])}",
        f"  unknown       {found['unknown']['times']} times: {_list(found['unknown']['settled'])}; "
        f"settled after {_times(found['unknown']['seconds'])}",
        f"  recovery      {found['recovery_s']['held_by_the_dead']} held by the dead, taken back "
        f"after {_times(found['recovery_s']['after_kill'])}; "
        f"after a restart {_times(found['recovery_s']['after_restart'])}",
    ]
    for name, sizes in found["memory_mb"].items():
        lines.append(f"  memory        {name}: {_list(sizes)} MB")
    for promise, number in found["broken"].items():
        lines.append(f"  BROKEN        {promise}: {number}, e.g. {found['examples'][promise][:2]}")
    lines.append("Every promise was kept." if found["kept"] else "A promise was broken.")
    return "\n".join(lines)


def _list(counts: dict[str, Any]) -> str:
    return ", ".join(f"{name} {number}" for name, number in counts.items()) or "none"


def _times(values: dict[str, float]) -> str:
    return " ".join(f"{name} {value:g} s" for name, value in values.items()) or "none"
