"""What the headers of answers say is left of a platform's rates. Pure; filled by the worker."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from publishers.contract import Rate, Rejected, Reply, TryLater, Uncertain
from publishers.waits import clock_of, seconds_until

_NUMBER = re.compile(r"([0-9]{1,18})(?:\.[0-9]{1,9})?")
_POLICY = re.compile(r";\s*w\s*=\s*([0-9]{1,9})\b")
MOST = 1_000_000_000


@dataclass(frozen=True)
class Reading:
    """What is known of one rate after a job.

    `remaining` of `limit` for another `resets_in` seconds, as the platform says; None when it said
    nothing, and then `spent` calls were made that it counts.
    """

    rate: Rate
    limit: int
    remaining: int | None
    resets_in: int
    spent: int = 0


class Meter:
    """Listens to the answers of one job."""

    def __init__(self, rates: Iterable[Rate] = ()) -> None:
        self.rates = tuple(rates)
        self._readings: dict[str, Reading] = {}

    def note(self, answer: Reply | TryLater | Rejected | Uncertain, *, commits: bool) -> None:
        if not isinstance(answer, Reply | Uncertain):
            return  # nothing arrived there, or nothing that counts
        headers = answer.headers if isinstance(answer, Reply) else {}
        for rate in self.rates:
            if commits or rate.counts == "calls":
                self._readings[rate.name] = self._next(rate, headers)

    def _next(self, rate: Rate, headers: Mapping[str, str]) -> Reading:
        said = read(rate, headers)
        if said is not None:
            return said
        before = self._readings.get(rate.name)
        spent = rate.cost + (before.spent if before else 0)
        if before is None or before.remaining is None:
            return Reading(rate, rate.limit, None, rate.seconds, spent)
        left = max(before.remaining - rate.cost, 0)
        return Reading(rate, before.limit, left, before.resets_in)

    def take(self) -> list[Reading]:
        """One for each rate that was heard or spent since they were taken last."""
        found, self._readings = list(self._readings.values()), {}
        return found


def read(rate: Rate, headers: Mapping[str, str], now: float | None = None) -> Reading | None:
    """None when the headers do not speak of this rate, or nonsense.

    A limit or reset that makes no sense is taken from the declaration; without a remainder there
    is no reading. A reset is at most 24 hours away.
    """
    if not rate.headers:
        return None
    known = {name.lower(): value.strip() for name, value in headers.items()}
    remaining = _number(known.get(f"{rate.headers}-remaining", ""))
    if remaining is None or not _speaks_of(rate, known):
        return None
    limit = _limit(rate, known) or max(rate.limit, remaining)
    now = clock_of(headers) if now is None else now
    resets_in = seconds_until(known.get(f"{rate.headers}-reset", ""), now) or rate.seconds
    return Reading(rate, limit, min(remaining, limit), resets_in)


def _limit(rate: Rate, known: Mapping[str, str]) -> int | None:
    """Some say what was used instead."""
    said = _number(known.get(f"{rate.headers}-limit", ""))
    used = _number(known.get(f"{rate.headers}-used", ""))
    left = _number(known.get(f"{rate.headers}-remaining", ""))
    return said if said or used is None or left is None else min(used + left, MOST)


def _speaks_of(rate: Rate, known: Mapping[str, str]) -> bool:
    """Windows may share their headers; then the policy names the length of the one meant."""
    policy = _POLICY.search(known.get(f"{rate.headers}-policy", ""))
    return policy is None or int(policy[1]) == rate.seconds


def _number(text: str) -> int | None:
    """Some write 998.0; of a call there is no part."""
    found = _NUMBER.fullmatch(text)
    return min(int(found[1]), MOST) if found else None
