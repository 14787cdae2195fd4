"""Several posts are given times while somebody holds one of them: what he does with it stays."""

import threading
from functools import partial

import pytest
from django.db import connection, transaction

from calendar_app.errors import Outdated
from calendar_app.models import Slot
from calendar_app.services import fill, queue, reshuffle
from posts.models import BulkAct, Post
from posts.services import deliveries, schedule, trash
from posts.times import from_utc
from tests.calendar_app.december import at
from tests.factories.posts import PostFactory
from tests.factories.publishers import ChannelFactory
from tests.locks import somebody_waits
from tests.processes import wait_until

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("wednesday", "free_team", "every_morning"),
]


@pytest.fixture
def posts(free_team, bob, channel):
    return [PostFactory(team=free_team, author=bob, channels=[channel]) for _ in range(2)]


def to_the_20th(post, bob):
    schedule.plan(post=post, at=from_utc(at(20, 8), "UTC"), by=bob)


def to_the_trash(post, bob):
    trash.trash(post=post, by=bob)


def one_channel_to_the_20th(post, bob):
    there = from_utc(at(20, 8), "UTC")
    deliveries.move(delivery=post.deliveries.earliest("pk"), at=there, by=bob)


def one_channel_out(post, bob):
    deliveries.cancel(delivery=post.deliveries.earliest("pk"), by=bob)


def while_held(post, bob, theirs, act):
    """What `act` raises, which waits for what somebody does with the post meanwhile."""
    refused = []

    def other() -> None:
        try:
            act()
        except Outdated as error:
            refused.append(error)
        finally:
            connection.close()

    second = threading.Thread(target=other)
    with transaction.atomic():
        theirs(post, bob)
        second.start()
        wait_until(somebody_waits, what="the other")
    second.join()
    return refused


def reshuffling(channel, bob):
    """What was looked at just now, to be done."""
    seen = reshuffle.preview(channel=channel).digest
    return partial(reshuffle.reshuffle, channel=channel, seed=None, seen=seen, by=bob)


@pytest.mark.parametrize("theirs", [to_the_20th, to_the_trash])
def test_a_filling(free_team, posts, bob, theirs):
    ids = [post.pk for post in posts]
    seen = fill.preview(team=free_team, ids=ids).digest

    act = partial(fill.fill, team=free_team, ids=ids, seen=seen, by=bob)
    assert while_held(posts[1], bob, theirs, act)
    [first, second] = Post.objects.order_by("pk")
    assert first.planned_at is None
    assert second.trashed_at or second.planned_at == at(20, 8)
    assert not BulkAct.objects.exists()


@pytest.mark.parametrize("theirs", [one_channel_to_the_20th, one_channel_out])
def test_a_reshuffle_of_a_channel_that_is_moved_alone(free_team, channel, bob, theirs):
    other = ChannelFactory(team=free_team)
    post = PostFactory(team=free_team, author=bob, channels=[channel, other])
    schedule.schedule(post=post, at=from_utc(at(12, 7), "UTC"), by=bob)
    assert while_held(post, bob, theirs, reshuffling(channel, bob))
    assert post.deliveries.get(channel=channel).due_at != at(10, 9, 30)


@pytest.mark.parametrize("theirs", [to_the_20th, to_the_trash])
def test_a_reshuffle(channel, posts, bob, theirs):
    for post in posts:
        queue.add_to_queue(post=post, by=bob)
    Slot.objects.filter(channel=channel).update(at="18:00")
    assert while_held(posts[1], bob, theirs, reshuffling(channel, bob))
    [first, second] = Post.objects.order_by("pk")
    assert first.planned_at == at(10, 9, 30)
    assert second.trashed_at or second.planned_at == at(20, 8)
    assert not BulkAct.objects.exists()
