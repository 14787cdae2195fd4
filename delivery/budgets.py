"""What the platforms' rates leave us. Called by gates.py.

An app's budget is taken in the claim: every delivery claimed or under way counts against it. A
channel's own budget puts the channel off. Both are fed by `note` with what the answers said or, if
they said nothing, with what was spent; the rows are RateWindow.
"""

import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import structlog
from django.db import DatabaseError, InterfaceError

from publishers import windows
from publishers.contract import Rate, Spec
from publishers.rates import Reading
from publishers.windows import Left, Noted, reserve

log = structlog.get_logger(__name__)

# Below this many posts of an app's budget all is stored at once, and claims take turns.
NEAR = 200
# Of what is nearly used up every post is stored; of the rest, now and then.
NEARLY = 0.2
STORE_EVERY = 60.0
STEPS = 50

type Key = tuple[str, int | None, str]


@dataclass
class _Known:
    """What a row said last, what this process has spent since. Times of time.monotonic()."""

    row: Left
    at: float
    spent: int = 0


_known: dict[Key, _Known] = {}
_lock = threading.Lock()


def left(spec: Spec, current: Mapping[str, int]) -> int | None:
    """How many posts the app's rates allow now; None when it has none.

    `current`: what is left for publishing, by name of the rate. One that is not in it is new.
    """
    own = [rate for rate in spec.rates if rate.scope == "app"]
    full = {rate.name: rate.limit - reserve(rate, rate.limit) for rate in own}
    return min((current.get(rate.name, full[rate.name]) // rate.cost for rate in own), default=None)


def note(platform: str, channel_id: int, readings: Iterable[Reading]) -> None:
    """Store what matters of them: one statement, or none while there is plenty.

    Called before the answer is settled, so that a post is counted until it has been spent. It never
    stands in the answer's way.
    """
    noted = [
        worth
        for reading in readings
        if (worth := _worth(_key(platform, channel_id, reading.rate), reading))
    ]
    if not noted:
        return
    try:
        rows = windows.keep(platform, noted)
    except (DatabaseError, InterfaceError) as error:
        log.warning("delivery.budget_not_stored", error=type(error).__name__)
        return
    now = time.monotonic()
    with _lock:
        for one in noted:
            rate = one.reading.rate
            _known[_key(platform, channel_id, rate)] = _Known(rows[rate.name], now)


def _key(platform: str, channel_id: int, rate: Rate) -> Key:
    return platform, channel_id if rate.scope == "channel" else None, rate.name


def _worth(key: Key, reading: Reading) -> Noted | None:
    """The reading as it is to be stored; None when that can wait."""
    with _lock:
        known = _known.get(key)
        if known is not None and time.monotonic() >= known.at + known.row.resets_in:
            known = None
        if reading.remaining is not None:
            if _plenty(reading, reading.remaining) and (key[1] is not None or _is_fresh(known)):
                return None
        elif known is not None:
            known.spent += reading.spent
            few = known.spent < reading.limit / STEPS
            if few and _plenty(reading, known.row.remaining - known.spent) and _is_fresh(known):
                return None
            reading = replace(reading, spent=known.spent)
    return Noted(reading, key[1], reserve(reading.rate, reading.limit))


def _is_fresh(known: _Known | None) -> bool:
    return known is not None and time.monotonic() < known.at + STORE_EVERY


def _plenty(reading: Reading, remaining: int) -> bool:
    rate, nearly = reading.rate, int(reading.limit * NEARLY)
    kept = reserve(rate, reading.limit) + (NEAR * rate.cost if rate.scope == "app" else 0)
    return remaining > max(nearly, 1) + kept


def forget() -> None:
    """As a process that has just begun."""
    with _lock:
        _known.clear()
