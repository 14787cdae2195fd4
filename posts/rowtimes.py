"""The time that a row of a file means, from its cells for date, time and zone."""

import datetime as dt
import functools
import zoneinfo
from collections.abc import Mapping

from django.utils import timezone
from django.utils.translation import gettext as _

from posts import cells
from posts.times import Moment, resolve
from ui import dates

YEARS_AHEAD = 5
PATIENCE = dt.timedelta(seconds=60)


class Unclear(Exception):
    """No time can be read; `column` has what `str(error)` says to mend."""

    def __init__(self, column: str, sentence: str) -> None:
        super().__init__(sentence)
        self.column = column


def moment(row: Mapping[str, str], *, zone: str, month_first: bool) -> Moment | None:
    """None when the row names none. `zone` counts where the row has none. Raises Unclear."""
    zone = _zone(row.get("zone", "").strip() or zone)
    on, at = row.get("date", ""), row.get("time", "")
    if not on and not at:
        return None
    if not on:
        raise Unclear("date", _("There is a time, but no date."))
    found = cells.day_and_time(on, month_first=month_first)
    if found is None:
        said = _("“%(date)s” is not a date. Write it like 2026-12-09.")
        raise Unclear("date", said % {"date": on[:40]})
    day, rest = found
    return _resolved(dt.datetime.combine(day, _time(at, rest)), zone)


@functools.cache
def zones() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())


def _zone(zone: str) -> str:
    if zone not in zones():
        said = _("“%(zone)s” is not a time zone. Write one such as Europe/Lisbon.")
        raise Unclear("zone", said % {"zone": zone[:60]})
    return zone


def _time(at: str, rest: str) -> dt.time:
    """From its own column, or from behind the date."""
    if not (at or rest):
        raise Unclear("time", _("There is a date, but no time."))
    found = cells.time(at or rest)
    if found is None:
        said = _("“%(time)s” is not a time. Write it like 09:30.")
        raise Unclear("time" if at else "date", said % {"time": (at or rest)[:40]})
    return found


def _resolved(local: dt.datetime, zone: str) -> Moment:
    now = timezone.now()
    # Where the calendar ends no zone can be asked.
    if not 2000 <= local.year <= now.year + YEARS_AHEAD:
        raise Unclear("date", _("Choose a date within five years."))
    found = resolve(local, zone)
    if found.local != local:
        said = _("%(time)s does not exist that day in %(zone)s: the clocks go forward.")
        raise Unclear("time", said % {"time": f"{local:%H:%M}", "zone": zone})
    if found.at < now - PATIENCE:
        said = _("%(at)s has passed. Choose a later time.")
        raise Unclear("date", said % {"at": dates.written(local, "d M Y, H:i")})
    return found
