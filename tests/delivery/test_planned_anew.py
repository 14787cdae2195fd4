"""Dropped while nobody knew whether it is live, and planned anew on its channel: never twice."""

from datetime import timedelta

import pytest
from django.db.models.functions import Now
from django.utils import timezone

from delivery.answers import Answer
from delivery.settle import settle
from posts import workflow
from posts.errors import IllegalMove
from posts.models import Delivery, Post
from posts.services import compose, deliveries, schedule
from posts.services.compose import draft_of
from posts.states import DeliveryState
from posts.times import from_utc
from publishers.contract import Published
from publishers.models import Channel
from tests.delivery.parts import go
from tests.factories.delivery import channel_of, due_delivery, troubled

pytestmark = pytest.mark.django_db

D = DeliveryState
LIVE = Answer(Published("p1", "https://parrot.example/p1"), 201)


def later():
    return from_utc(timezone.now() + timedelta(hours=1), "Europe/Lisbon")


def dropped(team, bob, kind="parrot_read", state="needs_human") -> Delivery:
    delivery = troubled(due_delivery(team, bob, channel=channel_of(team, kind)), state)
    deliveries.drop(delivery=delivery, by=bob)
    return delivery


def post_of(delivery: Delivery) -> Post:
    return Post.objects.get(pk=delivery.post_id)


def planned_anew(delivery: Delivery, bob) -> Delivery:
    schedule.schedule(post=post_of(delivery), by=bob, at=later())
    return Delivery.objects.exclude(pk=delivery.pk).get(channel=delivery.channel_id)


def come(delivery: Delivery) -> Delivery:
    """Its time is there, and a worker."""
    Delivery.objects.filter(pk=delivery.pk).update(due_at=Now(), run_at=Now())
    Channel.objects.update(next_slot_at=timezone.now() - timedelta(seconds=1))
    return go(delivery)


def heard(delivery: Delivery) -> None:
    """The worker of the first send was only slow."""
    settle(Delivery.objects.get(pk=delivery.pk), 1, LIVE)


# -- nobody has heard of it


@pytest.mark.parametrize("kind", ["parrot_read", "parrot_key", "parrot_wordy"])
@pytest.mark.parametrize("state", ["needs_human", "failed", "missed"])
def test_it_is_looked_for_from_its_first_time_on(platform, team, bob, kind, state):
    seconds = -3 * 3600 if state == "missed" else -20
    delivery = due_delivery(team, bob, channel=channel_of(team, kind), seconds=seconds)
    delivery = troubled(delivery, state)
    deliveries.drop(delivery=delivery, by=bob)
    body = {"token": str(delivery.client_token), "text": delivery.post.body}
    platform.accept(body, keyed=False)

    anew = planned_anew(delivery, bob)

    assert anew.handles["look_from"] == delivery.due_at.isoformat()
    assert come(anew).state == D.PUBLISHED
    assert platform.calls == []


def test_what_is_not_there_is_sent_under_the_first_key(platform, team, bob):
    """So that a send that arrives even later is the same post."""
    delivery = dropped(team, bob, "parrot_key", "failed")

    anew = come(planned_anew(delivery, bob))

    assert anew.state == D.PUBLISHED
    assert platform.tokens() == [str(delivery.client_token)]
    assert anew.handles["created_at"] == delivery.due_at.isoformat()


def test_other_words_are_another_post(platform, team, bob):
    team.review_required = False
    team.save()
    delivery = dropped(team, bob, "parrot_key", "failed")
    post = post_of(delivery)
    draft = draft_of({**delivery.revision.snapshot, "body": "Something else"}, post)
    compose.save(post=post, draft=draft, version=post.version, by=bob)

    anew = come(planned_anew(delivery, bob))

    assert platform.tokens() == [str(anew.client_token)]
    assert set(anew.handles) == {"look_from"}


def test_a_second_drop_loses_nothing(platform, team, bob):
    delivery = dropped(team, bob, "parrot_key", "failed")
    second = planned_anew(delivery, bob)
    known = second.handles
    deliveries.cancel(delivery=second, by=bob)

    schedule.schedule(post=post_of(delivery), by=bob, at=later())

    assert Delivery.objects.get(state=D.QUEUED).handles == known
    assert known["client_token"] == str(delivery.client_token)


# -- the first is known to be live


def test_what_is_live_is_not_planned_anew(platform, team, bob):
    delivery = dropped(team, bob, "parrot_ask")
    heard(delivery)
    post = post_of(delivery)

    with pytest.raises(IllegalMove, match="live already"):
        schedule.schedule(post=post, by=bob, at=later())

    delivery.refresh_from_db()
    assert (delivery.state, delivery.remote_id) == (D.CANCELLED, "p1")
    assert delivery.permalink == "https://parrot.example/p1"
    assert not Delivery.objects.filter(state=D.QUEUED).exists()


def test_its_other_channels_are(platform, team, bob):
    delivery = dropped(team, bob, "parrot_ask")
    post = post_of(delivery)
    other = due_delivery(team, bob, post=post, seconds=3600)
    deliveries.cancel(delivery=other, by=bob)
    heard(delivery)

    schedule.schedule(post=post_of(delivery), by=bob, at=later())

    assert Delivery.objects.get(state=D.QUEUED).channel_id == other.channel_id


def test_what_was_planned_anew_before_it_was_heard_is_what_is_live(platform, team, bob):
    delivery = dropped(team, bob, "parrot_ask")
    anew = planned_anew(delivery, bob)

    heard(delivery)

    anew.refresh_from_db()
    assert (anew.state, anew.remote_id) == (D.PUBLISHED, "p1")
    delivery.refresh_from_db()
    assert delivery.remote_id is None


def test_a_draft_of_it_is_cancelled(platform, team, bob):
    delivery = dropped(team, bob, "parrot_ask")
    schedule.plan(post=post_of(delivery), by=bob, at=later())

    heard(delivery)

    assert set(Delivery.objects.values_list("state", flat=True)) == {D.CANCELLED}


def test_one_that_is_on_its_way_is_left_alone(platform, team, bob):
    delivery = dropped(team, bob, "parrot_ask")
    anew = planned_anew(delivery, bob)
    Delivery.objects.filter(pk=anew.pk).update(due_at=Now(), run_at=Now())
    workflow.move(
        anew, "claim", owner="somebody", lease_until=timezone.now() + timedelta(minutes=1)
    )
    workflow.move(anew, "intend")

    heard(delivery)

    anew.refresh_from_db()
    assert (anew.state, anew.remote_id) == (D.SENDING, None)
