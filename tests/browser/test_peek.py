"""A post at a glance beside its chip: for a pointer that rests and for who comes by Tab."""

import re
from datetime import datetime, time, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from posts.services import schedule
from posts.times import from_utc
from tests.browser.examining import ALL, grave
from tests.browser.hands import PHONE, go, tap
from tests.browser.mouse import rest
from tests.factories.posts import PostFactory
from tests.factories.publishers import ChannelFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def monday():
    """Of a week of which nothing has passed yet."""
    today = timezone.localdate()
    return today + timedelta(days=14 - today.weekday())


@pytest.fixture
def planned(team, bob, monday):
    said = {"title": "Forty buoys", "body": "Read the water at last. " * 40}
    post = PostFactory(team=team, author=bob, channels=[ChannelFactory(team=team)], **said)
    moment = datetime.combine(monday, time(11, 30), tzinfo=team.zone)
    schedule.plan(post=post, at=from_utc(moment, team.time_zone), by=bob)
    return post


def clear_of(page, one, other):
    """They do not cover each other, and both can be seen."""
    a, b = one.bounding_box(), other.bounding_box()
    beside = a["x"] + a["width"] <= b["x"] or b["x"] + b["width"] <= a["x"]
    expect(one).to_be_in_viewport(ratio=1)
    return beside or a["y"] + a["height"] <= b["y"] or b["y"] + b["height"] <= a["y"]


def test_in_the_month_by_mouse_and_keyboard(enter, bob, team, planned, monday):
    waiting = PostFactory(team=team, author=bob, title="Some day", body="Not before June.")
    page = enter(bob, f"/t/tidewater/calendar/?month={monday:%Y-%m}", bypass_csp=True)
    rest(page)
    peek = page.get_by_role("tooltip")
    chip = page.locator(f"[id^='chip-{planned.pk}-']")
    link = chip.locator("a.post-chip__link")
    chip.hover()
    expect(peek).to_contain_text("Read the water at last.")
    expect(peek).to_contain_text("11:30")
    assert clear_of(page, peek, chip)
    assert grave(page, ALL, "light") == []
    # It can be pointed at, to read on, and stays.
    peek.hover()
    page.wait_for_timeout(300)
    expect(peek).to_be_visible()
    page.get_by_role("heading", level=1).hover()
    expect(peek).to_be_hidden()

    go(page, link)
    expect(peek).to_contain_text("Read the water at last.")
    expect(link).to_have_attribute("aria-describedby", "peek")
    page.keyboard.press("x")
    expect(peek).to_be_hidden()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    expect(peek).to_be_visible()
    # Away with it, and what is chosen stays chosen.
    page.keyboard.press("Escape")
    expect(peek).to_be_hidden()
    expect(page.locator("#selection [data-count]")).to_have_text("1 chosen")
    expect(link).not_to_have_attribute("aria-describedby", "peek")

    page.locator(f"#draft-{waiting.pk}").hover()
    expect(peek).to_contain_text("Not before June.")
    expect(peek).to_contain_text("No time yet")
    page.mouse.down()
    expect(peek).to_be_hidden()
    page.mouse.up()


def test_over_the_hours_by_keyboard_and_under_a_finger(enter, bob, planned, monday):
    page = enter(bob, f"/t/tidewater/calendar/week/?week={monday}")
    rest(page)
    hour = page.locator(f"#hour-{monday}-11")
    hour.focus()
    page.keyboard.press("Enter")
    peek = page.get_by_role("tooltip")
    expect(peek).to_contain_text("Read the water at last.")
    assert clear_of(page, peek, page.locator(f"[id^='chip-{planned.pk}-']"))
    page.keyboard.press("m")
    expect(page.locator("drum-carry")).to_contain_text("Picked up")
    expect(peek).to_be_hidden()
    page.keyboard.press("Escape")

    phone = enter(bob, f"/t/tidewater/calendar/day/?day={monday}", **PHONE)
    phone.on("request", lambda request: _fail(request.url) if "/peek/" in request.url else None)
    tap(phone.locator(f"[id^='chip-link-{planned.pk}-']"))
    phone.wait_for_url(re.compile(rf"/posts/{planned.pk}/$"))


def _fail(url):
    pytest.fail(f"A finger asked for {url}")
