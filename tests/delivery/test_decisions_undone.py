"""Which decisions about a delivery are taken back, how often, and what is in the way."""

from datetime import timedelta

import pytest
from django.utils import timezone

from posts import workflow
from posts.errors import BeingPublished, IllegalMove, LostRace, PostsError
from posts.models import Delivery, Post
from posts.services import deliveries, schedule
from posts.services.trash import trash
from posts.states import DeliveryState
from tests.delivery.in_states import in_state, later
from tests.factories.delivery import channel_of, claimed, due_delivery, sending, troubled

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("platform")]
D = DeliveryState


@pytest.mark.parametrize("state", [D.FAILED, D.MISSED, D.NEEDS_HUMAN])
def test_a_drop_is_taken_back(team, bob, state):
    delivery = in_state(team, bob, state)
    due = delivery.due_at
    decision = deliveries.drop(delivery=delivery, by=bob)
    assert Post.objects.get().stage == "approved"

    deliveries.take_back(delivery=delivery, decision=decision, by=bob)

    delivery.refresh_from_db()
    post = Post.objects.get()
    assert (delivery.state, delivery.problem, delivery.due_at) == (state, "It did not work.", due)
    assert (post.stage, post.planned_at) == ("scheduled", due)


def test_also_where_the_post_was_done_without_it(team, bob):
    one = due_delivery(team, bob)
    two = troubled(due_delivery(team, post=one.post), D.MISSED)
    sending(one)
    workflow.move(one, "publish", remote_id="p1", owner="", lease_until=None)
    decision = deliveries.drop(delivery=two, by=bob)
    assert Post.objects.get().stage == "done"

    deliveries.take_back(delivery=two, decision=decision, by=bob)

    two.refresh_from_db()
    assert (two.state, Post.objects.get().stage) == (D.MISSED, "scheduled")


@pytest.mark.parametrize("held", [False, True])
def test_a_cancellation_is_taken_back_before_its_time(team, bob, held):
    delivery = due_delivery(team, bob)
    if held:
        claimed(delivery)
    Delivery.objects.update(due_at=timezone.now() + timedelta(hours=1))
    decision = deliveries.cancel(delivery=delivery, by=bob)

    deliveries.take_back(delivery=delivery, decision=decision, by=bob)

    delivery.refresh_from_db()
    assert delivery.state == D.QUEUED
    assert Post.objects.get().stage == "scheduled"


def test_and_not_after_it(team, bob):
    delivery = due_delivery(team, bob)
    decision = deliveries.cancel(delivery=delivery, by=bob)

    with pytest.raises(IllegalMove, match="time has passed"):
        deliveries.take_back(delivery=delivery, decision=decision, by=bob)

    delivery.refresh_from_db()
    assert delivery.state == D.CANCELLED


@pytest.mark.parametrize("state", [D.FAILED, D.MISSED, D.NEEDS_HUMAN])
def test_a_later_try_is_taken_back(team, bob, state):
    delivery = in_state(team, bob, state)
    due = delivery.due_at
    decision = deliveries.resend(delivery=delivery, by=bob, at=later(hours=1), looked=True)

    deliveries.take_back(delivery=delivery, decision=decision, by=bob)

    delivery.refresh_from_db()
    assert (delivery.state, delivery.problem, delivery.due_at) == (state, "It did not work.", due)


def test_what_a_worker_took_stays_taken(team, bob):
    delivery = in_state(team, bob, D.FAILED)
    decision = deliveries.resend(delivery=delivery, by=bob)
    claimed(delivery)

    with pytest.raises(BeingPublished):
        deliveries.take_back(delivery=delivery, decision=decision, by=bob)

    delivery.refresh_from_db()
    assert delivery.state == D.CLAIMED


def moved_to_another_time(delivery, bob):
    schedule.plan(post=delivery.post, at=later(hours=5), by=bob)


def content_changed(delivery, bob):
    Post.objects.update(stage="drafting")


def put_away(delivery, bob):
    trash(post=delivery.post, by=bob)


def planned_anew(delivery, bob):
    Post.objects.update(stage="approved")
    schedule.schedule(post=Post.objects.get(), at=later(hours=5), by=bob)


@pytest.mark.parametrize(
    ("verb", "since", "words"),
    [
        (deliveries.resend, moved_to_another_time, "has changed since"),
        (deliveries.drop, content_changed, "post was changed since"),
        (deliveries.drop, put_away, "post was changed since"),
        (deliveries.drop, planned_anew, "planned again"),
    ],
)
def test_nothing_is_taken_back_from_what_came_after(team, bob, verb, since, words):
    delivery = in_state(team, bob, D.FAILED)
    if since is planned_anew:
        team.review_required = False
        team.save()
    how = {"at": later(hours=1)} if verb is deliveries.resend else {}
    decision = verb(delivery=delivery, by=bob, **how)
    since(delivery, bob)
    delivery.refresh_from_db()
    before = delivery.state

    with pytest.raises(PostsError, match=words):
        deliveries.take_back(delivery=delivery, decision=decision, by=bob)

    delivery.refresh_from_db()
    assert delivery.state == before


def test_a_decision_is_taken_back_once(team, bob):
    delivery = in_state(team, bob, D.FAILED)
    decision = deliveries.drop(delivery=delivery, by=bob)
    deliveries.take_back(delivery=delivery, decision=decision, by=bob)

    with pytest.raises(LostRace):
        deliveries.take_back(delivery=delivery, decision=decision, by=bob)


def test_with_a_channel_planned_anew_dropped_rows_stay_apart(team, bob):
    """A dropped delivery comes back beside nothing: the database holds one open per channel."""
    delivery = in_state(team, bob, D.MISSED)
    decision = deliveries.drop(delivery=delivery, by=bob)
    due_delivery(team, post=Post.objects.get(), channel=delivery.channel)

    with pytest.raises(IllegalMove, match="planned again"):
        deliveries.take_back(delivery=delivery, decision=decision, by=bob)


def test_the_channel_of_another_post_does_not_matter(team, bob):
    channel = channel_of(team)
    delivery = due_delivery(team, bob, channel=channel)
    decision = deliveries.drop(delivery=troubled(delivery, D.MISSED), by=bob)
    due_delivery(team, bob, channel=channel)

    deliveries.take_back(delivery=delivery, decision=decision, by=bob)
    delivery.refresh_from_db()
    assert delivery.state == D.MISSED
