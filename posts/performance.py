"""How posts did beside what their channels are used to. Pure."""

from dataclasses import dataclass

# Fewer posts than these say more of themselves than of what they have in common.
ENOUGH = 5
# A difference of fewer percent is chance.
LEAST = 5


@dataclass(frozen=True)
class Performance:
    """Of so many `posts` with figures; `share` 1 is as always."""

    posts: int = 0
    share: float = 1.0

    @property
    def percent(self) -> int | None:
        """By how many percent they did better, or worse; 0: as always. None: too few to say so."""
        if self.posts < ENOUGH:
            return None
        more = round((self.share - 1) * 100)
        return more if abs(more) >= LEAST else 0

    @property
    def magnitude(self) -> int:
        return abs(self.percent or 0)


UNKNOWN = Performance()
