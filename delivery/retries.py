"""How long to wait before trying again. Pure."""

import random
from datetime import timedelta

FIRST = timedelta(seconds=15)
LONGEST = timedelta(minutes=15)
LONGEST_ASKED = timedelta(hours=24)
MAXIMUM = 5


def backoff(failures: int) -> timedelta:
    """Doubling from 15 seconds, spread by a fifth so that many rows do not return together."""
    times: int = 2 ** min(max(failures - 1, 0), 10)
    return min(FIRST * times, LONGEST) * random.uniform(0.8, 1.2)


def asked(seconds: int | None, failures: int) -> timedelta:
    """The pause a platform asked for, within reason; without one, ours."""
    if seconds is None or seconds < 0:
        return backoff(failures)
    return min(timedelta(seconds=seconds), LONGEST_ASKED)
