"""How long a platform asks us to wait, read from its headers. Pure; called by adapters."""

import re
import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

LONGEST = 24 * 3600
# A bare number above this is a moment (seconds since 1970), below it a number of seconds.
_EPOCH = 1_000_000_000
_MILLIS = 100_000_000_000
_NUMBER = re.compile(r"[0-9]{1,18}(?:\.[0-9]{1,9})?")


def seconds_until(value: str, now: float | None = None) -> int | None:
    """Seconds, a moment in seconds or milliseconds, or an HTTP date; None for anything else."""
    now = time.time() if now is None else now
    text = value.strip()
    if _NUMBER.fullmatch(text):
        number = float(text)
        if number >= _MILLIS:
            number /= 1000
        left = number - now if number >= _EPOCH else number
    else:
        try:
            left = parsedate_to_datetime(text).timestamp() - now
        except (ValueError, OverflowError, OSError):
            return None
    return int(min(max(left, 1), LONGEST))


def wait_from(headers: Mapping[str, str], now: float | None = None) -> int | None:
    """The longest wait that `Retry-After` or an exhausted window asks for; None when none does."""
    known = {name.lower(): value for name, value in headers.items()}
    asked = [seconds_until(known["retry-after"], now)] if "retry-after" in known else []
    windows = [name.removesuffix("-reset") for name in known if name.endswith("-reset")]
    spent = [name for name in windows if known.get(f"{name}-remaining", "").strip() == "0"]
    # Windows that still have calls left say nothing, unless they are all there is to go by.
    asked += [seconds_until(known[f"{name}-reset"], now) for name in spent]
    if not asked:
        asked = [seconds_until(known[f"{name}-reset"], now) for name in windows]
    return max((wait for wait in asked if wait is not None), default=None)
