"""Where the composer leads: scheduled, published, handed on for review, or refused with words."""

import pytest

from posts.models import Delivery, Post
from posts.states import DeliveryState, Stage
from tests.factories.publishers import ChannelFactory
from tests.posts.composing import NEW, edit_url, form, page_url, tomorrow

pytestmark = pytest.mark.django_db


def test_too_long_for_one_of_two_is_said_with_numbers(as_user, bob, open_team):
    short = ChannelFactory(team=open_team, platform="bluesky")
    long = ChannelFactory(team=open_team, platform="linkedin")
    answer = as_user(bob).post(
        NEW,
        form(body="x" * 317, channels=[short.pk, long.pk], then="schedule", **tomorrow()),
    )
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "this is 17 over" in html
    assert f'data-own="{short.pk}"' in html
    assert "LinkedIn is ready" in html
    post = Post.objects.get()
    assert (post.stage, len(post.body)) == (Stage.DRAFTING, 317)
    assert edit_url(post) in html


def test_schedule_without_review(as_user, bob, channel, open_team):
    answer = as_user(bob).post(
        NEW, form(body="Go", channels=[channel.pk], then="schedule", **tomorrow())
    )
    post = Post.objects.get()
    assert answer.url == page_url(post)
    assert post.stage == Stage.SCHEDULED
    assert post.deliveries.get().state == DeliveryState.QUEUED


@pytest.mark.parametrize("then", ["schedule", "", "review"])
def test_next_free_slot_is_handed_on_to_the_queue(as_user, bob, channel, open_team, then):
    sent = form(body="Go", channels=[channel.pk], then=then, when="queue")
    answer = as_user(bob).post(NEW, sent)
    post = Post.objects.get()
    assert answer.status_code == 307
    assert answer.url == f"{page_url(post)}queue/"
    assert (post.body, post.planned_at) == ("Go", None)


def test_schedule_needs_a_time(as_user, bob, channel, open_team):
    answer = as_user(bob).post(NEW, form(body="Go", channels=[channel.pk], then="schedule"))
    assert answer.status_code == 422
    assert "Choose when" in answer.content.decode()


def test_publish_twice_by_double_click_is_one_delivery(as_user, bob, channel, open_team):
    client = as_user(bob)
    data = form(body="Now", channels=[channel.pk], then="publish")
    answers = [client.post(NEW, data) for _ in range(2)]
    post = Post.objects.get()
    assert [a.status_code for a in answers] == [302, 302]
    assert Delivery.objects.filter(post=post).count() == 1
    assert post.deliveries.get().state == DeliveryState.QUEUED


def test_team_with_review_does_not_publish_past_it(as_user, bob, channel, team):
    answer = as_user(bob).post(NEW, form(body="Now", channels=[channel.pk], then="publish"))
    assert answer.status_code == 409
    assert "asks for a review first" in answer.content.decode()
    assert Post.objects.get().stage == Stage.DRAFTING


def test_review_is_handed_on_with_the_same_post(as_user, bob, channel, team):
    answer = as_user(bob).post(NEW, form(body="Look", channels=[channel.pk], then="review"))
    assert answer.status_code == 307
    assert answer.url == f"/t/tidewater/posts/{Post.objects.get().pk}/review/"


def test_review_of_what_no_channel_takes_is_refused_here(as_user, bob, team):
    sent = form(body="Look", then="review", note="Is the <b>year</b> right?")
    answer = as_user(bob).post(NEW, sent)
    assert answer.status_code == 422
    assert "No channel is chosen" in answer.content.decode()
    assert ">Is the &lt;b&gt;year&lt;/b&gt; right?</textarea>" in answer.text
