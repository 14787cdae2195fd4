"""Which hours of the week are good ones: from what was received, or from general experience. Pure.

An hour on which little went out borrows from its neighbours and from like days, and leans towards
the ordinary: one lucky post makes no best hour.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

# With fewer posts than these there is nothing to learn from.
ENOUGH = 20
GOOD, BETTER, BEST = 1, 2, 3
# So many posts that did as always stand behind every hour.
_ORDINARY = 2.0
# How much an hour counts for those so far from it, and for the same hour of a like and another day.
_NEAR = (1.0, 0.5, 0.2)
_SAME, _LIKE, _OTHER = 1.0, 0.3, 0.1
# Nearer to the ordinary than this is chance.
_LEAST = 0.03


class Heard(NamedTuple):
    """`posts` in that hour of that weekday (0: Monday); `total` adds up how each did, where 1 is as
    always.
    """

    weekday: int
    hour: int
    posts: int
    total: float


type Levels = Mapping[tuple[int, int], int]


def learnt(heard: Iterable[Heard]) -> Levels:
    """The good hours by weekday and hour; what is ordinary, or worse, is not among them."""
    known = list(heard)
    above = {
        (weekday, hour): expected - 1
        for weekday in range(7)
        for hour, expected in enumerate(_day(known, weekday))
    }
    most = max(above.values())
    if most < _LEAST:
        return {}
    return {
        place: BEST if value > most * 2 / 3 else BETTER if value > most / 3 else GOOD
        for place, value in above.items()
        if value >= max(_LEAST, most / 8)
    }


def _day(heard: Iterable[Heard], weekday: int) -> list[float]:
    """How a post of each hour would do."""
    counts, totals = [0.0] * 24, [0.0] * 24
    for one in heard:
        share = _kinship(one.weekday, weekday)
        counts[one.hour] += share * one.posts
        totals[one.hour] += share * one.total
    return [
        (_ORDINARY + _around(totals, hour)) / (_ORDINARY + _around(counts, hour))
        for hour in range(24)
    ]


def _around(hours: Sequence[float], hour: int) -> float:
    beside = ((n, share) for n, share in enumerate(_NEAR) if n)
    others = sum(share * (hours[hour - n] + hours[(hour + n) % 24]) for n, share in beside)
    return hours[hour] + others


def _kinship(one: int, other: int) -> float:
    if one == other:
        return _SAME
    return _LIKE if (one < 5) == (other < 5) else _OTHER


# -- what is said in general: docs/best-times.md tells from where

_MIDWEEK = {8: GOOD, 9: BETTER, 10: BEST, 11: BEST, 12: BETTER, 13: GOOD, 17: GOOD, 18: GOOD}
_EDGES = {9: GOOD, 10: BETTER, 11: BETTER, 12: GOOD, 17: GOOD}
_WEEKEND = {10: GOOD, 11: GOOD}
_WEEK = (_EDGES, _MIDWEEK, _MIDWEEK, _MIDWEEK, _EDGES, _WEEKEND, _WEEKEND)
GENERAL: Levels = {
    (weekday, hour): level for weekday, day in enumerate(_WEEK) for hour, level in day.items()
}
