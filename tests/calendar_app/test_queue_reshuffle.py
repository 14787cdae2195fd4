"""A channel's queue into its slots anew: shown first, then done; approvals stay."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from calendar_app.models import Slot
from calendar_app.services import queue, reshuffle
from posts.models import Approval, BulkAct, Delivery, Post
from posts.services import schedule
from posts.states import DeliveryState
from posts.times import from_utc
from tests.calendar_app.december import at
from tests.factories.posts import PostFactory
from tests.factories.publishers import ChannelFactory

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("wednesday", "free_team", "every_morning"),
]


@pytest.fixture
def posts(free_team, bob, channel):
    made = []
    for n in range(6):
        post = PostFactory(team=free_team, author=bob, title=f"P{n}", channels=[channel])
        queue.add_to_queue(post=post, by=bob)
        made.append(post)
    return made


def page(channel):
    kwargs = {"team": channel.team.slug, "pk": channel.pk}
    return reverse("calendar_app:queue_reshuffle", kwargs=kwargs)


def due(channel):
    return dict(channel.deliveries.values_list("post__title", "due_at"))


def order(channel):
    return [title for title, _at in sorted(due(channel).items(), key=lambda pair: pair[1])]


def test_it_says_where_it_ends(channel, posts, bob, as_user, monkeypatch):
    browser = as_user(bob)
    assert b"keep their times" not in browser.get(page(channel)).content
    monkeypatch.setattr(reshuffle, "MOST", 5)
    Slot.objects.filter(channel=channel).update(at="18:00")
    response = browser.get(page(channel))
    assert b"These are the next 5 posts of this channel." in response.content
    browser.post(page(channel), {"seen": response.context["found"].digest})
    assert due(channel)["P5"] == at(15, 9, 30)
    assert due(channel)["P4"] == at(13, 18)


def test_after_new_slots_the_posts_follow_in_order(channel, posts, bob, as_user):
    Slot.objects.filter(channel=channel).update(at="18:00")
    browser = as_user(bob)
    response = browser.get(page(channel))
    found = response.context["found"]
    assert found.changes == 6
    assert due(channel)["P0"] == at(10, 9, 30)
    browser.post(page(channel), {"seen": found.digest})
    assert due(channel)["P0"] == at(9, 18)
    assert order(channel) == [f"P{n}" for n in range(6)]
    assert set(channel.deliveries.values_list("state", flat=True)) == {DeliveryState.QUEUED}
    assert Approval.objects.filter(revoked_at=None).count() == 6


def test_shuffled_takes_the_same_slots_in_another_order(channel, posts, bob, as_user):
    before = due(channel)
    browser = as_user(bob)
    found = browser.get(page(channel), {"seed": "7"}).context["found"]
    browser.post(page(channel), {"seed": "7", "seen": found.digest})
    assert sorted(due(channel).values()) == sorted(before.values())
    assert order(channel) != [f"P{n}" for n in range(6)]


def test_it_can_be_taken_back(channel, posts, bob, as_user):
    before = due(channel)
    browser = as_user(bob)
    found = browser.get(page(channel), {"seed": "7"}).context["found"]
    said = browser.post(page(channel), {"seed": "7", "seen": found.digest}, follow=True)
    [act] = BulkAct.objects.for_team(channel.team)
    assert len(act.results) == found.changes
    back = reverse("posts:selection_undo", args=[channel.team.slug, act.pk])
    assert f'action="{back}?next=' in said.content.decode()
    assert browser.post(back).status_code == 302
    assert due(channel) == before
    assert set(channel.deliveries.values_list("state", flat=True)) == {DeliveryState.QUEUED}


def test_it_can_be_taken_back_where_a_post_is_out_elsewhere(free_team, channel, bob, as_user):
    other = ChannelFactory(team=free_team)
    post = PostFactory(team=free_team, author=bob, channels=[channel, other])
    later = {channel.pk: from_utc(at(12, 7), "UTC")}
    schedule.schedule(post=post, at=from_utc(at(9, 18), "UTC"), per_channel=later, by=bob)
    out = {"state": DeliveryState.PUBLISHED, "due_at": at(9, 8), "remote_id": "1"}
    Delivery.objects.filter(channel=other).update(**out)
    Post.objects.update(planned_at=at(9, 8))
    found = reshuffle.preview(channel=channel)
    reshuffle.reshuffle(channel=channel, seed=None, seen=found.digest, by=bob)
    assert due(channel) == {post.title: at(10, 9, 30)}
    back = reverse("posts:selection_undo", args=[free_team.slug, BulkAct.objects.get().pk])
    assert as_user(bob).post(back).status_code == 302
    assert due(channel) == {post.title: at(12, 7)}
    post.refresh_from_db()
    assert post.planned_at == at(12, 7)


def test_where_all_stay_there_is_nothing_to_take_back(channel, posts, bob, as_user):
    browser = as_user(bob)
    found = browser.get(page(channel)).context["found"]
    said = browser.post(page(channel), {"seen": found.digest}, follow=True)
    assert "All stay." in said.content.decode()
    assert not BulkAct.objects.exists()


def test_time_sensitive_posts_and_those_on_their_way_stay(channel, posts, bob):
    Post.objects.filter(pk=posts[0].pk).update(time_sensitive=True)
    posts[1].deliveries.update(
        state=DeliveryState.CLAIMED, lease_until=datetime(2026, 12, 30, tzinfo=UTC)
    )
    Slot.objects.filter(channel=channel).update(at="18:00")
    found = reshuffle.preview(channel=channel)
    assert found.kept == 2
    assert {step.post.title for step in found.steps} == {"P2", "P3", "P4", "P5"}


def test_other_channels_of_a_post_keep_their_time(free_team, channel, bob):
    other = ChannelFactory(team=free_team)
    post = PostFactory(team=free_team, author=bob, channels=[channel, other])
    schedule.schedule(post=post, at=from_utc(at(12, 7), "UTC"), by=bob)
    found = reshuffle.preview(channel=channel)
    reshuffle.reshuffle(channel=channel, seed=None, seen=found.digest, by=bob)
    assert dict(post.deliveries.values_list("channel_id", "due_at")) == {
        channel.pk: at(10, 9, 30),
        other.pk: at(12, 7),
    }


def test_what_changed_in_between_is_said_and_nothing_done(channel, posts, bob, as_user):
    Slot.objects.filter(channel=channel).update(at="18:00")
    browser = as_user(bob)
    found = browser.get(page(channel)).context["found"]
    schedule.unschedule(post=posts[3], by=bob)
    response = browser.post(page(channel), {"seen": found.digest})
    assert response.status_code == 409
    assert "look at the new times" in response.content.decode()
    assert due(channel)["P0"] == at(10, 9, 30)


def test_without_slots(channel, posts, bob, as_user):
    Slot.objects.all().delete()
    response = as_user(bob).get(page(channel))
    assert "no slots yet" in response.content.decode()
    assert as_user(bob).post(page(channel), {"seen": "x"}).status_code == 409


def test_fragment_outsiders_viewers_and_other_teams(
    channel, other_team, mallory, vera, bob, as_user
):
    fragment = as_user(bob).get(page(channel), headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in fragment
    assert as_user(mallory).get(page(channel)).status_code == 404
    assert as_user(vera).post(page(channel)).status_code == 403
    theirs = ChannelFactory(team=other_team)
    kwargs = {"team": channel.team.slug, "pk": theirs.pk}
    address = reverse("calendar_app:queue_reshuffle", kwargs=kwargs)
    assert as_user(bob).get(address).status_code == 404
