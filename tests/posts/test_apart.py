"""Which posts the database notes as going out at several moments, or at none, as times change."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.db.models import F

from posts.models import Apart, Delivery, Post
from posts.queries.planned import rows
from posts.states import DeliveryState
from tests.factories.posts import DeliveryFactory, PostFactory
from tests.factories.publishers import ChannelFactory

pytestmark = pytest.mark.django_db
AT = datetime(2026, 12, 1, 9, tzinfo=UTC)
LATER = AT + timedelta(days=2)


@pytest.fixture
def post(team):
    """On two channels, both when it is planned."""
    made = PostFactory(team=team, planned_at=AT)
    for name in ("mastodon", "bluesky"):
        channel = ChannelFactory(team=team, platform=name)
        DeliveryFactory(post=made, team=team, channel=channel, due_at=AT, state=DeliveryState.DRAFT)
    return made


def noted(post):
    return sorted(Apart.objects.filter(post=post).values_list("at", flat=True))


def deliveries(post):
    return Delivery.objects.filter(post=post).order_by("pk")


def test_what_goes_out_when_it_is_planned_is_not(post):
    assert noted(post) == []


def test_what_nothing_goes_out_of_is_until_something_does(team):
    bare = PostFactory(team=team, planned_at=AT)
    assert noted(bare) == [AT]
    DeliveryFactory(post=bare, team=team, due_at=AT, state=DeliveryState.DRAFT)
    assert noted(bare) == []


def test_one_channel_at_another_time(post):
    deliveries(post).filter(pk=deliveries(post)[0].pk).update(due_at=LATER)
    assert noted(post) == [AT, LATER]
    deliveries(post).update(due_at=AT)
    assert noted(post) == []


def test_moved_alone_and_followed(post):
    Post.objects.filter(pk=post.pk).update(planned_at=LATER)
    assert noted(post) == [AT, LATER]
    deliveries(post).update(due_at=LATER)
    assert noted(post) == []


def test_without_a_time_of_its_own(post):
    Post.objects.filter(pk=post.pk).update(planned_at=None)
    assert noted(post) == [AT]
    deliveries(post).update(due_at=None)
    assert noted(post) == []


def test_cancelled_and_again(post):
    late = DeliveryFactory(post=post, team=post.team, queued=True, due_at=LATER)
    assert noted(post) == [AT, LATER]
    deliveries(post).filter(pk=late.pk).update(state=DeliveryState.CANCELLED)
    assert noted(post) == []
    deliveries(post).update(state=DeliveryState.CANCELLED)
    assert noted(post) == [AT]
    deliveries(post).filter(pk=late.pk).update(state=DeliveryState.QUEUED)
    assert noted(post) == [AT, LATER]


def test_a_channel_fewer_and_the_post_itself(post):
    first, second = deliveries(post)
    Delivery.objects.filter(pk=first.pk).update(due_at=LATER)
    first.delete()
    assert noted(post) == []
    second.delete()
    assert noted(post) == [AT]
    post.delete()
    assert not Apart.objects.exists()


def test_what_does_not_change_a_time_is_not_looked_at(post):
    Apart.objects.create(team=post.team, post=post, at=AT)
    Post.objects.filter(pk=post.pk).update(title="Another", planned_at=F("planned_at"))
    deliveries(post).update(warning="", due_at=F("due_at"))
    assert noted(post) == [AT]


def test_a_note_too_many_changes_nothing(post):
    asked = {"start": AT - timedelta(days=1), "end": LATER, "zone": "UTC", "per_day": 3}
    before = rows(post.team, **asked)
    Apart.objects.create(team=post.team, post=post, at=AT)
    Apart.objects.create(team=post.team, post=post, at=AT)
    assert [row.post_id for row in before] == [post.pk]
    assert rows(post.team, **asked) == before


@pytest.mark.django_db(transaction=True)
def test_two_at_once_do_not_wait_for_each_other(post):
    """One has taken the note away and not said so yet; the other leaves it where it is."""
    first, second = deliveries(post)
    Delivery.objects.filter(pk=first.pk).update(due_at=LATER)
    other = connection.copy()
    try:
        with transaction.atomic():
            Delivery.objects.filter(pk=first.pk).update(due_at=AT)
            with other.cursor() as cursor:
                cursor.execute("SET lock_timeout = '2s'")
                cursor.execute(
                    "UPDATE posts_delivery SET due_at = %s WHERE id = %s", [LATER, second.pk]
                )
    finally:
        other.close()
    assert LATER in noted(post)
