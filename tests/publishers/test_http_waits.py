"""Retry-After and rate-limit headers, as platforms and proxies really write them."""

import time
from email.utils import formatdate

import pytest

from publishers.waits import LONGEST, seconds_until, wait_from

NOW = 1_795_000_000.0


@pytest.mark.parametrize(
    ("value", "wait"),
    [
        ("30", 30),
        (" 30 ", 30),
        ("0", 1),
        ("2.5", 3),
        ("0.35", 1),
        ("99999999", LONGEST),
        (str(int(NOW) + 90), 90),
        (str(int(NOW) - 90), 1),
        (str((int(NOW) + 90) * 1000), 90),
        (formatdate(NOW + 120, usegmt=True), 120),
        (formatdate(NOW - 120, usegmt=True), 1),
        (formatdate(NOW + 10**8, usegmt=True), LONGEST),
        ("2026-11-18T11:07:10.123Z", 31),
        ("2026-11-18T13:07:10+02:00", 30),
        ("2026-11-18T11:07:10", 30),
        ("2026-99-18T11:07:10Z", None),
        ("9" * 18, LONGEST),
        ("-5", None),
        ("9" * 400, None),
        ("1e9", None),
        ("nan", None),
        ("inf", None),
        ("\u0663\u0660", None),
        ("soon", None),
        ("", None),
        ("Fri, 99 Foo 2026 00:00:00 GMT", None),
    ],
)
def test_seconds_until(value, wait):
    assert seconds_until(value, NOW) == wait


def test_a_moment_is_measured_on_the_platforms_own_clock():
    """This machine's clock may be an hour off; the answer says what time it is over there."""
    theirs = time.time() - 3600
    headers = {"Date": formatdate(theirs, usegmt=True), "X-Rate-Limit-Reset": str(int(theirs) + 90)}

    assert 88 <= wait_from(headers) <= 91


def test_retry_after_wins_when_it_is_longest():
    assert wait_from({"Retry-After": "40", "X-Rate-Limit-Reset": str(int(NOW) + 10)}, NOW) == 40


def test_the_exhausted_window_counts_and_the_open_one_does_not():
    headers = {
        "x-rate-limit-remaining": "12",
        "x-rate-limit-reset": str(int(NOW) + 900),
        "x-app-limit-24hour-remaining": "0",
        "x-app-limit-24hour-reset": str(int(NOW) + 7200),
    }
    assert wait_from(headers, NOW) == 7200


def test_of_two_exhausted_windows_the_longer_counts():
    headers = {
        "RateLimit-Remaining": "0",
        "RateLimit-Reset": str(int(NOW) + 60),
        "x-user-limit-24hour-remaining": "0",
        "x-user-limit-24hour-reset": str(int(NOW) + 600),
    }
    assert wait_from(headers, NOW) == 600


@pytest.mark.parametrize(("left", "wait"), [("0.0", 77), ("0", 77), ("0.5", 600)])
def test_nothing_left_may_be_written_with_its_parts(left, wait):
    headers = {
        "X-RateLimit-Remaining": left,
        "X-RateLimit-Reset": "77",
        "Day-Remaining": "0" if left == "0.5" else "9",
        "Day-Reset": "600",
    }
    assert wait_from(headers, NOW) == wait


def test_a_reset_without_a_remainder_is_better_than_nothing():
    assert wait_from({"RateLimit-Reset": str(int(NOW) + 77)}, NOW) == 77


@pytest.mark.parametrize("headers", [{}, {"Retry-After": "soon"}, {"Date": "now"}])
def test_no_wait_is_none(headers):
    assert wait_from(headers, NOW) is None
