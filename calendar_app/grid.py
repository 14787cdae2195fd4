"""The month as a grid of days in a time zone. Pure: knows no Django and no post."""

import calendar
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
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
