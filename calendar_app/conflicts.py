"""What speaks against a time: another post too close, or one that said the same. Pure.

Nothing here forbids: people are told, and decide. queries/conflicts.py finds them.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

# The same text again on a channel is pointed out for as long.
MEMORY = timedelta(days=30)
_STEP = timedelta(minutes=15)
# How far a clear time is looked for.
_REACH = timedelta(hours=24)


class Kind(StrEnum):
    CLOSE = "close"
    SAME = "same"


@dataclass(frozen=True)
class Clash:
    """A post at `at`, and the `other` that it meets on a channel, both by their names."""

    kind: Kind
    post_id: int
    at: datetime
    channel: str
    other_id: int
    other: str
    other_at: datetime

    @property
    def minutes(self) -> int:
        """How far apart, in whole minutes."""
        return int(abs(self.at - self.other_at).total_seconds() // 60)

    @property
    def pair(self) -> tuple[Kind, int, int]:
        """The same for each channel that two posts share."""
        return self.kind, min(self.post_id, self.other_id), max(self.post_id, self.other_id)


def clear(
    at: datetime,
    *,
    offsets: Mapping[int, timedelta],
    taken: Mapping[int, Collection[datetime]],
    gap: timedelta,
) -> datetime | None:
    """The first quarter of an hour after `at` with nothing closer than `gap` on any channel; None
    within a day. `offsets`: how much later than the post each of its channels goes out.
    """
    moment = at + (_STEP - timedelta(seconds=at.timestamp() % _STEP.total_seconds()))
    while moment - at <= _REACH:
        if all(
            abs(moment + offset - other) >= gap
            for channel, offset in offsets.items()
            for other in taken.get(channel, ())
        ):
            return moment
        moment += _STEP
    return None
