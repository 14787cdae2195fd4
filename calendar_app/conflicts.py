"""What speaks against a time: a post too close, one that said the same, or too many a day. Pure.

Nothing here forbids: people are told, and decide. queries/clashes.py finds them.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar, NamedTuple

# The same text again on a channel is pointed out for as long.
MEMORY = timedelta(days=30)
_STEP = timedelta(minutes=15)
# How far a clear time is looked for.
_REACH = timedelta(hours=24)


class Kind(StrEnum):
    CLOSE = "close"
    SAME = "same"
    QUOTA = "quota"


class Clash(NamedTuple):
    """A `post` at `at`, and the `other` that it meets on a channel, both by their names."""

    kind: Kind
    post_id: int
    at: datetime
    channel: str
    other_id: int
    other: str
    other_at: datetime
    post: str

    @property
    def posts(self) -> frozenset[int]:
        """Those to be marked."""
        return frozenset((self.post_id, self.other_id))

    @property
    def minutes(self) -> int:
        """How far apart, in whole minutes."""
        return int(abs(self.at - self.other_at).total_seconds() // 60)

    @property
    def pair(self) -> tuple[Kind, int, int]:
        """The same for each channel that two posts share."""
        return self.kind, min(self.post_id, self.other_id), max(self.post_id, self.other_id)

    @property
    def told(self) -> tuple[object, ...]:
        """What two of them share that are said in the same words; nothing has to be said for it."""
        moment = self.other_at if self.kind == Kind.SAME else self.other_at < self.at
        return self.pair, self.channel, self.other, self.minutes, moment


@dataclass(frozen=True)
class Crowd:
    """`count` posts of a channel within 24 hours, though its platform takes `most` in a day. The
    first that is too many is `post_id`, at `at`; `posts` are those of them that are shown.
    """

    post_id: int
    at: datetime
    channel: str
    channel_id: int
    count: int
    most: int
    posts: frozenset[int]

    kind: ClassVar[Kind] = Kind.QUOTA

    @property
    def pair(self) -> tuple[Kind, int, int]:
        """The same for all of a channel."""
        return self.kind, self.channel_id, 0

    @property
    def told(self) -> tuple[object, ...]:
        return self.pair, self.channel, self.count, self.most


type Conflict = Clash | Crowd


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
