"""An outcome with what the worker knows about it, on its way into the rows."""

from dataclasses import dataclass, replace

from delivery.models import Attempt
from publishers.contract import (
    Outcome,
    Processing,
    Published,
    Reconnect,
    Rejected,
    TryLater,
    Uncertain,
)

CLOSED: dict[type[Outcome], Attempt.Outcome] = {
    Published: Attempt.Outcome.OK,
    Processing: Attempt.Outcome.ACCEPTED,
    TryLater: Attempt.Outcome.NOT_SENT,
    Rejected: Attempt.Outcome.REJECTED,
    Reconnect: Attempt.Outcome.RECONNECT,
    Uncertain: Attempt.Outcome.AMBIGUOUS,
}


@dataclass(frozen=True)
class Answer:
    """An outcome with what the worker knows about it.

    `version` is the grant behind a Reconnect; `renewed` says that a new token is already there.
    `looked`: nothing was sent, this is what the platform showed before. `item` is which one of the
    delivery's it is about.
    """

    outcome: Outcome
    status: int | None = None
    version: int | None = None
    renewed: bool = False
    looked: bool = False
    item: int = 0


def plainly(outcome: Outcome) -> Outcome:
    """The same in letters that any row takes: one that cannot be stored would be sent again."""
    if isinstance(outcome, Published | Processing):
        return Uncertain("The platform took it, but what it said of it cannot be kept.")
    said = outcome.reason.encode("unicode_escape").decode("ascii")
    return replace(outcome, reason=said[:300])
