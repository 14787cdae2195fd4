"""What a person decides about one delivery, in every state; and how it is taken back."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from posts import content, workflow
from posts.errors import BadTime, BeingPublished, IllegalMove, LostRace, NeedsReview, PostsError
from posts.models import Activity, Approval, Delivery, Post
from posts.services import compose, deliveries, schedule
from posts.services.compose import VariantDraft
from posts.services.trash import trash
from posts.states import DeliveryState
from posts.times import from_utc
from tests.factories.delivery import channel_of, claimed, due_delivery, sending, troubled, unknown

pytestmark = pytest.mark.django_db

D = DeliveryState


@pytest.fixture(autouse=True)
def known_platform(platform):
    """The factories' channels are on a platform that answers."""


def later(**distance):
    return from_utc(timezone.now() + timedelta(**distance), "Europe/Lisbon")


def in_state(team, bob, state: str) -> Delivery:
    delivery = due_delivery(team, bob)
    match state:
        case D.DRAFT:
            workflow.move(delivery, "recall", revision=None, content_hash="")
        case D.CLAIMED:
            claimed(delivery)
        case D.SENDING:
            sending(delivery)
        case D.ACCEPTED:
            sending(delivery)
            workflow.move(delivery, "accept", owner="", lease_until=None)
        case D.UNKNOWN:
            unknown(delivery)
        case D.PUBLISHED:
            sending(delivery)
            workflow.move(delivery, "publish", remote_id="p1", owner="", lease_until=None)
        case D.CANCELLED:
            workflow.move(delivery, "cancel")
        case D.NEEDS_HUMAN | D.MISSED | D.FAILED:
            troubled(delivery, state)
    delivery.refresh_from_db()
    assert delivery.state == state
    return delivery


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
        (D.CANCELLED, IllegalMove, "was cancelled already"),
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

    deliveries.resend(delivery=delivery, by=bob, at=at)

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


# -- taking a decision back


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
    decision = deliveries.resend(delivery=delivery, by=bob, at=later(hours=1))

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
