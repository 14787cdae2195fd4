"""Slots by hand, a post into the queue and out again, and two posts that are too close."""

import re
from datetime import datetime, time, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from calendar_app.models import Slot
from posts.services import schedule
from posts.times import resolve
from tests.factories.posts import PostFactory
from tests.factories.publishers import ChannelFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def channel(team):
    return ChannelFactory(team=team, name="News")


def test_a_slot_is_added_removed_and_brought_back(enter, bob, channel):
    page = enter(bob, "/t/tidewater/slots/")
    page.get_by_label("Time").fill("09:30")
    page.get_by_label("Monday").check(force=True)
    page.get_by_label("Friday").check(force=True)
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_text("2 slots a week")).to_be_visible()
    page.get_by_role("button", name="Remove Friday, 09:30").click()
    expect(page.get_by_text("1 slot a week")).to_be_visible()
    page.get_by_role("button", name="Remove Monday, 09:30").click()
    expect(page.get_by_text("0 slots a week")).to_be_visible()
    # Each of them leads back to its own.
    for day in ("Friday", "Monday"):
        page.locator(".toast", has_text=day).get_by_role("button", name="Undo").click()
        expect(page.get_by_role("button", name=f"Remove {day}, 09:30")).to_be_visible()
    assert Slot.objects.filter(channel=channel).count() == 2


def test_a_post_joins_the_queue_and_leaves_it(enter, team, bob, channel):
    Slot.objects.bulk_create(
        Slot(team=team, channel=channel, weekday=day, at=time(9, 30)) for day in range(7)
    )
    post = PostFactory(team=team, author=bob, channels=[channel])
    page = enter(bob, f"/t/tidewater/posts/{post.pk}/")
    page.locator("summary", has_text="Schedule").click()
    page.get_by_role("button", name="Add to queue").click()
    expect(page.locator(".toast")).to_contain_text("09:30. It goes out once it is approved.")
    expect(page.locator("#post-head .crumbs")).to_contain_text("09:30")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#post-head .crumbs")).to_contain_text("No time yet")


def test_two_that_are_too_close_are_pointed_out_and_parted(enter, team, bob, channel):
    day = (timezone.localdate().replace(day=1) + timedelta(days=32)).replace(day=9)
    posts = [
        PostFactory(team=team, author=bob, body=f"Buoy {n}", channels=[channel]) for n in range(2)
    ]
    for post, at in zip(posts, (time(9, 30), time(9, 40)), strict=True):
        moment = resolve(datetime.combine(day, at), team.time_zone)
        schedule.plan(post=post, at=moment, by=bob)
    page = enter(bob, f"/t/tidewater/calendar/?month={day:%Y-%m}")
    there = page.locator(f"#day-{day:%Y-%m-%d}")
    expect(there.locator(".post-chip__flag")).to_have_count(2)
    there.get_by_role("link", name="10 min apart").click()
    page.get_by_role("button", name=re.compile("Move to .*10:30")).click()
    expect(there.locator(".post-chip__flag")).to_have_count(0)
    expect(there).to_contain_text("10:30")
