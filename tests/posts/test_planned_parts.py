"""Moments are looked up in the days and hours that a clock on the wall there shows."""

from bisect import bisect_right
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from posts.queries.planned import _days, _hours

# Each with a day around which its clocks change: by half an hour, at midnight, or not at all.
CHANGES = [
    ("Europe/Lisbon", datetime(2026, 3, 29, tzinfo=UTC)),
    ("Europe/Lisbon", datetime(2026, 10, 25, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2026, 4, 5, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2026, 10, 4, tzinfo=UTC)),
    ("America/Havana", datetime(2026, 3, 8, tzinfo=UTC)),
    ("America/Havana", datetime(2026, 11, 1, tzinfo=UTC)),
    ("Asia/Kathmandu", datetime(2026, 6, 1, tzinfo=UTC)),
]


def around(name, at):
    zone = ZoneInfo(name)
    first, last = (at.date() + timedelta(days=n) for n in (-2, 3))
    start, end = (datetime.combine(day, time(), zone).astimezone(UTC) for day in (first, last))
    minutes = int((end - start).total_seconds() // 60)
    return zone, start, end, [start + timedelta(minutes=n) for n in range(0, minutes, 5)]


@pytest.mark.parametrize(("name", "at"), CHANGES)
def test_a_moment_is_of_its_day(name, at):
    zone, start, end, moments = around(name, at)
    bounds, days = _days(start, end, zone)
    assert bounds == sorted(set(bounds))
    for moment in moments:
        assert days[bisect_right(bounds, moment) - 1] == moment.astimezone(zone).date()


@pytest.mark.parametrize(("name", "at"), CHANGES)
def test_a_moment_is_of_its_hour_and_no_other(name, at):
    zone, start, end, moments = around(name, at)
    bounds, days = _hours(start, end, zone)
    assert len(bounds) == len(days)
    seen = {}
    for moment in moments:
        part, local = bisect_right(bounds, moment) - 1, moment.astimezone(zone)
        assert days[part] == local.date()
        seen.setdefault(part, set()).add((local.date(), local.hour, local.fold))
    assert all(len(hours) == 1 for hours in seen.values())
    assert len(seen) == len({next(iter(hours)) for hours in seen.values()})


def test_a_window_may_begin_in_the_middle_of_a_day():
    zone, start = ZoneInfo("Asia/Kolkata"), datetime(2026, 6, 1, 9, 7, 3, tzinfo=UTC)
    bounds, days = _days(start, start + timedelta(days=2), zone)
    assert bounds[0] <= start
    assert [f"{day:%d}" for day in days] == ["01", "02", "03"]
