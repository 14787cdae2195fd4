"""Planning, committing, moving and taking back, with the approval that the database asks for."""

from datetime import timedelta

import pytest
from django.utils import timezone

from posts import content
from posts.errors import BadTime, BeingPublished, IllegalMove, NeedsReview, NotReady
from posts.models import Approval, Delivery, Post
from posts.services import compose, deliveries, review, schedule, stage
from posts.states import DeliveryState, Stage
from posts.times import from_utc
from tests.factories.posts import PostFactory
from tests.factories.publishers import ChannelFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def free_team(team):
    """A team that asks for no review."""
    team.review_required = False
    team.save(update_fields=["review_required"])
    return team


@pytest.fixture
def post(team, bob):
    channels = [ChannelFactory(team=team), ChannelFactory(team=team)]
    return PostFactory(team=team, author=bob, channels=channels)


def later(hours=24):
    return from_utc(timezone.now() + timedelta(hours=hours), "Europe/Lisbon")


def states(post):
    return sorted(post.deliveries.values_list("state", flat=True))


def approve(post, alice):
    revision = review.submit(post=post, by=post.author)
    post.refresh_from_db()
    return review.confirm(post=post, revision=revision, by=alice)


def test_planning_commits_nothing(post, bob):
    schedule.plan(post=post, at=later(), by=bob)
    assert states(post) == ["draft", "draft"]
    assert not Approval.objects.exists()


def test_team_with_review_schedules_nothing_unreviewed(post, bob):
    with pytest.raises(NeedsReview):
        schedule.schedule(post=post, at=later(), by=bob)
    with pytest.raises(NeedsReview):
        schedule.publish_now(post=post, by=bob)
    # A time would not help it: none is asked for.
    with pytest.raises(NeedsReview):
        schedule.schedule(post=post, by=bob)
    assert states(post) == []


def test_scheduling_without_review_writes_the_permit(free_team, post, bob):
    schedule.schedule(post=post, at=later(), by=bob)
    post.refresh_from_db()
    assert post.stage == Stage.SCHEDULED
    assert states(post) == ["queued", "queued"]
    permit = Approval.objects.get()
    assert permit.source == Approval.Source.NO_REVIEW
    assert permit.granted_by == bob
    hashes = set(post.deliveries.values_list("content_hash", flat=True))
    assert hashes == {permit.content_hash} == {content.digest(content.snapshot(post))}


def test_approval_commits_what_was_planned(post, bob, alice):
    at = later()
    schedule.plan(post=post, at=at, by=bob)
    approve(post, alice)
    post.refresh_from_db()
    assert post.stage == Stage.SCHEDULED
    assert set(post.deliveries.values_list("due_at", flat=True)) == {at.at}


def test_approval_without_a_time_waits(post, bob, alice):
    approve(post, alice)
    post.refresh_from_db()
    assert post.stage == Stage.APPROVED
    assert states(post) == []
    schedule.schedule(post=post, at=later(), by=bob)
    assert states(post) == ["queued", "queued"]


def test_edit_after_approval_voids_it(post, bob, alice):
    schedule.plan(post=post, at=later(), by=bob)
    approve(post, alice)
    post.refresh_from_db()
    draft = compose.draft_of(content.snapshot(post), post)
    changed = compose.Draft(**{**draft.__dict__, "body": "Something nobody approved."})
    compose.save(post=post, draft=changed, version=post.version, by=bob)
    post.refresh_from_db()
    assert post.stage == Stage.DRAFTING
    assert states(post) == ["draft", "draft"]
    assert not Approval.objects.filter(revoked_at=None).exists()


def test_renaming_a_post_keeps_its_approval(post, bob, alice):
    schedule.plan(post=post, at=later(), by=bob)
    approve(post, alice)
    post.refresh_from_db()
    draft = compose.draft_of(content.snapshot(post), post)
    renamed = compose.Draft(**{**draft.__dict__, "title": "Another internal name"})
    compose.save(post=post, draft=renamed, version=post.version, by=bob)
    post.refresh_from_db()
    assert post.stage == Stage.SCHEDULED
    assert states(post) == ["queued", "queued"]


def test_time_in_the_past_is_refused(post, bob):
    with pytest.raises(BadTime, match="has passed"):
        schedule.plan(post=post, at=later(-2), by=bob)


def test_nothing_to_say_is_refused(free_team, bob):
    post = PostFactory(
        team=free_team, author=bob, body="", channels=[ChannelFactory(team=free_team)]
    )
    with pytest.raises(NotReady):
        schedule.schedule(post=post, at=later(), by=bob)
    assert states(post) == []


def test_channel_disconnected_meanwhile_is_named(free_team, post, bob):
    channel = post.channels.first()
    type(channel).objects.filter(pk=channel.pk).update(state="reconnect")
    with pytest.raises(NotReady, match="not connected"):
        schedule.schedule(post=post, at=later(), by=bob)


