"""What quality gates are to this room: something that looks at what posts say. The approvals room,
which lies above, has them; `settings.GATEKEEPER` names what to ask, as Django does for mail.

Called by services/checks.py, for pages while one writes and for all that sends for review,
schedules or publishes.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, cast

from django.conf import settings
from django.utils.module_loading import import_string

from accounts.models import Team
from posts.models import Verdict
from publishers.models import Channel
from publishers.problems import Problem

type Found = list[tuple[int | None, Problem]]

# What platforms themselves would not take: the limits, through the gate of that name.
PLATFORM = "platform"


@dataclass(frozen=True)
class Swap(Problem):
    """`take` stands in the text as it is here; one press puts `put` there. `whole`: not as a part
    of a longer word.
    """

    take: str = ""
    put: str = ""
    whole: bool = True


@dataclass(frozen=True)
class Subject:
    """What is looked at: a document of posts/content.py, stored or still being typed.

    `post` 0: not stored yet. `due`: when each channel goes out, as far as it is known; the others
    at `at`. `limits`: what their platforms would not take. `committed`: it passed when it was
    scheduled, so that what is only not known yet does not stop it.
    """

    document: Mapping[str, Any]
    channels: Mapping[int, Channel]
    limits: Sequence[tuple[int | None, Problem]] = ()
    post: int = 0
    at: datetime | None = None
    due: Mapping[int, datetime] = field(default_factory=dict)
    committed: bool = False

    def goes(self, channel: int) -> datetime | None:
        return self.due.get(channel, self.at)


@dataclass(frozen=True)
class Look:
    """What one gate found; `skipped` says why it could not look."""

    gate: str
    found: Sequence[tuple[int | None, Problem]] = ()
    skipped: str = ""

    @property
    def outcome(self) -> str:
        levels = {problem.level for _pk, problem in self.found}
        if levels:
            blocked = "error" in levels
            return Verdict.Outcome.BLOCKED if blocked else Verdict.Outcome.WARNED
        return Verdict.Outcome.SKIPPED if self.skipped else Verdict.Outcome.PASSED


@dataclass(frozen=True)
class Looked:
    """Everything that was found, in the order in which it is said, and by which gate."""

    found: Found
    looks: Sequence[Look] = ()

    @property
    def errors(self) -> Found:
        return [(pk, problem) for pk, problem in self.found if problem.level == "error"]

    def blocked_but(self, gates: Collection[str]) -> Found:
        """What stops the post, whatever these gates say."""
        return [
            (pk, problem)
            for look in self.looks
            if look.gate not in gates
            for pk, problem in look.found
            if problem.level == "error"
        ]


class Gatekeeper(Protocol):
    """Looks at all of them in one statement at most, and calls nobody outside."""

    def __call__(self, team: Team, subjects: Sequence[Subject]) -> list[Looked]: ...


def look(team: Team, subjects: Sequence[Subject]) -> list[Looked]:
    keeper = cast(Gatekeeper, import_string(settings.GATEKEEPER))
    return keeper(team, subjects)
