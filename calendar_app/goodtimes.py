"""The next good times that nothing speaks against. Pure."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from calendar_app.best import BETTER, GOOD, Levels
from calendar_app.conflicts import clear
from posts.times import resolve

# How many are enough; for how many days ahead very good ones are waited for, and then any.
MOST = 3
SOON, REACH = 7, 21
_HOUR = timedelta(hours=1)
_QUARTER = timedelta(minutes=15)

# The first free moment of the hour that begins then, if there is one.
type Free = Callable[[datetime], datetime | None]


def upcoming(
    levels: Levels,
    *,
    now: datetime,
    zone: ZoneInfo,
    offsets: Mapping[int, timedelta],
    taken: Mapping[int, Collection[datetime]],
    gap: timedelta,
    closed: Callable[[datetime], bool] = lambda at: False,
) -> list[datetime]:
    """In the order of time, one of a day: the best that is free there on every channel. Hours that
    are merely good only where a week has too few that are better. `offsets` and `taken` as in
    conflicts.py; moments that are `closed` are not for posts.
    """

    def free(at: datetime) -> datetime | None:
        if at <= now or closed(at):
            return None
        found = clear(at - _QUARTER, offsets=offsets, taken=taken, gap=gap)
        return found if found and found < at + _HOUR else None

    for least, days in ((BETTER, SOON), (GOOD, REACH)):
        ahead = (now.astimezone(zone).date() + timedelta(days=n) for n in range(days))
        found = list(islice(_best_of(ahead, levels, least, zone, free), MOST))
        if len(found) == MOST:
            break
    return found


def _best_of(
    days: Iterable[date], levels: Levels, least: int, zone: ZoneInfo, free: Free
) -> Iterator[datetime]:
    """Of each day its best free moment, where it has one."""
    for day in days:
        hours = [hour for hour in range(24) if levels.get((day.weekday(), hour), 0) >= least]
        hours.sort(key=lambda hour: (-levels[day.weekday(), hour], hour))
        moments = (resolve(datetime.combine(day, time(hour)), zone.key).at for hour in hours)
        if found := next(filter(None, map(free, moments)), None):
            yield found
