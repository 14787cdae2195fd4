"""Who is asked about a post: what it is and the team's workflows in, rounds of people out. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

TEAM, CAMPAIGNS, CHANNELS = "team", "campaigns", "channels"
# The most specific first.
_REACHES = (CHANNELS, CAMPAIGNS, TEAM)


@dataclass(frozen=True)
class Person:
    """`membership` is None for people outside the team."""

    name: str
    email: str
    membership: int | None = None


@dataclass(frozen=True)
class Facts:
    """What workflows ask about a post. `fresh`: those of its channels that have published nothing
    yet. `barred`: the address of whoever may not review it, in small letters.
    """

    channels: frozenset[int] = frozenset()
    campaign: int | None = None
    tags: frozenset[int] = frozenset()
    link: bool = False
    media: bool = False
    fresh: frozenset[int] = frozenset()
    barred: str = ""


@dataclass(frozen=True)
class Step:
    """A stage of a workflow; `needed` None wants everybody."""

    name: str
    people: tuple[Person, ...]
    needed: int | None = 1


@dataclass(frozen=True)
class Flow:
    """A workflow that is in force. `when_…` and `tags`: it applies where one of them holds, and
    everywhere if there is none. The answer is wanted `lead_hours` before the post's time; people
    are reminded `remind_hours` before that, and then `backup` is asked too.
    """

    name: str
    reach: str = TEAM
    campaigns: frozenset[int] = frozenset()
    channels: frozenset[int] = frozenset()
    when_link: bool = False
    when_media: bool = False
    when_fresh: bool = False
    tags: frozenset[int] = frozenset()
    asks: bool = True
    at_once: bool = False
    steps: tuple[Step, ...] = ()
    lead_hours: int = 0
    remind_hours: int = 24
    backup: Person | None = None

    @property
    def conditional(self) -> bool:
        return self.when_link or self.when_media or self.when_fresh or bool(self.tags)


@dataclass(frozen=True)
class Path:
    """A workflow that a post goes through, and the channels that want it."""

    flow: Flow
    channels: tuple[int, ...]


@dataclass(frozen=True)
class Asked:
    """People asked together. Those of one track follow each other, tracks run at once."""

    workflow: str
    name: str
    people: tuple[Person, ...]
    needed: int
    track: int
    position: int
    lead_hours: int = 0
    remind_hours: int = 24
    backup: Person | None = None
    # Of how many the stage speaks. Where fewer than that are left, `needed` is all who are.
    wanted: int = 0


@dataclass(frozen=True)
class Plan:
    paths: tuple[Path, ...]
    rounds: tuple[Asked, ...]

    @property
    def waived(self) -> bool:
        """No workflow asks anybody."""
        return not self.rounds

    @property
    def deserted(self) -> Asked | None:
        """The first round in which nobody could be asked."""
        return next((asked for asked in self.rounds if not asked.people), None)

    @property
    def tracks(self) -> list[list[Asked]]:
        return [list(rounds) for _n, rounds in groupby(self.rounds, key=lambda one: one.track)]

    @property
    def first(self) -> list[Person]:
        """Everybody who is asked at once, each named once."""
        people = [p for asked in self.rounds if asked.position == 0 for p in asked.people]
        return list({person.email.lower(): person for person in people}.values())


def plan(facts: Facts, flows: Sequence[Flow], usual: Flow) -> Plan:
    """Each channel asks for the most specific workflows that apply to it: its own, else those of
    the campaign, else the team's, else `usual`. The post goes through all that its channels want.
    """
    wanted: dict[int, list[int]] = {}
    known = [*flows, usual]
    for channel in sorted(facts.channels) or [0]:
        for number in _wanted(channel, facts, flows) or [len(flows)]:
            wanted.setdefault(number, []).append(channel)
    paths = tuple(Path(known[number], tuple(wanted[number])) for number in sorted(wanted))
    return Plan(paths, tuple(_rounds(paths, facts.barred)))


def _wanted(channel: int, facts: Facts, flows: Sequence[Flow]) -> list[int]:
    for reach in _REACHES:
        numbers = [
            number
            for number, flow in enumerate(flows)
            if flow.reach == reach
            and _covers(flow, channel, facts)
            and _applies(flow, channel, facts)
        ]
        if numbers:
            return numbers
    return []


def _covers(flow: Flow, channel: int, facts: Facts) -> bool:
    if flow.reach == CHANNELS:
        return channel in flow.channels
    return flow.reach == TEAM or facts.campaign in flow.campaigns


def _applies(flow: Flow, channel: int, facts: Facts) -> bool:
    return (
        not flow.conditional
        or (flow.when_link and facts.link)
        or (flow.when_media and facts.media)
        or (flow.when_fresh and channel in facts.fresh)
        or not flow.tags.isdisjoint(facts.tags)
    )


def _rounds(paths: Iterable[Path], barred: str) -> Iterable[Asked]:
    track = 0
    for path in paths:
        steps = path.flow.steps if path.flow.asks else ()
        for number, step in enumerate(steps):
            people = tuple(one for one in step.people if one.email.lower() != barred)
            most = len(people) or 1
            needed = most if step.needed is None else min(step.needed, most)
            flow = path.flow
            place = (track + number, 0) if flow.at_once else (track, number)
            hours = flow.lead_hours, flow.remind_hours
            backup = flow.backup if flow.backup and flow.backup.email.lower() != barred else None
            wanted = step.needed or 0
            yield Asked(flow.name, step.name, people, needed, *place, *hours, backup, wanted)
        track += len(steps) if path.flow.at_once else min(1, len(steps))
