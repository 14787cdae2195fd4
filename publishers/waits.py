"""How long a platform asks us to wait, read from its headers. Pure; called by adapters."""

import math
import re
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST = 24 * 3600
# A bare number above this is a moment (seconds since 1970), below it a number of seconds.
_EPOCH = 1_000_000_000
_MILLIS = 100_000_000_000
_NUMBER = re.compile(r"[0-9]{1,18}(?:\.[0-9]{1,9})?")


def seconds_until(value: str, now: float | None = None) -> int | None:
    """Seconds, a moment in seconds or milliseconds, an HTTP or ISO date; None for anything else."""
    now = time.time() if now is None else now
    text = value.strip()
    if _NUMBER.fullmatch(text):
        number = float(text)
        if number >= _MILLIS:
            number /= 1000
        left = number - now if number >= _EPOCH else number
    elif (moment := _dated(text)) is not None:
        left = moment - now
    else:
        return None
    # A begun second is waited to its end: who comes back before it is refused again.
    return min(max(math.ceil(left), 1), LONGEST)


def _dated(text: str) -> float | None:
    for read in (parsedate_to_datetime, datetime.fromisoformat):
        try:
            moment = read(text)
            # Both kinds mean Greenwich when they name no zone.
            return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
        except (ValueError, OverflowError, OSError):
            continue
    return None


def clock_of(headers: Mapping[str, str]) -> float:
    """The platform's own clock at the moment of the answer; this machine's may be hours off."""
    said = next((value for name, value in headers.items() if name.lower() == "date"), "")
    moment = _dated(said.strip())
    return time.time() if moment is None else moment


def wait_from(headers: Mapping[str, str], now: float | None = None) -> int | None:
    """The longest wait that `Retry-After` or an exhausted window asks for; None when none does."""
    now = clock_of(headers) if now is None else now
    known = {name.lower(): value for name, value in headers.items()}
    asked = [seconds_until(known["retry-after"], now)] if "retry-after" in known else []
    windows = [name.removesuffix("-reset") for name in known if name.endswith("-reset")]
    spent = [name for name in windows if _is_nought(known.get(f"{name}-remaining", ""))]
    # Windows that still have calls left say nothing, unless they are all there is to go by.
    asked += [seconds_until(known[f"{name}-reset"], now) for name in spent]
    if not asked:
        asked = [seconds_until(known[f"{name}-reset"], now) for name in windows]
    return max((wait for wait in asked if wait is not None), default=None)


def _is_nought(text: str) -> bool:
    return bool(re.fullmatch(r"0+(?:\.0{1,9})?", text.strip()))
