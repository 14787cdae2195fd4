"""Which places of a channel's week come next, and which of them are free. Pure.

Times are meant on a clock on a wall: posts/times.py says what becomes of one that a change of the
clocks skips or doubles.
"""

from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from posts.times import Moment, resolve

# How far ahead a free place is looked for.
HORIZON = timedelta(days=366)
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, order=True)
class Beat:
    """`weekday` 0 is Monday."""

    weekday: int
    at: time


def upcoming(beats: Collection[Beat], *, now: datetime, zone: ZoneInfo) -> Iterator[Moment]:
    """Their moments after `now` in order, each once, as far as the horizon."""
    first = now.astimezone(zone).date()
    last: datetime = now
    for ahead in range(HORIZON.days + 1):
        for moment in of_day(beats, first + timedelta(days=ahead), zone):
            if moment.at > last:
                last = moment.at
                yield moment


def of_day(beats: Collection[Beat], day: date, zone: ZoneInfo) -> list[Moment]:
    """In the order in which they come: one that was skipped may come after its neighbour."""
    moments = [
        resolve(datetime.combine(day, beat.at), zone.key)
        for beat in beats
        if beat.weekday == day.weekday()
    ]
    return sorted(moments, key=lambda moment: moment.at)


def turns(first: date, days: int, zone: ZoneInfo) -> list[date]:
    """Those of so many days from `first` on which the clocks change."""
    midnights = [datetime.combine(first + timedelta(days=n), time()) for n in range(days + 1)]
    offsets = [midnight.replace(tzinfo=zone).utcoffset() for midnight in midnights]
    changed = zip(midnights, offsets, offsets[1:], strict=False)
    return [midnight.date() for midnight, before, after in changed if before != after]


def free(
    beats: Collection[Beat],
    *,
    taken: Collection[datetime],
    gap: timedelta,
    now: datetime,
    zone: ZoneInfo,
    closed: Callable[[date], bool] = lambda day: False,
) -> Iterator[Moment]:
    """Those to come that nobody has."""
    coming = upcoming(set(beats), now=now, zone=zone)
    return left(coming, beats, taken=taken, gap=gap, zone=zone, closed=closed)


def left(
    moments: Iterable[Moment],
    beats: Collection[Beat],
    *,
    taken: Collection[datetime],
    gap: timedelta,
    zone: ZoneInfo,
    closed: Callable[[date], bool],
) -> Iterator[Moment]:
    """Of these moments of the beats: nothing is there, nor, outside the slots, closer than `gap`.

    Slots may be closer to each other: the team chose them so. Days that are `closed` give none.
    """
    known, full, lined = set(beats), set(taken), sorted(taken)
    for moment in moments:
        if moment.at in full or closed(moment.local.date()):
            continue
        # A year of a channel has thousands: on whose clock they are is asked of those nearby.
        near = _near(lined, moment.at, max(gap, _MINUTE))
        if all(_beat_of(at, zone) in known for at in near):
            yield moment


def _beat_of(at: datetime, zone: ZoneInfo) -> Beat:
    local = at.astimezone(zone)
    return Beat(local.weekday(), local.time())


def _near(lined: Sequence[datetime], at: datetime, gap: timedelta) -> Sequence[datetime]:
    """Those closer than `gap`."""
    first = bisect_left(lined, at - gap + timedelta(microseconds=1))
    return lined[first : bisect_left(lined, at + gap, first)]
