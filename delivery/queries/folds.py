"""A long list of lines that repeat each other, made short. Used by the lists of one delivery."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

# A try is up to three lines: it began, what came of it, what follows.
_LONGEST = 3


@dataclass(frozen=True)
class Fold[T]:
    """`one` was there `times` times, first and last as `one` and `end`."""

    one: T
    times: int
    end: T


def folded[T](lines: Sequence[T], same: Callable[[T], Hashable]) -> list[Fold[T]]:
    """In the order of `lines`; a pattern that repeats itself at once stands there once."""
    keys, found, at = [same(line) for line in lines], [], 0
    while at < len(lines):
        length, times = _pattern(keys[at:])
        for line in range(at, at + length):
            found.append(Fold(lines[line], times, lines[line + length * (times - 1)]))
        at += length * times
    return found


def _pattern(keys: Sequence[Hashable]) -> tuple[int, int]:
    """How many lines at the beginning repeat, and how often; the shortest that covers the most."""
    best = (1, 1)
    for length in range(1, min(_LONGEST, len(keys) // 2) + 1):
        times = 1
        while keys[times * length : (times + 1) * length] == keys[:length]:
            times += 1
        if times > 1 and length * times > best[0] * best[1]:
            best = (length, times)
    return best
