"""Numbers that grow with a post's age, always the same at the same moment."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from publishers.sandbox import figures
from publishers.sandbox.models import Account, RemotePost

BORN = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)
WHO = Account(platform="x", handle="tidewater", remote_id="7001", created_at=BORN)
AGES = [timedelta(minutes=n * n * 5) for n in range(60)]


def post(remote_id="1") -> RemotePost:
    return RemotePost(account=WHO, remote_id=remote_id, accepted_at=BORN)


def test_they_grow_and_never_shrink():
    names = tuple(figures.SHARES)
    read = [figures.of_post(post(), *names, at=BORN + age) for age in AGES]
    assert set(read[0].values()) == {0}
    for earlier, later in pairwise(read):
        assert all(earlier[name] <= later[name] for name in names)
    assert read[-1]["impressions"] > 100
    assert read[-1]["impressions"] > read[-1]["likes"] >= read[-1]["comments"]


def test_most_of_it_comes_in_the_first_day():
    day, month = (
        figures.of_post(post(), "impressions", at=BORN + timedelta(days=days))["impressions"]
        for days in (1, 30)
    )
    assert 0.7 < day / month < 0.95


def test_the_same_question_has_the_same_answer_and_posts_differ():
    at = BORN + timedelta(days=2)
    assert figures.of_post(post(), "likes", at=at) == figures.of_post(post(), "likes", at=at)
    many = {figures.of_post(post(str(n)), "impressions", at=at)["impressions"] for n in range(20)}
    assert len(many) > 15


def test_an_unknown_name_is_a_mistake():
    with pytest.raises(KeyError):
        figures.of_post(post(), "applause")


def test_followers_become_more():
    counts = [figures.followers(WHO, BORN + timedelta(days=days)) for days in (0, 1, 30, 365)]
    assert counts == sorted(counts)
    assert counts[0] >= 300
    assert counts[-1] > counts[0]


def test_before_its_time_a_post_has_nothing():
    assert figures.of_post(post(), "likes", at=BORN - timedelta(days=1)) == {"likes": 0}
