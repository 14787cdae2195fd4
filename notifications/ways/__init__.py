"""The ways a message travels, one file each. outbox.py calls `deliver` and acts on its answer."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from notifications.models import Sending


def _nothing() -> None:
    pass


@dataclass(frozen=True)
class Sent:
    """The other side has it. `afterwards` waits until that is noted: a goodbye may take long, and
    whoever is killed meanwhile has it sent again.
    """

    afterwards: Callable[[], None] = _nothing


@dataclass(frozen=True)
class Later:
    """Worth another attempt."""

    error: str


@dataclass(frozen=True)
class Waits:
    """It is too early, which is nobody's failure and no attempt."""

    until: datetime


@dataclass(frozen=True)
class Never:
    """No attempt will do better."""

    error: str


type Result = Sent | Later | Waits | Never
type Way = Callable[[Sending], Result]
