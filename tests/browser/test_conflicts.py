"""Conflicts on the week, the day, the list and on a phone, by keyboard and by touch; free slots."""

import re
from datetime import datetime, time, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from calendar_app.models import Slot
from posts.models import Post
from posts.services import schedule
from posts.times import from_utc
from tests.factories.posts import PostFactory
from tests.factories.publishers import ChannelFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
SAID = "“Other”: 10 minutes after “One” on News."


@pytest.fixture
def channel(team):
    return ChannelFactory(team=team, name="News")


@pytest.fixture
def day():
    """A Friday of which nothing has passed yet."""
    today = timezone.localdate()
    return today + timedelta(days=18 - today.weekday())


@pytest.fixture
def pair(team, bob, channel, day):
    """Too close to each other."""
    posts = []
    for title, minute in (("One", 30), ("Other", 40)):
        post = PostFactory(team=team, author=bob, title=title, body=title, channels=[channel])
        posts.append(plan(post, day, minute))
    return posts


def plan(post, day, minute):
    at = datetime.combine(day, time(9, minute), tzinfo=post.team.zone)
    return schedule.plan(post=post, at=from_utc(at, post.team.time_zone), by=post.author)


@pytest.fixture
def slots(team, channel, day):
    return Slot.objects.bulk_create(
        Slot(team=team, channel=channel, weekday=day.weekday(), at=time(hour)) for hour in (9, 14)
    )


def part(page):
    """With the clear time that is offered."""
    dialog = page.get_by_role("dialog", name="Move post")
    expect(dialog).to_contain_text("10 minutes after “One” on News.")
    dialog.get_by_role("button", name=re.compile("Move to .*10:30")).focus()
    page.keyboard.press("Enter")


def fits(page):
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_week_by_keyboard(enter, bob, pair, day):
    page = enter(bob, f"/t/tidewater/calendar/week/?week={day}")
    head = page.locator(f"#head-{day}")
    pill = head.get_by_role("link", name=re.compile("10 min apart.*10 minutes after"))
    expect(pill).to_have_attribute("title", SAID)
    expect(page.locator(".hour .post-chip__flag")).to_have_count(2)
    head.locator(".hours__date").focus()
    page.keyboard.press("Tab")
    expect(pill).to_be_focused()
    page.keyboard.press("Enter")
    part(page)
    expect(page.locator(f"#hour-{day}-10")).to_contain_text("Other")
    expect(pill).to_have_count(0)
    expect(page.locator(".hour .post-chip__flag")).to_have_count(0)


def test_day_on_a_phone(enter, bob, pair, day):
    page = enter(bob, f"/t/tidewater/calendar/day/?day={day}", **PHONE)
    said = page.get_by_role("region", name="Conflicts")
    expect(said).to_be_visible()
    said.get_by_role("link", name=SAID).tap()
    part(page)
    expect(said).to_have_count(0)
    assert fits(page)


def test_list_by_keyboard_and_on_a_phone_and_without_scripts(enter, bob, pair, day):
    address = f"/t/tidewater/calendar/list/?from={day}&to={day}"
    plain = enter(bob, address, java_script_enabled=False)
    plain.get_by_role("link", name="10 minutes after “One” on News.").click()
    expect(plain.locator("main")).to_contain_text("10 minutes after “One” on News.")
    plain.get_by_role("button", name=re.compile("Move to .*10:30")).click()
    expect(plain.locator("main")).to_contain_text("10:30")
    assert (
        timezone.localtime(Post.objects.get(title="Other").planned_at, pair[0].team.zone).hour == 10
    )
    plan(pair[1], day, 40)
    page = enter(bob, address)
    row = page.locator(f"#row-{pair[1].pk}")
    said = row.get_by_role("link", name="10 minutes after “One” on News.")
    row.locator(".post-line__act").focus()
    page.keyboard.press("Tab")
    expect(said).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="Move post")).to_contain_text("10 minutes after")
    phone = enter(bob, address, **PHONE)
    expect(phone.get_by_text("10 minutes before “Other” on News.")).to_be_visible()
    assert fits(phone)
    phone.get_by_role("link", name="10 minutes after “One” on News.").tap()
    part(phone)
    expect(phone.locator(".post-line__noted")).to_have_count(0)


def test_month_on_a_phone(enter, bob, pair, day):
    page = enter(bob, f"/t/tidewater/calendar/?month={day:%Y-%m}&day={day}", **PHONE)
    agenda = page.locator("#agenda")
    expect(agenda.locator(".post-chip__flag")).to_have_count(2)
    agenda.get_by_role("link", name=SAID).tap()
    part(page)
    expect(agenda.get_by_role("region", name="Conflicts")).to_have_count(0)
    assert fits(page)


@pytest.mark.parametrize("view", ["month", "week", "day"])
def test_free_slots_by_keyboard(enter, bob, channel, slots, day, view):
    place = "" if view == "month" else f"{view}/"
    when = f"{day:%Y-%m}" if view == "month" else day
    page = enter(bob, f"/t/tidewater/calendar/{place}?{view}={when}")
    expect(page.locator(".free")).to_have_count(0)
    page.get_by_role("link", name="Free slots", exact=True).focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**free=1")
    expect(page.get_by_role("link", name="Free slots", exact=True)).to_have_attribute(
        "aria-current", "true"
    )
    there = page.locator(f"#day-{day}" if view == "month" else f"#hour-{day}-14")
    slot = there.get_by_role("link", name=re.compile("Write for a free slot: ?14:00.*News"))
    slot.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/posts/new/**")
    expect(page.locator("input[name=time]")).to_have_value("14:00")
    assert f"channel={channel.pk}" in page.url


def test_free_slots_on_a_phone_and_without_scripts(enter, bob, slots, day):
    page = enter(
        bob,
        f"/t/tidewater/calendar/?month={day:%Y-%m}&day={day}",
        **PHONE,
        java_script_enabled=False,
    )
    page.get_by_role("button", name="Filters").tap()
    page.get_by_role("link", name="Free slots", exact=True).tap()
    page.wait_for_url("**free=1")
    assert f"day={day}" in page.url
    expect(page.locator("#agenda .free")).to_have_count(2)
    assert fits(page)
    page.locator("#agenda .free a").first.tap()
    page.wait_for_url("**/posts/new/**")


def test_a_slot_that_is_taken_meanwhile_goes(enter, alice, bob, team, channel, slots, day):
    page = enter(bob, f"/t/tidewater/calendar/week/?week={day}&free=1")
    hour = page.locator(f"#hour-{day}-14")
    expect(hour.locator(".free")).to_have_count(1)
    post = PostFactory(team=team, author=alice, title="Taken", channels=[channel])
    at = datetime.combine(day, time(14), tzinfo=team.zone)
    schedule.plan(post=post, at=from_utc(at, team.time_zone), by=alice)
    expect(hour).to_contain_text("Taken", timeout=3000)
    expect(hour.locator(".free")).to_have_count(0)
