"""The month as weeks of days, around the edges of months and of clocks."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calendar_app.grid import Month, midnight, parse_day, parse_month


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
