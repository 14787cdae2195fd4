"""What is live is done, wherever a restored database had put its post back; and nothing else is."""

import pytest
from django.db import IntegrityError, connection
from django.utils import timezone

from delivery import aftermath, dispatcher, worker
from delivery.models import Rewind
from notifications.models import Message
from posts.models import Delivery, Post
from posts.services import deliveries
from posts.states import DeliveryState, Stage
from tests.delivery.forgotten import look
from tests.factories.delivery import channel_of, due_delivery, published, unknown
from tests.factories.posts import DeliveryFactory, PostFactory

pytestmark = pytest.mark.django_db
STAGES = ["idea", "drafting", "in_review", "changes_requested", "approved"]


def put_back(post: Post, stage: str = "drafting", **changes) -> None:
    """By a database that has forgotten what came after."""
    Post.objects.filter(pk=post.pk).update(stage=stage, **changes)


def stage_of(post: Post) -> str:
    return Post.objects.get(pk=post.pk).stage


@pytest.fixture
def doubted(platform, team, bob) -> Delivery:
    """Live on the platform, which has not been asked yet."""
    channel = channel_of(team)
    post = PostFactory(team=team, author=bob, stage="scheduled", channels=[channel])
    delivery = unknown(due_delivery(team, post=post, channel=channel))
    platform.accept({"token": str(delivery.client_token), "text": "…"}, keyed=False)
    return delivery


@pytest.fixture
def processed(platform, team, bob) -> Delivery:
    """The platform has it, and is through with it when it is asked."""
    platform.script, platform.jobs = ["processing"], ["done", "done"]
    channel = channel_of(team)
    post = PostFactory(team=team, author=bob, stage="scheduled", channels=[channel])
    delivery = due_delivery(team, post=post, channel=channel)
    for claim in dispatcher.tick():
        worker.run(claim.delivery_id, claim.attempt_no)
    return Delivery.objects.get(pk=delivery.pk, state=DeliveryState.ACCEPTED)


@pytest.mark.parametrize("stage", STAGES)
def test_found_live_it_is_done_from_every_stage(doubted, bob, stage):
    put_back(doubted.post, stage)

    look()

    assert stage_of(doubted.post) == Stage.DONE
    assert Message.objects.get(kind="post_published").user == bob


@pytest.mark.parametrize("where", ["doubted", "processed"])
def test_what_its_author_cannot_be_told_is_not_taken_for_another_delivery(request, where):
    """The database refuses the message: nothing is written then, and the next look does."""
    delivery = request.getfixturevalue(where)
    only = "ALTER TABLE notifications_message ADD CONSTRAINT silent CHECK (kind <> %s) NOT VALID"
    with connection.cursor() as cursor:
        cursor.execute(only, ["post_published"])
        with pytest.raises(IntegrityError):
            look()
        cursor.execute("ALTER TABLE notifications_message DROP CONSTRAINT silent")
    row = Delivery.objects.get()
    assert (row.state, row.problem) == (delivery.state, "")

    look()

    assert Delivery.objects.get().state == DeliveryState.PUBLISHED
    assert stage_of(delivery.post) == Stage.DONE


@pytest.mark.parametrize("stage", ["idea", "approved", "scheduled"])
def test_what_a_process_that_died_left_is_done_by_the_tick(platform, team, bob, stage):
    Rewind.objects.create(noticed_at=timezone.now(), done_at=timezone.now())
    channel = channel_of(team)
    post = PostFactory(team=team, author=bob, stage="scheduled", channels=[channel])
    published(due_delivery(team, post=post, channel=channel))
    put_back(post, stage)

    assert aftermath.finish_left() == 1

    assert stage_of(post) == Stage.DONE
    assert aftermath.finish_left() == 0


def test_live_on_one_of_two_channels_it_stays(platform, team, bob):
    """Also by the tick: the other channel is for whoever approves it."""
    Rewind.objects.create(noticed_at=timezone.now(), done_at=timezone.now())
    channels = [channel_of(team), channel_of(team)]
    post = PostFactory(team=team, author=bob, stage="scheduled", channels=channels)
    one = due_delivery(team, post=post, channel=channels[0])
    other = DeliveryFactory(post=post, channel=channels[1])
    published(one)
    put_back(post)

    aftermath.finish(post.pk)
    assert aftermath.finish_left() == 0
    assert stage_of(post) == Stage.DRAFTING
    # Nor once nothing is planned there any more.
    other.delete()
    aftermath.finish(post.pk)
    assert aftermath.finish_left() == 0
    assert stage_of(post) == Stage.DRAFTING


def test_live_in_other_words_it_stays(doubted):
    put_back(doubted.post, content_hash="f" * 64)
    Rewind.objects.create(noticed_at=timezone.now(), done_at=timezone.now())

    look()

    assert Delivery.objects.get().state == DeliveryState.PUBLISHED
    assert aftermath.finish_left() == 0
    assert stage_of(doubted.post) == Stage.DRAFTING


def test_an_approved_post_whose_last_draft_is_dropped_is_not_done(platform, team, bob):
    """One channel is out, the other was taken off the schedule."""
    channels = [channel_of(team), channel_of(team)]
    post = PostFactory(team=team, author=bob, stage="approved", channels=channels)
    published(due_delivery(team, post=post, channel=channels[0]))
    draft = DeliveryFactory(post=post, channel=channels[1])

    deliveries.cancel(delivery=draft, by=bob)

    assert stage_of(post) == Stage.APPROVED
