"""Slots, limits, words for outsiders, other times and now: by mouse, keys, finger, no script."""

from datetime import time, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from calendar_app.models import Slot, StageLimit
from posts.models import Comment, Delivery, Folder, Post
from tests.browser.hand import EACH, Keys, Plain
from tests.browser.hands import whole
from tests.factories.posts import PostFactory
from tests.factories.publishers import ChannelFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TEAM = "/t/tidewater"


@pytest.mark.parametrize("way", EACH)
def test_a_day_is_copied_a_queue_rests_and_a_gap_is_kept(enter, team, alice, channel, way):
    Slot.objects.create(team=team, channel=channel, weekday=0, at=time(9, 30))
    page = enter(alice, f"{TEAM}/slots/", **way.options)
    hand, week = way(page), page.locator(f"#week-{channel.pk}")
    hand.press(week.locator("summary", has_text="Copy a day"))
    copy = week.locator("details[open] form")
    hand.press(copy.get_by_label("Friday"))
    hand.press(copy.get_by_role("button", name="Copy"))
    expect(week).to_contain_text("2 slots a week")
    hand.press(week.locator("summary", has_text="Pause"))
    hand.press(week.get_by_role("button", name="Pause the queue"))
    hand.press(week.get_by_role("button", name="Resume"))
    expect(week.locator("summary", has_text="Pause")).to_be_visible()
    whole(page)
    hand.say(page.get_by_label("minutes"), "45")
    hand.press(page.locator(".slot-gap").get_by_role("button", name="Save"))
    expect(page.get_by_label("minutes")).to_have_value("45")
    team.refresh_from_db()
    assert team.gap_minutes == 45
    assert list(Slot.objects.order_by("weekday").values_list("weekday", flat=True)) == [0, 4]


@pytest.mark.parametrize("way", EACH)
def test_a_limit_a_lane_and_a_folder(enter, team, alice, way):
    page = enter(alice, f"{TEAM}/board/", **way.options)
    hand, menu = way(page), page.locator("[popovertarget=group-menu]")
    hand.press(menu)
    hand.press(page.get_by_role("link", name="Group by campaign"))
    page.wait_for_url("**group=campaign")
    hand.press(menu)
    hand.press(page.get_by_role("link", name="Limits per stage"))
    hand.say(page.get_by_role("spinbutton", name="Drafting"), "3")
    hand.press(page.get_by_role("button", name="Save", exact=True))
    expect(page.get_by_role("spinbutton", name="Drafting")).to_be_hidden()
    assert StageLimit.objects.get(team=team).most == 3
    page.goto(f"{TEAM}/library/folders/")
    hand.say(page.get_by_label("Name of the new folder"), "Coast")
    hand.press(page.get_by_role("button", name="Make a folder"))
    hand.press(page.get_by_role("button", name="Remove the folder Coast"))
    expect(page.get_by_text("No folders yet")).to_be_visible()
    assert not Folder.objects.exists()


@pytest.mark.parametrize("way", EACH)
def test_what_outsiders_may_read_and_what_is_resolved(enter, team, bob, way):
    post = PostFactory(team=team, author=bob)
    page = enter(
        bob, f"{TEAM}/posts/{post.pk}/{'comments/' if way is Plain else ''}", **way.options
    )
    hand = way(page)
    page.locator("#comments").scroll_into_view_if_needed()
    hand.say(page.get_by_label("Write a comment"), "Which year?")
    outside = page.locator("#comment-new .check, .reply .check").last
    hand.press(outside.locator("input") if way is Keys else outside)
    hand.press(page.locator("#comment-new-send"))
    expect(page.locator(".comment__body")).to_have_text("Which year?")
    whole(page)
    said = Comment.objects.get()
    assert said.external
    hand.press(page.get_by_role("button", name="Resolve"))
    expect(page.locator(f"#done-{said.pk} > summary")).to_contain_text("Resolved by Bob")
    said.refresh_from_db()
    assert said.resolved_at


@pytest.mark.parametrize("way", EACH)
def test_each_channel_at_its_time_and_another_post_now(enter, team, bob, channel, way):
    other, day = ChannelFactory(team=team, name="News"), timezone.localdate() + timedelta(days=9)
    post, urgent = (
        PostFactory(team=team, author=bob, title=title, body=title, channels=[channel, other])
        for title in ("Each", "Now")
    )
    page = enter(bob, f"{TEAM}/posts/{post.pk}/edit/", **way.options)
    hand = way(page)
    if way is Keys:
        page.locator("input[name=when]:checked").focus()
        while not page.locator("input[value=pick]").is_checked():
            page.keyboard.press("ArrowDown")
    else:
        hand.press(page.locator(".choice", has_text="Pick a time"))
    hand.say(page.locator("#date"), f"{day}")
    hand.say(page.locator("#time"), "09:30")
    switch = page.get_by_role("checkbox", name="Another time per channel")
    hand.press(switch if way is Keys else page.locator("label", has=switch))
    hand.say(page.locator(f"input[name=time_{other.pk}]"), "16:15")
    whole(page)
    hand.press(page.locator("button[form=composer][value=schedule]:visible"))
    page.wait_for_url(f"**/posts/{post.pk}/")
    due = Delivery.objects.filter(post=post).order_by("due_at")
    assert [f"{row.due_at.astimezone(team.zone):%H:%M}" for row in due] == ["09:30", "16:15"]

    page.goto(f"{TEAM}/posts/{urgent.pk}/")
    hand.press(page.locator("#post-head").get_by_role("button", name="Publish now"))
    expect(page.locator("#post-head")).not_to_contain_text("No time yet")
    assert Delivery.objects.filter(post=urgent, due_at__lte=timezone.now()).count() == 2
    assert Post.objects.get(pk=urgent.pk).stage == "scheduled"
