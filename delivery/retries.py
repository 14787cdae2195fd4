"""How long to wait before trying again, by the plan of a team. Pure.

accounts/retries.py turns what the team chose into pauses; here they are spread, counted and kept
within bounds. After the last one the delivery is a dead letter, and a person decides.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from accounts.retries import EXPONENTIAL, LONGEST, USUAL_FIRST, USUAL_TRIES, pauses

if TYPE_CHECKING:
    from accounts.models import Team

LONGEST_ASKED = timedelta(hours=24)


@dataclass(frozen=True)
class Plan:
    """`pauses` in seconds after the first failure, the second …; `spread` moves each by a fifth,
    so that many rows do not return together.
    """

    pauses: Sequence[int]
    spread: bool = True

    @property
    def tries(self) -> int:
        return len(self.pauses) + 1

    def spent(self, failures: int) -> bool:
        """Whether so many failures leave no further try."""
        return failures >= self.tries

    def pause(self, failures: int) -> timedelta:
        """After so many failures; past the end of the plan its last pause, for ever."""
        if not self.pauses:
            return timedelta(seconds=USUAL_FIRST)
        seconds: float = self.pauses[min(max(failures, 1), len(self.pauses)) - 1]
        if self.spread:
            seconds *= random.uniform(0.8, 1.2)
        return timedelta(seconds=min(seconds, LONGEST))


USUAL = Plan(pauses(EXPONENTIAL, first=USUAL_FIRST, tries=USUAL_TRIES))
# What ends its worker again and again has no number of tries that a team chose.
_ENDLESS = Plan(pauses(EXPONENTIAL, first=USUAL_FIRST, tries=20))


def of(team: "Team") -> Plan:
    return Plan(team.pauses, spread=team.retry_strategy == EXPONENTIAL)


def backoff(failures: int) -> timedelta:
    """Doubling from 15 seconds up to an hour."""
    return _ENDLESS.pause(failures)


def asked(seconds: int | None, failures: int, plan: Plan = USUAL) -> timedelta:
    """The pause a platform asked for, within reason; without one, the plan's."""
    if seconds is None or seconds < 0:
        return plan.pause(failures)
    return min(timedelta(seconds=seconds), LONGEST_ASKED)
