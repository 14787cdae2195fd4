"""A calendar that is looked at again: from what is kept, and never older than what is there."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from posts.models import Delivery, Post
from posts.states import DeliveryState
from tests.factories.posts import CampaignFactory, DeliveryFactory, PostFactory, TagFactory
from tests.factories.publishers import ChannelFactory

pytestmark = pytest.mark.django_db(transaction=True)
VIEWS = ["month", "week", "day"]
# Written by the database, together with what it is about.
OF_THE_DATABASE = {"posts_apart", "posts_planchange"}


@pytest.fixture(autouse=True)
def noon():
    """Ten minutes later is the same day."""
    with time_machine.travel(timezone.now().replace(hour=12), tick=True):
        yield


@pytest.fixture
def post(team, bob):
    channel = ChannelFactory(team=team, name="News")
    due = timezone.now() + timedelta(minutes=10)
    for minutes in (0, 5):
        at = due + timedelta(minutes=minutes)
        made = PostFactory(team=team, author=bob, title="Buoys", planned_at=at, channels=[channel])
        DeliveryFactory(post=made, channel=channel, due_at=at, run_at=at, state=DeliveryState.DRAFT)
    PostFactory(team=team, author=bob, title="Some day")
    return made


@pytest.fixture
def ask(team, bob, as_user):
    browser = as_user(bob)

    def html(view, **asked):
        address = reverse(f"calendar_app:{view}", args=[team.slug])
        return browser.get(address, asked).content.decode()

    return html


@pytest.mark.parametrize("view", VIEWS)
def test_statements(post, ask, view, django_assert_max_num_queries):
    ask(view)
    with django_assert_max_num_queries(6):
        ask(view)
    Post.objects.filter(pk=post.pk).update(title="Other")
    with django_assert_max_num_queries(12):
        ask(view)


@pytest.mark.parametrize("view", VIEWS)
def test_it_says_what_has_changed_since(post, ask, view):
    assert "Tides" not in ask(view)
    Post.objects.filter(pk=post.pk).update(title="Tides")
    assert "Tides" in ask(view)
    moved = post.planned_at + timedelta(days=400)
    Delivery.objects.filter(post=post).update(due_at=moved)
    Post.objects.filter(pk=post.pk).update(planned_at=moved)
    assert "Tides" not in ask(view)


def test_every_table_that_is_kept_tells_of_its_changes(team, bob, post, ask):
    """With every filter. What the second answer did without is what is kept."""
    for asked in (
        {},
        {
            "channel": post.variants.get().channel_id,
            "platform": post.variants.get().channel.platform,
            "status": ["draft", "changes", "attention", "warning"],
            "tag": TagFactory(team=team).pk,
            "author": bob.pk,
            "assignee": bob.pk,
            "campaign": CampaignFactory(team=team).pk,
            "q": "buoys",
        },
    ):
        with CaptureQueriesContext(connection) as first:
            ask("month", **asked)
        with CaptureQueriesContext(connection) as second:
            ask("month", **asked)
        again = {query["sql"] for query in second}
        kept = " ".join(query["sql"] for query in first if query["sql"] not in again)
        read = set(re.findall(r'(?:FROM|JOIN)\s+"?((?:posts|publishers|accounts)_\w+)', kept))
        assert read >= {"posts_post", "posts_delivery", "posts_blackout"}
        assert not asked or read >= {"posts_post_tags", "posts_activity"}
        assert read - telling() <= OF_THE_DATABASE


def telling():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
            " WHERE t.tgname = 'plan_other'"
        )
        return {name for (name,) in cursor.fetchall()}
