"""A way back leads to where a post was and no further: not to what nobody approved, or dropped."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from posts.models import Delivery, Post
from posts.services import deliveries, review, schedule
from posts.states import DeliveryState, Stage
from posts.times import from_utc
from tests.calendar_app.december import HX, at
from tests.calendar_app.lanes import from_board, move
from tests.calendar_app.test_back import due, move_url, undo_in
from tests.factories.posts import PostFactory
from tests.factories.publishers import ChannelFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("wednesday")]
TO_THE_DRAWER = {"day": "", "month": "2026-12"}


@pytest.fixture
def post(free_team, bob, channel):
    """On two channels, in the queue of both, the second three days later."""
    post = PostFactory(
        team=free_team, author=bob, body="Buoys", channels=[channel, ChannelFactory(team=free_team)]
    )
    later = {second(post): from_utc(at(14, 7), "UTC")}
    first = from_utc(at(11, 9, 30), "UTC")
    return schedule.schedule(post=post, at=first, per_channel=later, by=bob)


def second(post):
    return post.variants.latest("pk").channel_id


def queued(post):
    return set(post.deliveries.filter(state=DeliveryState.QUEUED).values_list("channel", flat=True))


def test_not_to_a_text_that_nobody_approved(post, bob, as_user):
    browser = as_user(bob)
    gone = browser.post(move_url(post), TO_THE_DRAWER, headers=HX)
    post.refresh_from_db()
    review.withdraw(post=post, by=bob)
    Post.objects.filter(pk=post.pk).update(body="Half a")
    answer = browser.post(undo_in(gone), headers=HX)
    assert answer.status_code == 409
    assert "It has changed since." in answer.headers["HX-Trigger"]
    post.refresh_from_db()
    assert (post.stage, queued(post)) == (Stage.DRAFTING, set())


@pytest.mark.parametrize("by_card", [False, True])
def test_not_on_a_channel_that_was_dropped_before(free_team, post, bob, as_user, by_card):
    deliveries.cancel(delivery=post.deliveries.get(channel=second(post)), by=bob)
    url, sent, headers = move_url(post), TO_THE_DRAWER, HX
    if by_card:
        url, sent, headers = move(free_team, post), {"to": "approved"}, from_board(free_team)
    browser = as_user(bob)
    moved = browser.post(url, sent, headers=headers)
    answer = browser.post(undo_in(moved), headers=headers)
    assert answer.status_code == 409
    assert "Schedule it anew." in answer.headers["HX-Trigger"]
    assert queued(post) == set()


@pytest.mark.parametrize("to", [TO_THE_DRAWER, {"day": "2026-12-16", "month": "2026-12"}])
def test_what_is_out_elsewhere_comes_back_to_its_time(post, bob, as_user, to):
    out = {"state": DeliveryState.PUBLISHED, "due_at": at(9, 8), "remote_id": "1"}
    Delivery.objects.filter(post=post).exclude(channel=second(post)).update(**out)
    Post.objects.filter(pk=post.pk).update(planned_at=at(9, 8))
    browser = as_user(bob)
    moved = browser.post(move_url(post), to, headers=HX)
    assert due(post)[second(post)] != at(14, 7)
    assert browser.post(undo_in(moved), headers=HX).status_code == 200
    assert (due(post)[second(post)], queued(post)) == (at(14, 7), {second(post)})


def test_out_of_the_queue_though_the_plan_has_passed(
    free_team, bob, channel, give, planned, as_user
):
    give(channel, "09:30")
    soon = timezone.now() + timedelta(minutes=10)
    draft, browser = planned("Forty buoys", soon), as_user(bob)
    added = browser.post(move_url(draft, "queue_add"), headers=HX)
    assert queued(draft) == {channel.pk}
    with time_machine.travel(soon + timedelta(minutes=10)):
        assert browser.post(undo_in(added), headers=HX).status_code == 204
    draft.refresh_from_db()
    assert (draft.stage, draft.planned_at, queued(draft)) == (Stage.DRAFTING, None, set())
