"""What a person decides about one delivery, in every state."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from posts import content
from posts.errors import BadTime, BeingPublished, IllegalMove, NeedsReview
from posts.models import Activity, Approval, Delivery, Post
from posts.services import compose, deliveries, schedule
from posts.services.compose import VariantDraft
from posts.services.trash import trash
from posts.states import DeliveryState
from tests.delivery.in_states import in_state, later
from tests.factories.delivery import claimed, due_delivery

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("platform")]
D = DeliveryState


# -- cancelling, in every state


@pytest.mark.parametrize("state", [D.DRAFT, D.QUEUED, D.CLAIMED, D.NEEDS_HUMAN, D.MISSED, D.FAILED])
def test_what_is_not_on_the_wire_is_cancelled(team, bob, state):
    delivery = in_state(team, bob, state)

    deliveries.cancel(delivery=delivery, by=bob)

    delivery.refresh_from_db()
    assert (delivery.state, delivery.owner, delivery.lease_until) == (D.CANCELLED, "", None)


@pytest.mark.parametrize(
    ("state", "error", "words"),
    [
        (D.SENDING, BeingPublished, "is being published right now"),
        (D.ACCEPTED, BeingPublished, "has this post and is working on it"),
        (D.UNKNOWN, BeingPublished, "may be live already"),
        (D.PUBLISHED, IllegalMove, "is live already"),
        (D.CANCELLED, IllegalMove, "was dropped already"),
    ],
)
def test_what_may_be_public_is_not_called_cancelled(team, bob, state, error, words):
    delivery = in_state(team, bob, state)

    with pytest.raises(error, match=words):
        deliveries.cancel(delivery=delivery, by=bob)

    delivery.refresh_from_db()
    assert delivery.state == state


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (D.SENDING, "is being published right now"),
        (D.ACCEPTED, "has this post and is working on it"),
        (D.UNKNOWN, "may be live already"),
        (D.NEEDS_HUMAN, "say here whether it is"),
    ],
)
def test_nor_can_it_be_taken_back_moved_or_deleted(team, bob, state, words):
    delivery = in_state(team, bob, state)
    post = Post.objects.get(pk=delivery.post_id)

    with pytest.raises(BeingPublished, match=words):
        schedule.unschedule(post=post, by=bob)
    with pytest.raises(BeingPublished, match=words):
        schedule.plan(post=post, at=later(hours=1), by=bob)
    with pytest.raises(BeingPublished):
        trash(post=post, by=bob)


def rewrite(delivery: Delivery, bob) -> None:
    """Somebody saves other words."""
    post = Post.objects.get(pk=delivery.post_id)
    draft = compose.draft_of(content.snapshot(post), post)
    other = replace(draft, body="Other words", channels={delivery.channel_id: VariantDraft()})
    compose.save(post=post, draft=other, version=post.version, by=bob)


@pytest.mark.parametrize("state", [D.QUEUED, D.CLAIMED, D.MISSED, D.FAILED])
def test_an_edit_takes_back_what_cannot_be_public(team, bob, state):
    delivery = in_state(team, bob, state)

    rewrite(delivery, bob)

    delivery.refresh_from_db()
    assert (delivery.state, delivery.owner, delivery.lease_until) == (D.DRAFT, "", None)
    assert Post.objects.get().body == "Other words"
    assert not Approval.objects.filter(revoked_at=None).exists()


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (D.SENDING, "is being published right now"),
        (D.ACCEPTED, "has this post and is working on it"),
        (D.UNKNOWN, "may be live already"),
        (D.NEEDS_HUMAN, "say here whether it is"),
    ],
)
def test_and_changes_nothing_where_it_may_be(team, bob, state, words):
    delivery = in_state(team, bob, state)

    with pytest.raises(BeingPublished, match=words):
        rewrite(delivery, bob)

    delivery.refresh_from_db()
    assert delivery.state == state
    assert Post.objects.get().body != "Other words"
    assert Approval.objects.filter(revoked_at=None).exists()


def test_dropping_is_for_what_waits_for_a_person(team, bob):
    delivery = due_delivery(team, bob)

    with pytest.raises(IllegalMove, match="decided about it already"):
        deliveries.drop(delivery=delivery, by=bob)

    delivery.refresh_from_db()
    assert delivery.state == D.QUEUED


# -- sending again


@pytest.mark.parametrize("state", [D.FAILED, D.MISSED, D.NEEDS_HUMAN])
def test_it_is_sent_again_now_or_later(team, bob, state):
    team.late_after_minutes = 7
    team.save()
    delivery = in_state(team, bob, state)
    at = later(hours=3)

    deliveries.resend(delivery=delivery, by=bob, at=at, looked=True)

    delivery.refresh_from_db()
    assert (delivery.state, delivery.failures, delivery.problem) == (D.QUEUED, 0, "")
    assert delivery.due_at == delivery.run_at == at.at
    assert delivery.late_after == timedelta(minutes=7)


def test_not_at_a_time_that_is_past_and_not_without_an_approval(team, bob):
    delivery = in_state(team, bob, D.FAILED)
    with pytest.raises(BadTime):
        deliveries.resend(delivery=delivery, by=bob, at=later(minutes=-5))
    Approval.objects.update(revoked_at=timezone.now())
    with pytest.raises(NeedsReview):
        deliveries.resend(delivery=delivery, by=bob)


def test_another_try_need_not_be_waited_for(team, bob):
    delivery = due_delivery(
        team, bob, run_at=timezone.now() + timedelta(minutes=10), failures=3, problem="Busy."
    )

    deliveries.try_now(delivery=delivery, by=bob)

    delivery.refresh_from_db()
    assert delivery.run_at <= timezone.now()
    assert (delivery.failures, delivery.problem) == (0, "")
    assert Activity.objects.filter(kind="delivery.try_now", actor=bob).exists()


@pytest.mark.parametrize("seconds", [3600, -20])
def test_only_what_is_due_and_waits_can_be_tried_now(team, bob, seconds):
    delivery = due_delivery(team, bob, seconds=seconds)
    if seconds < 0:
        claimed(delivery)

    with pytest.raises(IllegalMove, match="not waiting"):
        deliveries.try_now(delivery=delivery, by=bob)


@pytest.mark.parametrize("state", [D.FAILED, D.MISSED, D.NEEDS_HUMAN])
def test_it_may_be_live_after_all(team, bob, state):
    delivery = in_state(team, bob, state)

    deliveries.confirm_live(delivery=delivery, by=bob, permalink="https://parrot.example/1")

    delivery.refresh_from_db()
    assert (delivery.state, delivery.confirmed_by) == (D.PUBLISHED, bob)
    assert delivery.permalink == "https://parrot.example/1"
    assert Post.objects.get().stage == "done"
