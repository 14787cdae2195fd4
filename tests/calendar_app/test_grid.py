"""The month as weeks of days, around the edges of months and of clocks."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calendar_app.grid import CLOCK, Hours, Month, Slot, midnight, parse_day, parse_month

QUARTER = timedelta(minutes=15)


def test_weeks_cover_the_month_from_monday():
    month = Month.of(date(2026, 12, 9), ZoneInfo("Europe/Lisbon"))
    days = [day for week in month.weeks for day in week]
    assert days[0] == date(2026, 11, 30)
    assert days[-1] == date(2027, 1, 3)
    assert (month.previous, month.next) == (date(2026, 11, 1), date(2027, 1, 1))


@given(st.dates(date(2001, 1, 1), date(2099, 12, 31)))
def test_every_month_is_whole_weeks_that_contain_it(day):
    month = Month.of(day, ZoneInfo("UTC"))
    days = [d for week in month.weeks for d in week]
    assert day in days
    assert len(days) % 7 == 0
    assert days[0].weekday() == 0
    assert (month.end - month.start).days == len(days)


def test_midnight_that_does_not_exist_is_the_first_moment_after():
    assert midnight(date(2018, 11, 4), ZoneInfo("America/Sao_Paulo")) == datetime(
        2018, 11, 4, 3, 0, tzinfo=UTC
    )


@pytest.mark.parametrize("text", ["", "2026-13", "x", "9999-12", "0001-01", "2026-12-01"])
def test_nonsense_is_this_month(text):
    assert parse_month(text, date(2026, 12, 9)) == date(2026, 12, 1)


@pytest.mark.parametrize("text", ["", "2026-02-30", "x", "9999-12-31"])
def test_nonsense_is_no_day(text):
    assert parse_day(text) is None


def test_a_week_begins_on_monday_and_has_24_rows():
    week = Hours.of_week(date(2026, 12, 9), ZoneInfo("Europe/Lisbon"))
    assert (week.first, week.last) == (date(2026, 12, 7), date(2026, 12, 13))
    assert (week.previous, week.next) == (date(2026, 11, 30), date(2026, 12, 14))
    assert [str(slot) for slot in week.rows] == [f"{hour:02}:00" for hour in range(24)]


@pytest.mark.parametrize(
    ("day", "zone", "missing", "extra"),
    [
        (date(2026, 3, 29), "Europe/Lisbon", {Slot(1)}, set()),
        (date(2026, 10, 25), "Europe/Lisbon", set(), {Slot(1, 1)}),
        # Half an hour: no hour is missing whole, and half of one comes again.
        (date(2026, 10, 4), "Australia/Lord_Howe", set(), set()),
        (date(2026, 4, 5), "Australia/Lord_Howe", set(), {Slot(1, 1)}),
        # At midnight, in both directions.
        (date(2018, 11, 4), "America/Sao_Paulo", {Slot(0)}, set()),
        (date(2018, 2, 17), "America/Sao_Paulo", set(), {Slot(23, 1)}),
        # A day that an island has left out.
        (date(2011, 12, 30), "Pacific/Apia", set(CLOCK), set()),
    ],
)
def test_hours_where_the_clocks_change(day, zone, missing, extra):
    there = Hours.of_day(day, ZoneInfo(zone))
    assert there.slots[day] == (CLOCK - missing) | extra
    assert there.rows == sorted(CLOCK | extra)


@given(
    st.integers(0, 99 * 365 * 96).map(lambda n: datetime(2001, 1, 1, tzinfo=UTC) + n * QUARTER),
    st.sampled_from(
        ["Europe/Lisbon", "America/St_Johns", "Australia/Lord_Howe", "Africa/Casablanca"]
    ),
)
def test_every_moment_has_one_place_in_its_week(at, name):
    zone = ZoneInfo(name)
    week = Hours.of_week(at.astimezone(zone).date(), zone)
    day, slot = week.place(at)
    assert slot in week.slots[day]
    assert slot in week.rows
