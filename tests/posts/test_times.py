"""Wall clock times around the days when the clocks change."""

from datetime import UTC, datetime

from posts.times import from_utc, resolve


def wall(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC).replace(tzinfo=None)


def test_ordinary_time_says_nothing():
    moment = resolve(wall(2026, 12, 10, 9, 30), "Europe/Lisbon")
    assert moment.at == datetime(2026, 12, 10, 9, 30, tzinfo=UTC)
    assert moment.note == ""


def test_time_in_the_spring_gap_moves_past_it_and_says_so():
    moment = resolve(wall(2027, 3, 28, 2, 30), "Europe/Berlin")
    assert moment.local == wall(2027, 3, 28, 3, 30)
    assert moment.at == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)
    assert "02:30 does not exist" in moment.note
    assert "03:30" in moment.note


def test_time_that_comes_twice_is_the_first_and_says_so():
    moment = resolve(wall(2026, 10, 25, 2, 30), "Europe/Berlin")
    assert moment.at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert "comes twice" in moment.note
    assert "UTC+02:00" in moment.note


def test_half_hour_zones_and_their_gaps():
    moment = resolve(wall(2026, 10, 4, 2, 15), "Australia/Lord_Howe")
    assert moment.local == wall(2026, 10, 4, 2, 45)


def test_there_and_back_keeps_the_moment():
    at = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)
    assert resolve(from_utc(at, "Asia/Kathmandu").local, "Asia/Kathmandu").at == at
