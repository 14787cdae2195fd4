"""In the hour before a post is due its gates look once more."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from approvals.services import ahead
from approvals.tasks import look_ahead
from notifications.models import Message
from posts.models import Delivery, Post, Verdict
from posts.services import schedule
from posts.states import DeliveryState, Stage
from tests.approvals.gating import EASY, gate, soon, with_picture, written
from tests.factories.posts import VariantFactory, refresh_hash
from tests.factories.publishers import ChannelFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def post(team, bob) -> Post:
    """It is due in half an hour."""
    team.review_required = False
    team.save(update_fields=["review_required"])
    made = with_picture(written(team, bob, ChannelFactory(team=team), f"Utilize it. {EASY}"))
    return schedule.schedule(post=made, at=soon(0.5), by=bob)


def test_what_is_stopped_by_now_is_taken_off_the_schedule(team, bob, post, as_user):
    gate(team, "banned", words=["utilize"])
    look_ahead()
    post.refresh_from_db()
    delivery = post.deliveries.get()
    assert (post.stage, delivery.state) == (Stage.APPROVED, DeliveryState.DRAFT)
    said = post.verdicts.get(gate="banned")
    assert (said.when, said.outcome) == ("ahead", "blocked")
    told = Message.objects.get(kind="gate_held", user=bob)
    assert "does not use" in told.data["reason"]
    assert told.data["url"] == reverse("posts:post", args=[team.slug, post.pk])
    page = as_user(bob).get(told.data["url"]).text
    assert "a quality gate stops it" in page


def test_what_passes_goes_on_and_is_not_looked_at_all_the_time(team, post):
    gate(team, "banned", words=["other"])
    look_ahead()
    assert post.deliveries.get().state == DeliveryState.QUEUED
    assert post.verdicts.filter(when="ahead", gate="banned", outcome="passed").count() == 1
    look_ahead()
    assert post.verdicts.filter(when="ahead", gate="banned").count() == 1
    assert ahead.waiting() == []


def test_warnings_stop_nothing(team, post):
    gate(team, "banned", "warn", words=["utilize"])
    look_ahead()
    assert post.deliveries.get().state == DeliveryState.QUEUED
    assert post.verdicts.get(gate="banned").outcome == "warned"


def test_what_is_due_later_waits(team, bob, post):
    schedule.reschedule(post=post, at=soon(5), by=bob)
    gate(team, "banned", words=["utilize"])
    assert ahead.waiting() == []


def test_teams_that_chose_nothing_are_left_alone(post):
    assert ahead.waiting() == []
    look_ahead()
    assert not Verdict.objects.filter(when="ahead").exists()


@pytest.fixture
def begun(team, bob, post) -> Post:
    """One of its channels is being published, the other is to follow."""
    made = written(team, bob, ChannelFactory(team=team), f"Utilize it now. {EASY}")
    VariantFactory(post=made, channel=ChannelFactory(team=team))
    schedule.schedule(post=refresh_hash(made), at=soon(0.5), by=bob)
    now = timezone.now()
    first = Delivery.objects.filter(pk=made.deliveries.earliest("pk").pk)
    first.update(due_at=now, run_at=now)
    first.update(state="claimed", owner="w", lease_until=now + timedelta(minutes=1))
    first.update(state="sending", attempt_no=1, sent_at=now)
    return made


def test_what_a_worker_has_begun_to_send_goes_on(team, begun):
    gate(team, "banned", words=["utilize"])
    assert begun.pk in ahead.waiting()
    look_ahead()
    states = begun.deliveries.order_by("pk").values_list("state", flat=True)
    assert list(states) == [DeliveryState.SENDING, DeliveryState.QUEUED]


def test_one_that_cannot_be_held_keeps_back_no_other(team, begun, post):
    gate(team, "banned", words=["utilize"])
    look_ahead()
    post.refresh_from_db()
    assert post.stage == Stage.APPROVED


def test_a_link_that_was_not_looked_at_holds_back_nothing_that_was_scheduled(team, bob):
    team.review_required = False
    team.save(update_fields=["review_required"])
    gate(team, "links")
    channel = ChannelFactory(team=team)
    post = written(team, bob, channel, f"{EASY} https://tide.example/")
    schedule.schedule(post=post, at=soon(0.5), by=bob)
    Delivery.objects.filter(post=post).update(due_at=timezone.now() + timedelta(minutes=3))
    look_ahead()
    assert post.deliveries.get().state == DeliveryState.QUEUED
