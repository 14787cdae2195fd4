"""The page of one post: what it shows, and what may be done with it in each state."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from posts.models import Delivery, Post
from posts.services import review
from posts.states import DeliveryState, Stage
from publishers.models import Channel
from tests.factories.posts import (
    ActivityFactory,
    DeliveryFactory,
    MediaAssetFactory,
    PostFactory,
    PostMediaFactory,
    RevisionFactory,
    TagFactory,
    VariantFactory,
    refresh_hash,
)
from tests.factories.publishers import ChannelFactory
from tests.posts.post_page import HTMX, url

pytestmark = pytest.mark.django_db


@pytest.fixture
def scheduled(post, channel) -> Post:
    Post.objects.filter(pk=post.pk).update(
        stage=Stage.SCHEDULED, planned_at=timezone.now() + timedelta(hours=1)
    )
    DeliveryFactory(queued=True, post=post, channel=channel)
    post.refresh_from_db()
    return post


def tomorrow(at="10:15"):
    day = timezone.localtime(timezone=ZoneInfo("Europe/Lisbon")).date() + timedelta(days=1)
    return {"date": day.isoformat(), "time": at}


def on_its_way(post: Post) -> Delivery:
    delivery = post.deliveries.get()
    now = timezone.now()
    rows = Delivery.objects.filter(pk=delivery.pk)
    rows.update(due_at=now, run_at=now)
    held = {"lease_until": now + timedelta(minutes=1), "owner": "w", "attempt_no": 1}
    rows.update(state=DeliveryState.CLAIMED, **held)
    rows.update(state=DeliveryState.SENDING)
    return delivery


def published(post: Post) -> None:
    delivery = on_its_way(post)
    Delivery.objects.filter(pk=delivery.pk).update(
        state=DeliveryState.PUBLISHED,
        lease_until=None,
        remote_id="at://1",
        permalink="https://social.example/post/1",
        published_at=timezone.now(),
    )


# -- the page


def test_everybody_in_the_team_reads_it_and_nobody_else(as_user, vera, mallory, post, client):
    page = as_user(vera).get(url(post))
    assert page.status_code == 200
    assert "Open water day" in page.content.decode()
    assert "posts/" + str(post.pk) + "/edit" not in page.content.decode()
    assert as_user(mallory).get(url(post)).status_code == 404
    assert as_user(mallory).get(f"/t/harbour/posts/{post.pk}/").status_code == 404
    assert client.get(url(post)).status_code == 302


def test_a_full_post_takes_twelve_statements(
    as_user, alice, bob, team, django_assert_max_num_queries
):
    channels = [ChannelFactory(team=team) for _ in range(5)]
    post = PostFactory(team=team, channels=channels, author=alice, assignee=bob)
    post.tags.add(*(TagFactory(team=team) for _ in range(3)))
    for n in range(4):
        PostMediaFactory(post=post, position=n)
        RevisionFactory(post=post, author=bob)
    refresh_hash(post)
    for channel in channels:
        DeliveryFactory(queued=True, post=post, channel=channel)
    for _ in range(30):
        ActivityFactory(post=post, kind="post.save")
    client = as_user(alice)
    with django_assert_max_num_queries(12):
        assert client.get(url(post)).status_code == 200


def test_channels_that_say_the_same_share_a_tab(as_user, vera, team, post):
    VariantFactory(post=post, channel=ChannelFactory(team=team))
    own = ChannelFactory(team=team)
    VariantFactory(post=post, channel=own, text="Own words, https://a.example/x")
    VariantFactory(post=post, channel=ChannelFactory(team=team), first_comment="First")
    said = as_user(vera).get(url(post)).context["page"].said
    tabs = [(len(each.channels), each.shared) for each in said]
    assert tabs == [(2, True), (1, False), (1, False)]
    assert "Own words" in said[2].text


def test_htmx_gets_the_parts_that_change(as_user, vera, post):
    html = as_user(vera).get(url(post), headers=HTMX).content.decode()
    assert "<html" not in html
    for part in ("post-said", "post-lines", "post-steps", "post-facts", "post-timeline"):
        assert f'id="{part}"' in html
    assert html.count("hx-swap-oob") == 5
    assert f'data-live="post:{post.pk}"' in html


def test_published_channel_shows_its_link_and_waiting_one_its_time(as_user, vera, team, scheduled):
    other = ChannelFactory(team=team, name="Second")
    VariantFactory(post=scheduled, channel=other)
    published(scheduled)
    html = as_user(vera).get(url(scheduled)).content.decode()
    assert 'href="https://social.example/post/1"' in html
    assert "Second" in html
    assert "Not planned" in html


def test_hostile_words_are_only_words(as_user, vera, team, post):
    evil = "<script>alert(1)</script> javascript:alert(2) https://ok.example/?a=1&b=2"
    Post.objects.filter(pk=post.pk).update(body=evil, title="<img src=x onerror=alert(3)>")
    PostMediaFactory(post=post, alt='"><svg onload=alert(4)>')
    ActivityFactory(
        post=post, kind="post.request_changes", data={"comment": "<b hx-get='/x'>no</b>"}
    )
    html = as_user(vera).get(url(post)).content.decode()
    for raw in ("<script>alert", "<img src=x", "<svg onload", "<b hx-get", 'href="javascript'):
        assert raw not in html
    assert "https://ok.example/?a=1&amp;b=2" in html


def test_timeline_tells_review_and_delivery_in_words(as_user, vera, alice, carol, post, channel):
    review.submit(post=post, by=alice)
    review.request_changes(post=post, by=carol, name="Carol", comment="Give the year instead.")
    ActivityFactory(post=post, kind="delivery.publish", actor=None, data={"channel": channel.pk})
    page = as_user(vera).get(url(post)).context["page"]
    told = [(str(entry.who or ""), entry.text) for entry in page.timeline]
    assert ("Alice", "asked for review of version 1") in told
    assert ("Carol", "asked for changes") in told
    assert any("Published on" in text and not who for who, text in told)
    assert [step.status for step in page.steps] == ["draft", "changes"]
    assert page.steps[1].quote == "Give the year instead."


def test_a_line_says_that_its_channel_holds_it_back(as_user, vera, scheduled):
    assert "Waits for the channel" not in as_user(vera).get(url(scheduled)).content.decode()
    Channel.objects.update(paused=True)
    assert "Waits for the channel" in as_user(vera).get(url(scheduled)).content.decode()


# -- time


def test_schedule_moves_a_scheduled_post_and_keeps_its_approval(as_user, bob, team, scheduled):
    answer = as_user(bob).post(url(scheduled, "posts:post_schedule"), tomorrow())
    assert answer.url == url(scheduled)
    delivery = scheduled.deliveries.get()
    assert delivery.due_at.astimezone(team.zone).strftime("%H:%M") == "10:15"
    assert delivery.state == DeliveryState.QUEUED


def test_schedule_before_approval_only_plans(as_user, bob, post):
    as_user(bob).post(url(post, "posts:post_schedule"), tomorrow())
    post.refresh_from_db()
    assert post.stage == Stage.DRAFTING
    assert post.planned_at is not None
    assert post.deliveries.get().state == DeliveryState.DRAFT


def test_schedule_in_a_team_without_review_commits(as_user, bob, team, post):
    team.review_required = False
    team.save(update_fields=["review_required"])
    as_user(bob).post(url(post, "posts:post_schedule"), tomorrow())
    post.refresh_from_db()
    assert post.stage == Stage.SCHEDULED


@pytest.mark.parametrize(
    "typed",
    [
        {"date": "2020-01-01", "time": "10:00"},
        {"date": "x", "time": ""},
        {"date": "9999-12-31", "time": "10:00"},
    ],
)
def test_impossible_times_are_422_and_stay_in_the_form(as_user, bob, post, typed):
    answer = as_user(bob).post(url(post, "posts:post_schedule"), typed)
    assert answer.status_code == 422
    assert f'value="{typed["date"]}"' in answer.content.decode()
    assert not post.deliveries.exists()


def test_unschedule_takes_it_back(as_user, bob, scheduled):
    as_user(bob).post(url(scheduled, "posts:post_unschedule"))
    scheduled.refresh_from_db()
    assert (scheduled.stage, scheduled.planned_at) == (Stage.APPROVED, None)
    assert scheduled.deliveries.get().state == DeliveryState.DRAFT


def test_publish_now_brings_it_forward_once(as_user, bob, scheduled):
    client = as_user(bob)
    for _ in range(2):
        assert client.post(url(scheduled, "posts:post_publish")).status_code == 302
    delivery = scheduled.deliveries.get()
    assert delivery.state == DeliveryState.QUEUED
    assert delivery.due_at <= timezone.now()


def test_publish_without_approval_is_refused(as_user, bob, post):
    answer = as_user(bob).post(url(post, "posts:post_publish"))
    assert answer.status_code == 409
    assert "asks for a review first" in answer.content.decode()


def test_channel_disconnected_meanwhile_is_named(as_user, bob, team, post, channel):
    team.review_required = False
    team.save(update_fields=["review_required"])
    channel.state = "disconnected"
    channel.save(update_fields=["state"])
    answer = as_user(bob).post(url(post, "posts:post_publish"))
    assert answer.status_code == 422
    assert "is not connected" in answer.content.decode()
    assert "Reconnect it" in answer.content.decode()


@pytest.mark.parametrize(
    "name", ["posts:post_schedule", "posts:post_unschedule", "posts:post_delete"]
)
def test_nothing_moves_while_it_is_being_published(as_user, bob, scheduled, name):
    on_its_way(scheduled)
    answer = as_user(bob).post(url(scheduled, name), tomorrow())
    assert answer.status_code == 409
    assert "being published" in answer.content.decode()
    assert scheduled.deliveries.get().state == DeliveryState.SENDING


# -- copies and the trash


def test_duplicate_is_a_draft_of_its_own(as_user, bob, scheduled, team):
    PostMediaFactory(post=scheduled, asset=MediaAssetFactory(team=team), alt="A buoy")
    answer = as_user(bob).post(url(scheduled, "posts:post_duplicate"))
    copy = Post.objects.exclude(pk=scheduled.pk).get()
    assert answer.url == url(copy, "posts:edit")
    assert (copy.stage, copy.author, copy.planned_at) == (Stage.DRAFTING, bob, None)
    assert copy.pictures.get().alt == "A buoy"
    assert not copy.deliveries.exists()


def test_delete_asks_first(as_user, bob, scheduled):
    client = as_user(bob)
    assert (
        "Move this post to the trash?"
        in client.get(url(scheduled, "posts:post_delete")).content.decode()
    )
    assert scheduled.deliveries.get().state == DeliveryState.QUEUED
    assert client.post(url(scheduled, "posts:post_delete")).status_code == 302
    assert scheduled.deliveries.get().state == DeliveryState.CANCELLED
    assert client.get(url(scheduled)).status_code == 404


def test_public_post_stays(as_user, bob, scheduled):
    published(scheduled)
    answer = as_user(bob).post(url(scheduled, "posts:post_delete"))
    assert answer.status_code == 409
    assert as_user(bob).get(url(scheduled)).status_code == 200


@pytest.mark.parametrize(
    "name",
    [
        "posts:post_schedule",
        "posts:post_publish",
        "posts:post_unschedule",
        "posts:post_duplicate",
        "posts:post_delete",
    ],
)
def test_viewers_and_outsiders_change_nothing(as_user, vera, mallory, scheduled, name):
    before = list(Delivery.objects.values_list("state", "due_at"))
    assert as_user(vera).post(url(scheduled, name), tomorrow()).status_code == 403
    assert as_user(mallory).post(url(scheduled, name), tomorrow()).status_code == 404
    if name != "posts:post_delete":
        assert as_user(vera).get(url(scheduled, name)).status_code in (403, 405)
    assert list(Delivery.objects.values_list("state", "due_at")) == before
    assert Post.objects.count() == 1
