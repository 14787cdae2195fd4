"""Two figures from many, and the ages at which they are asked for."""

from datetime import UTC, datetime, timedelta

import pytest

from analytics import ages, counting

AT = datetime(2026, 12, 9, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("figures", "shown", "engaged"),
    [
        ({}, None, None),
        ({"impressions": 0}, 0, None),
        ({"views": 70, "reach": 50}, 70, None),
        ({"impressions": 90, "views": 70, "likes": 1, "comments": 2, "shares": 3}, 90, 6),
        ({"clicks": 5, "link_clicks": 4}, None, 5),
        ({"link_clicks": 4, "saves": 1}, None, 5),
        ({"score": 12, "comments": 3, "upvote_ratio": 0.9}, None, 15),
        ({"score": -12, "comments": 3}, None, 0),
        ({"likes": 0}, None, 0),
        ({"watch_seconds": 800.5}, None, None),
    ],
)
def test_what_figures_say(figures, shown, engaged):
    assert (counting.shown(figures), counting.engaged(figures)) == (shown, engaged)


@pytest.mark.parametrize(
    ("age", "expected"),
    [
        (timedelta(minutes=59), timedelta(hours=1)),
        (timedelta(hours=1), timedelta(days=1)),
        (timedelta(days=3), timedelta(days=7)),
        (timedelta(days=30), None),
    ],
)
def test_ever_more_seldom(age, expected):
    assert ages.following(AT, AT + age) == (AT + expected if expected else None)


def test_again_and_when_it_is_too_late():
    assert ages.again(AT, AT) == AT + timedelta(hours=1)
    assert ages.again(AT, AT, after=60) == AT + timedelta(hours=1)
    assert ages.again(AT, AT, after=7200) == AT + timedelta(hours=2)
    assert ages.again(AT, AT + timedelta(days=31)) is None
