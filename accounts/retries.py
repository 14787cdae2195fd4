"""When a post that could not go out is tried again, as a team chose it; and in its words. Pure.

The settings page shows these pauses, delivery/retries.py waits them.
"""

import re
from collections.abc import Sequence

EXPONENTIAL, LINEAR, CUSTOM = "exponential", "linear", "custom"
# Seconds.
SHORTEST, LONGEST = 1, 3600
MOST_TRIES = 20
USUAL_FIRST, USUAL_TRIES = 15, 5

_UNITS = {"s": 1, "min": 60, "h": 3600}
_PAUSE = re.compile(r"(\d{1,5})\s*(seconds?|sec|s|minutes?|min|m|hours?|h)?")


class NoPause(ValueError):
    """What was written is not a list of pauses; `str(error)` names the part."""


def pauses(strategy: str, *, first: int, tries: int, own: Sequence[int] = ()) -> list[int]:
    """Seconds to wait after the first failure, the second, and so on: one fewer than `tries`.

    Own pauses that end too soon go on with their last one. None is below 0 or above an hour.
    """
    count = max(min(tries, MOST_TRIES), 1) - 1
    if strategy == CUSTOM and own:
        row = [*own, *[own[-1]] * count][:count]
    elif strategy == LINEAR:
        row = [first * n for n in range(1, count + 1)]
    else:
        row = [first * 2**n for n in range(count)]
    return [max(min(pause, LONGEST), 0) for pause in row]


def in_words(seconds: int) -> str:
    """As it may be written, too: "1 min 30 s"."""
    hours, rest = divmod(seconds, 3600)
    minutes, left = divmod(rest, 60)
    parts = [f"{n} {unit}" for n, unit in ((hours, "h"), (minutes, "min"), (left, "s")) if n]
    return " ".join(parts) or "0 s"


def read(text: str) -> list[int]:
    """Seconds from "15 s, 1 min 30 s, 10 min"; a bare number is seconds. Raises NoPause."""
    return [_one(part.strip()) for part in text.replace(";", ",").split(",") if part.strip()]


def _one(part: str) -> int:
    seconds, rest = 0, part.lower()
    while found := _PAUSE.match(rest):
        unit = found[2] or "s"
        known = next(name for name in ("min", "h", "s") if unit[0] == name[0])
        seconds += int(found[1]) * _UNITS[known]
        rest = rest[found.end() :].strip()
    if rest or not SHORTEST <= seconds <= LONGEST:
        raise NoPause(part)
    return seconds
