"""Times in the composer: moved, taken away, passed, and of one channel alone."""

from datetime import datetime, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import pytest
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from posts.forms import ComposerForm
from posts.models import Delivery, Post
from tests.factories.posts import DeliveryFactory, PostFactory
from tests.factories.publishers import ChannelFactory
from tests.posts.composing import NEW, edit_url, form, tomorrow

pytestmark = pytest.mark.django_db


def test_skipped_hour_is_moved_and_said(as_user, bob, channel, team):
    team.time_zone = "Europe/Berlin"
    team.save(update_fields=["time_zone"])
    year = timezone.now().year + 1
    day = max(d for d in range(25, 32) if datetime(year, 3, d, tzinfo=team.zone).weekday() == 6)
    fields = {"when": "pick", "date": f"{year}-03-{day}", "time": "02:30"}
    answer = as_user(bob).post(
        reverse("posts:preview", kwargs={"team": team.slug}), form(body="Hi", **fields)
    )
    assert "does not exist that day" in answer.content.decode()
    as_user(bob).post(NEW, form(body="Hi", channels=[channel.pk], **fields))
    assert Post.objects.get().planned_at.astimezone(team.zone).strftime("%H:%M") == "03:30"


def test_viewers_zone_is_the_one_that_counts(as_user, bob, team):
    bob.time_zone = "America/New_York"
    bob.save(update_fields=["time_zone"])
    as_user(bob).post(NEW, form(body="Hi", **tomorrow("10:00")))
    post = Post.objects.get()
    assert post.planned_zone == "America/New_York"
    assert post.planned_at.astimezone(ZoneInfo("America/New_York")).strftime("%H:%M") == "10:00"


def test_channels_may_have_times_of_their_own(as_user, bob, channel, team):
    other = ChannelFactory(team=team)
    at = tomorrow("09:30")
    fields = {f"time_{other.pk}": "12:45", "stagger": "on", **at}
    as_user(bob).post(NEW, form(body="Hi", channels=[channel.pk, other.pk], **fields))
    post = Post.objects.get()
    due = {
        d.channel_id: d.due_at.astimezone(team.zone).strftime("%H:%M")
        for d in post.deliveries.all()
    }
    assert due == {channel.pk: "09:30", other.pk: "12:45"}
    page = as_user(bob).get(edit_url(post))
    times = {p.channel.pk: p.time for p in page.context["sheet"].panels}
    assert times == {channel.pk: "", other.pk: "12:45"}


def test_as_many_times_as_there_are_channels_take_no_more_statements(
    bob, team, django_assert_num_queries
):
    channels = ChannelFactory.create_batch(24, team=team)
    post = PostFactory(team=team, author=bob, channels=channels)
    DeliveryFactory(post=post, channel=channels[0], due_at=timezone.now())
    own = {f"time_{one.pk}": f"{n % 24:02}:45" for n, one in enumerate(channels)}
    said = form(post, stagger="on", channels=[one.pk for one in channels], **own, **tomorrow())
    data = QueryDict(urlencode(said, doseq=True))
    typed = ComposerForm(data, team=team, post=post, zone=team.time_zone)
    # The channels, the times that are stored, the clock.
    with django_assert_num_queries(3):
        assert typed.is_valid()
    assert len(typed.plan.per_channel) == 24


def test_no_time_yet_takes_the_time_away(as_user, bob, channel, team):
    as_user(bob).post(NEW, form(body="Hi", channels=[channel.pk], **tomorrow()))
    post = Post.objects.get()
    as_user(bob).post(edit_url(post), form(post, channels=[channel.pk], when="none"))
    post.refresh_from_db()
    assert post.planned_at is None
    assert post.deliveries.get().due_at is None


def test_time_that_has_passed_does_not_stop_other_changes(as_user, bob, channel, team):
    past = timezone.now().replace(second=0, microsecond=0) - timedelta(days=2)
    post = PostFactory(team=team, channels=[channel], planned_at=past, planned_zone="UTC")
    local = past.astimezone(team.zone)
    when = {"when": "pick", "date": f"{local:%Y-%m-%d}", "time": f"{local:%H:%M}"}
    answer = as_user(bob).post(
        edit_url(post), form(post, channels=[channel.pk], title="New name", **when)
    )
    assert answer.status_code == 302
    post.refresh_from_db()
    assert post.title == "New name"


def test_what_was_published_at_once_can_be_mended_afterwards(as_user, bob, channel, team):
    """Its time lies between the seconds that the form shows; one channel was refused."""
    at = timezone.now() - timedelta(minutes=5)
    assert at.microsecond
    post = PostFactory(
        team=team, author=bob, stage="scheduled", body="Old", planned_at=at, channels=[channel]
    )
    delivery = DeliveryFactory(queued=True, post=post, channel=channel, due_at=at)
    Delivery.objects.filter(pk=delivery.pk).update(state="failed", problem="It has no title.")
    shown = as_user(bob).get(edit_url(post)).context["sheet"].values
    when = {name: shown[name] for name in ("when", "date", "time")}
    answer = as_user(bob).post(
        edit_url(post), form(post, body="Mended", channels=[channel.pk], **when)
    )
    assert answer.status_code == 302
    post.refresh_from_db()
    assert (post.body, post.planned_at) == ("Mended", at)
