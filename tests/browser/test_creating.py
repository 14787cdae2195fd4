"""A post for a day or an hour, and what is behind "+N more": by mouse, keys, finger, no script."""

import re
from datetime import datetime, time, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from posts.services import schedule
from posts.times import from_utc
from tests.browser.hands import PHONE, go, press, tap, whole
from tests.factories.posts import PostFactory
from tests.factories.publishers import ChannelFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
CALENDAR = "/t/tidewater/calendar/"


@pytest.fixture
def monday():
    """Of a week of which nothing has passed yet."""
    today = timezone.localdate()
    return today + timedelta(days=14 - today.weekday())


@pytest.fixture
def busy(team, bob, monday):
    """Six posts in one hour: more than a day of a month or an hour of a week shows."""
    channel, made = ChannelFactory(team=team), []
    for n in range(6):
        post = PostFactory(team=team, author=bob, title=f"Buoy {n}", channels=[channel])
        moment = datetime.combine(monday, time(11, n), tzinfo=team.zone)
        schedule.plan(post=post, at=from_utc(moment, team.time_zone), by=bob)
        made.append(post)
    return made


def written_for(page, day, hour="09:00"):
    page.wait_for_url(f"**/posts/new/?at={day}T{hour}")
    expect(page.locator("#date")).to_have_value(f"{day}")
    expect(page.locator("#time")).to_have_value(hour)


def test_by_mouse_and_by_keyboard(enter, bob, team, monday, busy):
    month, week = f"{CALENDAR}?month={monday:%Y-%m}", f"{CALENDAR}week/?week={monday}"
    page = enter(bob, month)
    day = page.locator(f"#day-{monday}")
    day.hover()
    day.get_by_role("link", name=f"New post on {monday.day} ").click()
    written_for(page, monday)
    page.goto(week)
    free = monday + timedelta(days=2)
    hour = page.locator(f"#hour-{free}-14")
    hour.hover()
    hour.get_by_role("link", name=re.compile("^New post")).click()
    written_for(page, free, "14:00")

    page.goto(month)
    free = page.locator(f"#day-{monday + timedelta(days=1)}")
    day.focus()
    press(page, day.get_by_role("link", name=f"New post on {monday.day} "))
    written_for(page, monday)
    page.goto(month)
    free.focus()
    page.keyboard.press("Enter")
    written_for(page, monday + timedelta(days=1))
    page.goto(month)
    day.focus()
    press(page, day.get_by_role("link", name=re.compile(r"^\+\d more")))
    page.wait_for_url(f"**day={monday}#agenda")
    agenda = page.locator("#agenda")
    expect(agenda.locator(".post-row")).to_have_count(6)
    press(page, agenda.get_by_role("link", name="Buoy 0", exact=True))
    page.wait_for_url(f"**/posts/{busy[0].pk}/")

    page.goto(week)
    hour = page.locator(f"#hour-{monday}-11")
    hour.focus()
    press(page, hour.get_by_role("link", name=re.compile(r"^\+\d more")))
    page.wait_for_url("**/calendar/day/?**")
    expect(page.locator(f"#hour-{monday}-11 .post-chip")).to_have_count(6)
    page.locator(f"#hour-{monday}-13").focus()
    press(page, page.locator(f"#hour-{monday}-13 .hour__add"))
    written_for(page, monday, "13:00")


def test_with_a_finger_and_without_scripts(enter, bob, team, monday, busy):
    page = enter(bob, f"{CALENDAR}?month={monday:%Y-%m}", **PHONE)
    page.locator(f"#day-{monday} .day__num").tap()
    page.wait_for_url(f"**day={monday}#agenda")
    agenda = page.locator("#agenda")
    expect(agenda.locator(".post-row")).to_have_count(6)
    whole(page)
    tap(agenda.get_by_role("link", name="New post on this day"))
    written_for(page, monday)
    page.goto(f"{CALENDAR}day/?day={monday}")
    free = page.locator(f"#hour-{monday}-13").get_by_role("link", name=re.compile("^New post"))
    tap(free)
    written_for(page, monday, "13:00")

    plain = enter(bob, f"{CALENDAR}?month={monday:%Y-%m}", java_script_enabled=False)
    day = plain.locator(f"#day-{monday}")
    day.get_by_role("link", name=re.compile(r"^\+\d more")).click()
    expect(plain.locator("#agenda .post-row")).to_have_count(6)
    day.hover()
    day.get_by_role("link", name=f"New post on {monday.day} ").click()
    written_for(plain, monday)
    plain.goto(f"{CALENDAR}week/?week={monday}")
    plain.locator(f"#hour-{monday}-11").get_by_role("link", name=re.compile(r"^\+\d more")).click()
    plain.wait_for_url("**/calendar/day/?**")
    go(plain, plain.locator(f"#hour-{monday}-11 .post-chip__link").first, steps=140)
