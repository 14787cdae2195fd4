"""The week's places: in order, in the zone, over changes of the clocks, and the free ones."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest

from calendar_app.rhythm import Beat, free, of_day, turns, upcoming
from tests.calendar_app.december import NOW, at

LISBON = ZoneInfo("Europe/Lisbon")
MORNINGS = [Beat(day, time(9, 30)) for day in range(7)]


def first(beats, n=1, **known):
    given = {"taken": (), "gap": timedelta(hours=1), "now": NOW, "zone": LISBON, **known}
    return [moment.at for moment in islice(free(beats, **given), n)]


def test_the_week_goes_on_in_order():
    beats = [Beat(2, time(9)), Beat(2, time(17)), Beat(4, time(12, 15))]
    assert first(beats, 3) == [at(9, 17), at(11, 12, 15), at(16, 9)]


def test_this_very_moment_is_not_ahead():
    assert first([Beat(2, time(14, 20))]) == [at(16, 14, 20)]


def test_none_without_slots():
    assert first([]) == []


def test_what_is_taken_is_not_free():
    assert first(MORNINGS, taken=[at(10, 9, 30), at(11, 9, 30)]) == [at(12, 9, 30)]


@pytest.mark.parametrize(
    ("other", "is_free"), [((8, 30), True), ((8, 31), False), ((10, 29), False), ((10, 30), True)]
)
def test_nor_what_is_too_close_to_a_post_outside_the_slots(other, is_free):
    assert (first(MORNINGS, taken=[at(10, *other)]) == [at(10, 9, 30)]) is is_free


def test_slots_may_be_closer_to_each_other_than_the_gap():
    beats = [Beat(3, time(9, 30)), Beat(3, time(9, 45))]
    assert first(beats, taken=[at(10, 9, 30)]) == [at(10, 9, 45)]


def test_a_gap_of_nothing_still_gives_a_minute_once():
    assert first(MORNINGS, taken=[at(10, 9, 30)], gap=timedelta(0)) == [at(11, 9, 30)]


def test_closed_days_give_none():
    assert first(MORNINGS, closed=lambda day: day < date(2026, 12, 13)) == [at(13, 9, 30)]


def test_skipped_hour_moves_past_the_gap_and_comes_once():
    beats = [Beat(6, time(1, 30)), Beat(6, time(2, 0)), Beat(6, time(2, 30))]
    moments = of_day(beats, date(2027, 3, 28), LISBON)
    assert [f"{moment.local:%H:%M}" for moment in moments] == ["02:00", "02:30", "02:30"]
    assert "does not exist" in "".join(moment.note for moment in moments)
    before = datetime(2027, 3, 27, 12, tzinfo=UTC)
    found = [m.at for m in islice(upcoming(beats, now=before, zone=LISBON), 3)]
    assert found[:2] == [
        datetime(2027, 3, 28, 1, 0, tzinfo=UTC),
        datetime(2027, 3, 28, 1, 30, tzinfo=UTC),
    ]
    assert found[2].date() == date(2027, 4, 4)


@pytest.mark.parametrize(
    ("zone", "days"),
    [
        ("Europe/Lisbon", [date(2027, 3, 28), date(2027, 10, 31)]),
        # At midnight, forward and back.
        ("Asia/Beirut", [date(2027, 3, 28), date(2027, 10, 30)]),
        ("America/Havana", [date(2027, 3, 14), date(2027, 11, 7)]),
        ("Asia/Tokyo", []),
    ],
)
def test_the_days_on_which_the_clocks_change(zone, days):
    assert turns(date(2027, 1, 1), 365, ZoneInfo(zone)) == days


def test_wall_clock_stays_over_a_change_of_clocks():
    found = first(
        [Beat(day, time(9)) for day in (5, 0)], 2, now=datetime(2027, 3, 26, 12, tzinfo=UTC)
    )
    assert [moment.hour for moment in found] == [9, 8]


def test_a_full_year_gives_none():
    taken = [moment.at for moment in upcoming(MORNINGS, now=NOW, zone=LISBON)]
    assert first(MORNINGS, taken=taken) == []
