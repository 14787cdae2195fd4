"""Slots, queue and conflicts with ten posts and with ten thousand."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from posts.models import Delivery, Post, Variant
from tests.calendar_app.december import NOW
from tests.factories.publishers import ChannelFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("wednesday")]


@pytest.fixture
def channels(team, give):
    channels = [ChannelFactory(team=team) for _ in range(3)]
    for channel in channels:
        give(channel, "09:30", "17:45")
    return channels


@pytest.fixture
def write(team, bob, channels):
    """`write(10)`: posts on two channels each; every second has its time, in steps of an hour."""

    def posts(number):
        rows = Post.objects.bulk_create(
            Post(
                team=team,
                author=bob,
                body=f"Text {n // 3}",
                planned_at=NOW + timedelta(hours=n) if n % 2 else None,
                planned_zone="UTC",
            )
            for n in range(number)
        )
        pairs = [
            (row, channels[(n + k) % 3], f"Own {n // 5}" if n % 3 == 0 else None)
            for n, row in enumerate(rows)
            for k in range(2)
        ]
        Variant.objects.bulk_create(
            Variant(post=row, channel=channel, text=text) for row, channel, text in pairs
        )
        Delivery.objects.bulk_create(
            Delivery(team=team, post=row, channel=channel, due_at=row.planned_at)
            for row, channel, _text in pairs
            if row.planned_at
        )
        # As the database does by itself after so much has come; else it plans for what was there.
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE posts_post, posts_variant, posts_delivery")
        return rows

    return posts


def at(team, name, **kwargs):
    return reverse(f"calendar_app:{name}", kwargs={"team": team.slug, **kwargs})


def pages(team, channels, posts):
    timed, waiting = posts[1], [post.pk for post in posts[::2]][:20]
    when = {"date": f"{NOW:%Y-%m-%d}", "time": "17:20"}
    chosen = [channel.pk for channel in channels]
    return [
        (at(team, "slots"), {}),
        (at(team, "slots_fill"), {}),
        (at(team, "slots_fill"), {"posts": waiting}),
        (at(team, "queue_add", post_id=timed.pk), {}),
        (at(team, "queue_next"), {"post": timed.pk, "channels": chosen}),
        (at(team, "queue_reshuffle", pk=channels[0].pk), {}),
        (at(team, "conflicts"), {"post": timed.pk, "channels": chosen, **when}),
        (at(team, "post_conflicts", post_id=timed.pk), when),
        (at(team, "post_move", post_id=timed.pk), {}),
    ]


@pytest.mark.parametrize("number", [10, 10_000])
def test_statements_are_bounded(team, bob, channels, write, number, as_user):
    posts, browser = write(number), as_user(bob)
    spent = {}
    for address, query in pages(team, channels, posts):
        with CaptureQueriesContext(connection) as seen:
            assert browser.get(address, query).status_code == 200
        spent[address, *query] = len(seen)
    assert max(spent.values()) <= 12, spent


def test_what_meets_a_time_is_found_by_an_index(team, bob, channels, write, as_user):
    """Of the month, and of one post before it is moved."""
    posts, browser = write(6000), as_user(bob)
    timed = posts[3]
    for address, query in (
        (at(team, "month"), {"month": f"{NOW:%Y-%m}"}),
        (at(team, "post_conflicts", post_id=timed.pk), {"date": "2026-12-20", "time": "17:20"}),
    ):
        with CaptureQueriesContext(connection) as seen:
            browser.get(address, query)
        (statement,) = [one["sql"] for one in seen if "'same'" in one["sql"]]
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN {statement}")
            plan = "\n".join(line for (line,) in cursor.fetchall())
        assert {"post_same_words", "variant_text"} <= set(plan.split()), plan
        assert "Seq Scan on posts_" not in plan.replace("posts_blackout", ""), plan
