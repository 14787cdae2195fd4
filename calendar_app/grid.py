"""Days and hours as grids in a time zone. Pure: knows no Django and no post."""

import calendar
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import NamedTuple
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Month:
    """Whole weeks from Monday that cover a calendar month."""

    first: date
    zone: ZoneInfo

    @classmethod
    def of(cls, day: date, zone: ZoneInfo) -> "Month":
        return cls(day.replace(day=1), zone)

    @property
    def weeks(self) -> list[list[date]]:
        return calendar.Calendar().monthdatescalendar(self.first.year, self.first.month)

    @property
    def start(self) -> datetime:
        """The first moment that the grid shows, in UTC."""
        return midnight(self.weeks[0][0], self.zone)

    @property
    def end(self) -> datetime:
        """The first moment after the grid, in UTC."""
        return midnight(self.weeks[-1][-1] + timedelta(days=1), self.zone)

    @property
    def previous(self) -> date:
        return (self.first - timedelta(days=1)).replace(day=1)

    @property
    def next(self) -> date:
        return (self.first + timedelta(days=32)).replace(day=1)


class Slot(NamedTuple):
    """An hour of the clock on a wall; `fold` 1 is the second of one that comes twice."""

    hour: int
    fold: int = 0

    def __str__(self) -> str:
        return f"{self.hour:02}:00"


@dataclass(frozen=True)
class Hours:
    """Consecutive days by the hour: a week from Monday, or one day."""

    first: date
    length: int
    zone: ZoneInfo

    @classmethod
    def of_week(cls, day: date, zone: ZoneInfo) -> "Hours":
        return cls(day - timedelta(days=day.weekday()), 7, zone)

    @classmethod
    def of_day(cls, day: date, zone: ZoneInfo) -> "Hours":
        return cls(day, 1, zone)

    @property
    def days(self) -> list[date]:
        return [self.first + timedelta(days=n) for n in range(self.length)]

    @property
    def week(self) -> list[date]:
        """The days of the week around the first."""
        return Hours.of_week(self.first, self.zone).days

    @property
    def last(self) -> date:
        return self.days[-1]

    @property
    def start(self) -> datetime:
        """The first moment of the first day, in UTC."""
        return midnight(self.first, self.zone)

    @property
    def end(self) -> datetime:
        """The first moment after the last day, in UTC."""
        return midnight(self.next, self.zone)

    @property
    def previous(self) -> date:
        return self.first - timedelta(days=self.length)

    @property
    def next(self) -> date:
        return self.first + timedelta(days=self.length)

    @cached_property
    def slots(self) -> dict[date, frozenset[Slot]]:
        """The hours that each day has: 24, or other ones where the clocks change."""
        return {day: slots_of(day, self.zone) for day in self.days}

    @property
    def rows(self) -> list[Slot]:
        """All 24, and one more for an hour that comes twice on one of the days."""
        return sorted(CLOCK.union(*self.slots.values()))

    def place(self, at: datetime) -> tuple[date, Slot]:
        """The day and the row of a moment between `start` and `end`: there is always one."""
        local = at.astimezone(self.zone)
        slot = Slot(local.hour, local.fold)
        known = self.slots.get(local.date(), CLOCK)
        return local.date(), slot if slot in known else Slot(local.hour)


CLOCK = frozenset(Slot(hour) for hour in range(24))
# No zone's clock is set in finer steps.
_STEP = timedelta(minutes=15)


def slots_of(day: date, zone: ZoneInfo) -> frozenset[Slot]:
    start, end = midnight(day, zone), midnight(day + timedelta(days=1), zone)
    if end - start == timedelta(days=1):
        return CLOCK
    steps = (start + n * _STEP for n in range((end - start) // _STEP))
    return frozenset(Slot(at.hour, at.fold) for at in (step.astimezone(zone) for step in steps))


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """When `day` begins in `zone`; where midnight is skipped, the first moment that exists."""
    return datetime.combine(day, time.min, tzinfo=zone).astimezone(UTC)


def parse_month(text: str, today: date) -> date:
    """Read "2026-12" as its first day; today's month for anything else or out of reach."""
    try:
        found = datetime.strptime(text, "%Y-%m").replace(tzinfo=UTC).date()
    except ValueError:
        return today.replace(day=1)
    return found if 2000 <= found.year <= 2100 else today.replace(day=1)


def parse_day(text: str) -> date | None:
    """Read "2026-12-09"; None for anything else or out of reach."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if 2000 <= found.year <= 2100 else None
