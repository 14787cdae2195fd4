"""The one that posts ask (`settings.GATEKEEPER`): every gate of a team on everything it looks at.

One statement at most, and no call to anybody outside.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from django.utils import timezone

from accounts.models import Team
from approvals import facts
from approvals.gates.contract import Facts, Gate, Mode, Said, Skip
from approvals.gates.reader import Reader
from approvals.gates.registry import GATES
from approvals.rules import Rule, Rules, in_force
from posts.gatekeeper import Look, Looked, Subject
from publishers.problems import Problem

type Pairs = list[tuple[int | None, Problem]]


def look(team: Team, subjects: Sequence[Subject]) -> list[Looked]:
    rules, reader, now = in_force(team), Reader(), timezone.now()
    said = [
        [
            Said(
                channel=channel,
                document=subject.document,
                limits=[problem for of, problem in subject.limits if of == pk],
                due=subject.goes(pk),
                now=now,
                zone=team.zone,
                reader=reader,
                number=number,
                committed=subject.committed,
            )
            for pk, channel in subject.channels.items()
        ]
        for number, subject in enumerate(subjects)
    ]
    known = facts.gather(team, subjects, said, rules)
    return [_one(subject, of, rules, known) for subject, of in zip(subjects, said, strict=True)]


def _one(subject: Subject, said: Sequence[Said], rules: Rules, known: Facts) -> Looked:
    looks = [_through(gate, said, rules, known) for gate in GATES.values() if _needed(gate, rules)]
    found: Pairs = [pair for one in looks for pair in one.found]
    # What platforms say keeps its order, whichever gate it came through.
    order = {(pk, problem.message): n for n, (pk, problem) in enumerate(subject.limits)}
    found.sort(key=lambda pair: order.get((pair[0], pair[1].message), len(order)))
    return Looked(found, looks)


def _needed(gate: Gate, rules: Rules) -> bool:
    return gate.always or rules.on(gate.slug)


def _through(gate: Gate, said: Sequence[Said], rules: Rules, known: Facts) -> Look:
    found: Pairs = []
    skipped = [""]
    for one in said:
        rule = rules.of(gate.slug, one.channel.pk)
        for problem in _told(gate, one, rule, known):
            if isinstance(problem, Skip):
                skipped.append(problem.words)
            else:
                found.append((one.channel.pk, problem))
    return Look(gate.slug, found, skipped[-1])


def _told(gate: Gate, said: Said, rule: Rule, known: Facts) -> Iterator[Problem | Skip]:
    if rule.mode == "off" and not gate.always:
        return
    for problem in gate.look(said, rule.ready, known):
        if isinstance(problem, Skip) or (gate.always and problem.level == "error"):
            yield problem
        elif rule.mode != "off":
            yield _levelled(problem, gate, rule.mode)


def _levelled(problem: Problem, gate: Gate, mode: Mode) -> Problem:
    blocks = mode == "block" and problem.code not in gate.warns
    return replace(problem, level="error") if blocks else problem
