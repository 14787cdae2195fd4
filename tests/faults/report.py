"""What a run has shown, as numbers and in words."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from tests.faults import timings
from tests.faults.arena import Patience
from tests.faults.checker import Verdict, read
from tests.faults.generator import Generator, Plan
from tests.faults.history import History
from tests.faults.timings import percentiles


@dataclass
class Ran:
    """A run that is over. `asked`: how many deliveries there should have been."""

    plan: Plan
    patience: Patience
    history: History
    generator: Generator
    verdict: Verdict
    seconds: float
    memory: dict[str, dict[str, float]]
    asked: int


def report(ran: Ran) -> dict[str, Any]:
    """As JSON could hold it. `kept` is the verdict: of the promises, and in a run that waits for
    real leases also of the times.
    """
    facts, history = read(), ran.history
    written = ran.generator.written / max(ran.asked, 1)
    limits = timings.limits(facts, history, written)
    late = [] if ran.plan.hurried else [str(one) for one in limits if not one.kept]
    unknown, settled = timings.unknown()
    after_kills = timings.after_kills(history)
    states = Counter(str(one.state) for one in facts.deliveries.values())
    return {
        "kept": not ran.verdict and not late,
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
        "limits": [str(one) for one in limits],
        "too_late": late,
        "lateness_s": percentiles(timings.lateness(facts)),
        "lateness_undisturbed_s": percentiles(timings.lateness(facts, undisturbed=True)),
        "lateness_without_redis_s": percentiles(timings.without_redis(facts, history)),
        "visible_after_s": percentiles(timings.visible(facts)),
        "unknown": {
            "times": len(unknown),
            "settled": dict(settled),
            "seconds": percentiles(unknown),
        },
        "recovery_s": {
            "held_by_the_dead": len(after_kills),
            "after_kill": percentiles(after_kills),
            "after_restart": percentiles(timings.after_restarts(facts, history)),
        },
        "memory_mb": ran.memory,
    }


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
        f"  without redis {_times(found['lateness_without_redis_s'])}",
        f"  visible after {_times(found['visible_after_s'])}",
        f"  unknown       {found['unknown']['times']} times: {_list(found['unknown']['settled'])}; "
        f"settled after {_times(found['unknown']['seconds'])}",
        f"  recovery      {found['recovery_s']['held_by_the_dead']} held by the dead, taken back "
        f"after {_times(found['recovery_s']['after_kill'])}; "
        f"after a restart {_times(found['recovery_s']['after_restart'])}",
    ]
    for name, sizes in found["memory_mb"].items():
        lines.append(f"  memory        {name}: {_list(sizes)} MB")
    lines += [f"  limit         {one}" for one in found["limits"]]
    lines += [f"  TOO LATE      {one}" for one in found["too_late"]]
    for promise, number in found["broken"].items():
        lines.append(f"  BROKEN        {promise}: {number}, e.g. {found['examples'][promise][:2]}")
    lines.append("Every promise was kept." if found["kept"] else "A promise was broken.")
    return "\n".join(lines)


def _list(counts: dict[str, Any]) -> str:
    return ", ".join(f"{name} {number}" for name, number in counts.items()) or "none"


def _times(values: dict[str, float]) -> str:
    return " ".join(f"{name} {value:g} s" for name, value in values.items()) or "none"
