"""When somebody may be told: quiet hours and digests, by the clock on their wall. Pure."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)


def quiet_until(now: datetime, begins: time, ends: time, zone: ZoneInfo) -> datetime | None:
    """When the quiet hours end that `now` lies in; None outside them. They may span midnight."""
    here = now.astimezone(zone)
    if begins == ends:
        return None
    for day in (here.date() - DAY, here.date()):
        start = datetime.combine(day, begins, zone)
        end = datetime.combine(day if ends > begins else day + DAY, ends, zone)
        # Compared as moments: a wall may show the same hour twice.
        if start.timestamp() <= now.timestamp() < end.timestamp():
            return end
    return None


def next_hour(now: datetime) -> datetime:
    """Zones differ by quarters of an hour at least, so the full hour is that of the server."""
    return now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)


def next_daily(now: datetime, hour: int, zone: ZoneInfo) -> datetime:
    """The next time that the wall shows this full hour."""
    today = now.astimezone(zone).date()
    moments = (datetime.combine(today + DAY * days, time(hour), zone) for days in range(3))
    return next(at for at in moments if at.timestamp() > now.timestamp())
