"""Between a post's last answer and its being done lies a moment in which all of it is live."""

from datetime import timedelta

import pytest
from django.utils import timezone

from posts import workflow
from posts.errors import BeingPublished
from posts.models import Approval
from posts.services import compose, finishing, review, schedule
from posts.times import from_utc
from tests.factories.delivery import channel_of, due_delivery, published, sending
from tests.security.moments import rewrite

pytestmark = pytest.mark.django_db


def plan(post, by):
    schedule.plan(post=post, at=from_utc(timezone.now() + timedelta(hours=1), "UTC"), by=by)


ACTS = {
    "edit": lambda post, by: rewrite(post, by)(),
    "plan": plan,
    "unschedule": lambda post, by: schedule.unschedule(post=post, by=by),
    "withdraw": lambda post, by: review.withdraw(post=post, by=by),
    "reconsider": lambda post, by: review.reconsider(post=post, by=by, name="Ruth"),
}


@pytest.fixture
def post(team, bob):
    return published(due_delivery(team, bob, channel=channel_of(team, "bluesky"))).post


@pytest.mark.parametrize("act", ACTS)
def test_what_is_live_is_not_changed_before_it_is_done(post, bob, act):
    """Its new words could be approved by nobody, for there is nowhere left to send them."""
    assert post.stage == "scheduled"
    with pytest.raises(BeingPublished):
        ACTS[act](post, bob)
    assert Approval.objects.filter(post=post, revoked_at=None).exists()
    assert finishing.finish(post.pk)


def test_the_last_answer_comes_while_somebody_writes(team, bob, monkeypatch):
    delivery = due_delivery(team, bob, channel=channel_of(team, "bluesky"))
    sending(delivery)
    write = compose._write

    def answered(*args) -> None:
        workflow.move(delivery, "publish", owner="", lease_until=None, remote_id="r1")
        write(*args)

    monkeypatch.setattr(compose, "_write", answered)
    with pytest.raises(BeingPublished):
        rewrite(delivery.post, bob)()


def test_pressed_once_more_it_is_left_as_it_is(post, bob):
    assert schedule.publish_now(post=post, by=bob).planned_at == post.planned_at


def test_what_is_live_on_one_channel_alone_may_still_be_written(team, post, bob):
    """As long as something of it is to follow."""
    due_delivery(team, bob, channel=channel_of(team, "bluesky"), post=post, seconds=3600)
    rewrite(post, bob, "Better words")()
    post.refresh_from_db()
    assert (post.body, post.stage) == ("Better words", "drafting")