def test_moving_keeps_approval_and_distance(free_team, post, bob):
    first, second = post.variants.order_by("channel_id").values_list("channel_id", flat=True)
    at = later(24)
    apart = from_utc(at.at + timedelta(hours=3), at.zone)
    schedule.schedule(post=post, at=at, per_channel={second: apart}, by=bob)
    target = later(48)
    schedule.reschedule(post=post, at=target, by=bob)
    due = dict(post.deliveries.values_list("channel_id", "due_at"))
    assert due[first] == target.at
    assert due[second] - due[first] == timedelta(hours=3)
    assert states(post) == ["queued", "queued"]


@pytest.mark.parametrize("state", [DeliveryState.SENDING, DeliveryState.ACCEPTED])
def test_what_is_on_its_way_neither_moves_nor_changes(free_team, post, bob, state):
    schedule.publish_now(post=post, by=bob)
    row = post.deliveries.first()
    lease = timezone.now() + timedelta(minutes=1) if state == DeliveryState.SENDING else None
    path = [DeliveryState.CLAIMED, DeliveryState.SENDING, DeliveryState.ACCEPTED]
    for step in path[: path.index(state) + 1]:
        held = timezone.now() + timedelta(minutes=1) if step != DeliveryState.ACCEPTED else lease
        Delivery.objects.filter(pk=row.pk).update(state=step, lease_until=held)
    row.refresh_from_db()
    for verb in (
        lambda: schedule.reschedule(post=post, at=later(48), by=bob),
        lambda: review.withdraw(post=post, by=bob),
        lambda: deliveries.cancel(delivery=row, by=bob),
        lambda: compose.save(
            post=post, draft=compose.Draft(body="New"), version=post.version, by=bob
        ),
    ):
        with pytest.raises(BeingPublished):
            verb()
    row.refresh_from_db()
    assert row.state == state


def test_publish_now_twice_is_once(free_team, post, bob):
    schedule.publish_now(post=post, by=bob)
    schedule.publish_now(post=post, by=bob)
    assert post.deliveries.count() == 2
    assert states(post) == ["queued", "queued"]


def test_publish_now_brings_a_scheduled_post_forward(free_team, post, bob):
    schedule.schedule(post=post, at=later(48), by=bob)
    schedule.publish_now(post=post, by=bob)
    assert all(d.due_at <= timezone.now() for d in post.deliveries.all())


def test_unscheduling_keeps_the_approval(free_team, post, bob):
    schedule.schedule(post=post, at=later(), by=bob)
    schedule.unschedule(post=post, by=bob)
    post.refresh_from_db()
    assert (post.stage, post.planned_at) == (Stage.APPROVED, None)
    assert states(post) == ["draft", "draft"]
    schedule.schedule(post=post, at=later(), by=bob)
    assert states(post) == ["queued", "queued"]


def test_cancelled_channel_can_be_planned_anew(free_team, post, bob):
    schedule.schedule(post=post, at=later(), by=bob)
    row = post.deliveries.first()
    deliveries.cancel(delivery=row, by=bob)
    assert states(post) == ["cancelled", "queued"]
    schedule.unschedule(post=post, by=bob)
    schedule.schedule(post=post, at=later(), by=bob)
    assert states(post) == ["cancelled", "queued", "queued"]


def test_moving_a_post_brings_no_cancelled_channel_back(free_team, post, bob):
    schedule.schedule(post=post, at=later(), by=bob)
    dropped, kept = post.deliveries.order_by("pk")
    deliveries.cancel(delivery=dropped, by=bob)
    post.refresh_from_db()

    schedule.reschedule(post=post, at=later(48), by=bob)

    assert states(post) == ["cancelled", "queued"]
    kept.refresh_from_db()
    assert kept.due_at > timezone.now() + timedelta(hours=47)


def test_approval_of_older_text_is_refused(post, alice, bob):
    revision = review.submit(post=post, by=bob)
    Post.objects.filter(pk=post.pk).update(body="Changed behind the reviewer's back")
    post.refresh_from_db()
    with pytest.raises(Exception, match="changed"):
        review.confirm(post=post, revision=revision, by=alice)
    assert not Approval.objects.exists()


def test_ideas_and_drafts_change_places(post, bob):
    stage.shelve(post=post, by=bob)
    post.refresh_from_db()
    assert post.stage == Stage.IDEA
    stage.start(post=post, by=bob)
    post.refresh_from_db()
    assert post.stage == Stage.DRAFTING
    with pytest.raises(IllegalMove):
        stage.start(post=post, by=bob)


def test_post_whose_channels_are_all_cancelled_has_no_time(free_team, post, bob):
    schedule.schedule(post=post, at=later(), by=bob)
    for row in post.deliveries.all():
        deliveries.cancel(delivery=row, by=bob)
    post.refresh_from_db()
    assert (post.stage, post.planned_at) == (Stage.APPROVED, None)
