"""Which gates a team has, how strict they are, and what they go by.

Rules are never changed: a change is a new row, and the team names the one that holds. So what was
read once is known for as long as the process lives.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

from accounts.models import Team
from approvals.gates.contract import MODES, Gate, Mode, Option
from approvals.gates.registry import GATES
from approvals.models import Ruleset

type Document = Mapping[str, Any]


class Rule(NamedTuple):
    """Of one gate, for a team or for one of its channels."""

    mode: Mode
    options: Mapping[str, Any]
    ready: Any


@dataclass(frozen=True)
class Rules:
    """By gate; `channels` only where one is stricter, or has more."""

    teams: Mapping[str, Rule]
    channels: Mapping[tuple[str, int], Rule] = field(default_factory=dict)

    def of(self, gate: str, channel: int) -> Rule:
        return self.channels.get((gate, channel), self.teams[gate])

    def on(self, gate: str) -> bool:
        """For some channel at least."""
        rules = [self.teams[gate], *(r for (slug, _pk), r in self.channels.items() if slug == gate)]
        return any(rule.mode != "off" for rule in rules)


def in_force(team: Team) -> Rules:
    return USUAL if team.gates is None else _read(team.pk, team.gates)


def document_of(team: Team) -> Document:
    if team.gates is None:
        return {}
    found: Document = Ruleset.objects.for_team(team).get(pk=team.gates).document
    return found


@lru_cache(maxsize=1024)
def _read(team_id: int, pk: int) -> Rules:
    return rules_of(Ruleset.objects.get(team_id=team_id, pk=pk).document)


def rules_of(document: Document) -> Rules:
    teams, channels = {}, {}
    for slug, gate in GATES.items():
        said = document.get(slug, {})
        teams[slug] = rule = _rule(gate, said.get("mode"), said.get("options", {}))
        for pk, own in said.get("channels", {}).items():
            mode = stricter(rule.mode, own.get("mode", "off"))
            options = merged(gate, rule.options, own.get("options", {}))
            channels[slug, int(pk)] = _rule(gate, mode, options)
    return Rules(teams, channels)


def _rule(gate: Gate, mode: str | None, options: Mapping[str, Any]) -> Rule:
    """What nobody has said, and what this version does not know, is as usual."""
    known = {option.name: options.get(option.name, option.usual) for option in gate.options}
    said: Mode = mode if mode in MODES else gate.usual
    return Rule(said, known, gate.prepare(known))


def stricter(one: Mode, other: Mode) -> Mode:
    return max(one, other, key=MODES.index)


def merged(gate: Gate, teams: Mapping[str, Any], own: Mapping[str, Any]) -> Mapping[str, Any]:
    """A channel's words come to those of the team; its numbers stand instead."""
    return {option.name: _one(option, teams[option.name], own) for option in gate.options}


def _one(option: Option, teams: Any, own: Mapping[str, Any]) -> Any:
    if not option.channels or own.get(option.name) in (None, "", []):
        return teams
    if option.kind == "number":
        return own[option.name]
    return list(dict.fromkeys([*teams, *own[option.name]]))


USUAL = rules_of({})
