"""Posts on the week and the day, by mouse, keyboard and phone, with somebody else looking on."""

import re
from datetime import datetime, time, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from posts.models import Post
from posts.services import schedule
from posts.times import from_utc
from tests.browser.mouse import drag
from tests.factories.posts import PostFactory
from tests.factories.publishers import ChannelFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@pytest.fixture
def channel(team):
    return ChannelFactory(team=team)


@pytest.fixture
def monday():
    """Of a week of which nothing has passed yet."""
    today = timezone.localdate()
    return today + timedelta(days=14 - today.weekday())


@pytest.fixture
def make(team, bob, channel):
    def planned(title, day=None, at=time(11, 30)):
        post = PostFactory(team=team, author=bob, title=title, body=title, channels=[channel])
        if day is not None:
            moment = datetime.combine(day, at, tzinfo=team.zone)
            schedule.plan(post=post, at=from_utc(moment, team.time_zone), by=bob)
            post.refresh_from_db()
        return post

    return planned


@pytest.fixture
def hour(monday):
    """`hour(page, 2, 14)`: two o'clock on Wednesday."""

    def locate(page, weekday, number):
        return page.locator(f"#hour-{monday + timedelta(days=weekday):%Y-%m-%d}-{number:02}")

    return locate


def when(post):
    post.refresh_from_db()
    return timezone.localtime(post.planned_at, post.team.zone).strftime("%a %H:%M")


def test_drag_to_another_hour_and_back(enter, alice, bob, make, monday, hour):
    post, waiting = make("Forty buoys", monday), make("Some day")
    url = f"/t/tidewater/calendar/week/?week={monday}"
    mine, theirs = enter(bob, url), enter(alice, url)
    # It opens in the morning.
    expect(hour(mine, 0, 8)).to_be_in_viewport(ratio=1)
    expect(hour(mine, 0, 6)).not_to_be_in_viewport()
    chip = mine.locator(f"[id^='chip-{post.pk}-']")
    drag(mine, chip, hour(mine, 2, 14))
    expect(mine.locator(".toast")).to_contain_text("Moved to")
    expect(hour(mine, 2, 14)).to_contain_text("14:30")
    expect(hour(mine, 0, 11)).not_to_contain_text("Forty buoys")
    expect(hour(theirs, 2, 14)).to_contain_text("Forty buoys", timeout=2000)
    expect(chip.locator("a.post-chip__link")).to_be_focused()
    assert when(post) == "Wed 14:30"
    mine.get_by_role("button", name="Undo").click()
    expect(hour(mine, 0, 11)).to_contain_text("Forty buoys")
    expect(hour(mine, 2, 14)).not_to_contain_text("Forty buoys")

    drag(mine, mine.locator(f"#draft-{waiting.pk}"), hour(mine, 3, 10))
    expect(hour(mine, 3, 10)).to_contain_text("10:00")
    expect(mine.locator("#drawer-count")).to_have_text("0")
    drag(mine, mine.locator(f"[id^='chip-{waiting.pk}-']"), mine.locator("#drawer-list"))
    expect(mine.locator("#drawer-list")).to_contain_text("Some day")
    expect(hour(mine, 3, 10)).not_to_contain_text("Some day")

    gone = monday - timedelta(days=21)
    mine.goto(f"/t/tidewater/calendar/week/?week={gone}")
    passed = mine.locator(f"#hour-{gone}-10")
    drag(mine, mine.locator(f"#draft-{waiting.pk}"), passed)
    expect(mine.locator(".toast")).to_contain_text("has passed")
    expect(passed).not_to_contain_text("Some day")
    expect(mine.locator(f"#draft-{waiting.pk}")).to_have_count(1)
    expect(mine.locator("[aria-busy=true], .is-target, .is-moving")).to_have_count(0)


def test_by_keyboard_alone(enter, bob, make, monday, hour):
    post = make("Forty buoys", monday)
    page = enter(bob, f"/t/tidewater/calendar/week/?week={monday}")
    page.locator("#drawer-open").evaluate("e => e.blur()")
    expect(page.locator('.hours [tabindex="0"]:not(.hour, .hour a)')).to_have_count(0)
    hour(page, 0, 8).focus()
    for _ in range(3):
        page.keyboard.press("ArrowDown")
    expect(hour(page, 0, 11)).to_be_focused()
    expect(page.locator('.hour[tabindex="0"]')).to_have_count(1)
    page.keyboard.press("Tab")
    link = page.locator(f"[id^='chip-link-{post.pk}-']")
    expect(link).to_be_focused()
    page.keyboard.press("m")
    expect(page.locator(".toast")).to_contain_text("Picked up.")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("PageDown")
    expect(hour(page, 1, 17)).to_have_class(re.compile("is-target"))
    expect(page.locator("drum-carry")).to_contain_text("17:00")
    page.keyboard.press("Escape")
    expect(hour(page, 0, 11)).to_contain_text("Forty buoys")
    expect(link).to_be_focused()
    page.keyboard.press("m")
    for key in ("End", "ArrowUp", "ArrowUp", "ArrowRight", "Enter"):
        page.keyboard.press(key)
    expect(hour(page, 6, 9)).to_contain_text("09:30")
    expect(link).to_be_focused()
    assert when(post) == "Sun 09:30"
    page.keyboard.press("Home")
    expect(hour(page, 0, 9)).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/posts/new/?at={monday}T09:00")


def test_the_day_on_a_phone(enter, alice, bob, make, monday, hour):
    post, other = make("Forty buoys", monday), make("Arrived meanwhile")
    page = enter(bob, f"/t/tidewater/calendar/day/?day={monday}", **PHONE)
    expect(hour(page, 0, 11)).to_contain_text("Forty buoys")
    box = page.locator("#calendar-days")
    box.evaluate("e => { e.scrollTop += 60 }")
    kept = box.evaluate("e => e.scrollTop")
    moment = datetime.combine(monday, time(13, 15), tzinfo=post.team.zone)
    schedule.plan(post=other, at=from_utc(moment, post.team.time_zone), by=alice)
    expect(hour(page, 0, 13)).to_contain_text("Arrived meanwhile", timeout=3000)
    assert box.evaluate("e => e.scrollTop") == kept
    page.get_by_role("link", name=re.compile("^Move 11:30, Forty")).tap()
    dialog = page.get_by_role("dialog", name="Move post")
    dialog.get_by_label("Time").fill("16:45")
    dialog.get_by_role("button", name="Move").tap()
    expect(hour(page, 0, 16)).to_contain_text("16:45")
    expect(hour(page, 0, 11)).not_to_contain_text("Forty buoys")
    assert when(post) == "Mon 16:45"
    page.locator(".daystrip a").nth(1).tap()
    page.wait_for_url(f"**/day/?day={monday + timedelta(days=1)}")
    assert Post.objects.filter(planned_at=None).count() == 0
