"""Best times and holidays in a browser: by mouse, by keyboard, on a phone, without scripts."""

import re
from datetime import datetime, time, timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import expect

from posts.models import Post
from posts.services import schedule
from posts.times import from_utc
from tests.factories.posts import PostFactory
from tests.factories.publishers import ChannelFactory
from tests.factories.reception import ReceptionFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
NEW = "/t/tidewater/posts/new/"


@pytest.fixture
def channel(team):
    return ChannelFactory(team=team, name="News")


@pytest.fixture
def monday():
    """Of a week of which nothing has passed yet."""
    today = timezone.localdate()
    return today + timedelta(days=14 - today.weekday())


@pytest.fixture
def known(team, bob, channel):
    """Twenty-four posts of the last weeks, best on Tuesdays at ten."""
    now = timezone.now().astimezone(team.zone)
    tuesday = (now - timedelta(days=now.weekday() + 6)).replace(hour=10, minute=5)
    for number in range(24):
        shift = timedelta(weeks=number % 4) + (timedelta(hours=5) if number % 3 else timedelta())
        ReceptionFactory(
            post=PostFactory(team=team, author=bob, stage="done"),
            channel=channel,
            at=tuesday - shift,
            engagements=5 if number % 3 else 60,
        )


def week(monday, *more):
    return f"/t/tidewater/calendar/week/?week={monday}{''.join(more)}"


def hour(page, day, number):
    return page.locator(f"#hour-{day:%Y-%m-%d}-{number:02}")


def test_the_switch_and_what_it_shows(enter, bob, known, monday):
    page = enter(bob, week(monday), bypass_csp=True)
    best = hour(page, monday + timedelta(days=1), 10)
    expect(page.locator("[data-best]")).to_have_count(0)
    switch = page.get_by_role("link", name="Best times")
    switch.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"best=1$"))
    expect(best).to_have_attribute("data-best", "3")
    expect(best).to_have_attribute("title", "Best time")
    expect(page.locator("#best-note")).to_contain_text("From 24 of your posts in the last 90 days.")
    plain = hour(page, monday + timedelta(days=4), 3)
    background = "e => getComputedStyle(e).backgroundColor"
    assert best.evaluate(background) != plain.evaluate(background)
    # Not by colour alone: three strokes, and none.
    strokes = "e => getComputedStyle(e, '::after').width"
    assert best.evaluate(strokes) == "13px"
    assert plain.evaluate("e => getComputedStyle(e, '::after').content") == "none"
    assert not [n["html"][:300] for v in Axe().run(page).response["violations"] for n in v["nodes"]]
    # Filters keep it, and it follows them.
    page.get_by_label("Words in the post").fill("buoy")
    expect(page).to_have_url(re.compile(r"q=buoy&best=1$"))
    expect(best).to_have_attribute("data-best", "3")
    page.get_by_role("link", name="Next week").click()
    expect(page).to_have_url(re.compile(r"best=1$"))
    page.get_by_role("link", name="Best times").click()
    expect(page.locator("[data-best]")).to_have_count(0)
    assert "best" not in page.url


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_stands_in_the_best_hour_can_be_read(enter, team, bob, channel, known, monday, scheme):
    best = monday + timedelta(days=1)
    for minute in range(0, 50, 10):
        post = PostFactory(team=team, author=bob, title=f"At {minute}", channels=[channel])
        at = datetime.combine(best, time(10, minute), team.zone)
        schedule.plan(post=post, at=from_utc(at, team.time_zone), by=bob)
    page = enter(bob, f"{week(monday)}&best=1", bypass_csp=True, color_scheme=scheme)
    expect(hour(page, best, 10)).to_have_attribute("data-best", "3")
    expect(hour(page, best, 10)).to_contain_text("+2 more")
    assert not [n["html"][:300] for v in Axe().run(page).response["violations"] for n in v["nodes"]]


def test_on_a_phone(enter, bob, known, monday):
    page = enter(bob, f"/t/tidewater/calendar/day/?day={monday + timedelta(days=1)}", **PHONE)
    page.get_by_role("button", name="Filters").tap()
    page.get_by_role("link", name="Best times").tap()
    expect(hour(page, monday + timedelta(days=1), 10)).to_have_attribute("data-best", "3")
    expect(page.locator("#best-note")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_without_scripts(enter, bob, known, monday):
    page = enter(bob, week(monday), java_script_enabled=False)
    page.get_by_role("link", name="Best times").click()
    expect(hour(page, monday + timedelta(days=1), 10)).to_have_attribute("data-best", "3")
    page.get_by_role("link", name="Best times").click()
    expect(page.locator("[data-best]")).to_have_count(0)
    page.goto(NEW)
    page.get_by_text("Pick a time").click()
    page.get_by_role("link", name="Good times").click()
    page.locator(".times a").first.click()
    expect(page.locator("#time")).to_have_value(re.compile(r"\d\d:\d\d"))


def test_a_good_time_fills_the_form(enter, bob, channel):
    page = enter(bob, NEW, bypass_csp=True)
    page.get_by_label("Text for all channels").fill("Forty buoys")
    page.get_by_text("Pick a time").click()
    times = page.get_by_role("group", name="Next good times").get_by_role("button")
    expect(times).to_have_count(3)
    assert not Axe().run(page, context="drum-times").response["violations"]
    times.nth(1).focus()
    page.keyboard.press("Space")
    expect(times.nth(1)).to_have_attribute("aria-pressed", "true")
    day, time = (times.nth(1).get_attribute(f"data-{name}") for name in ("date", "time"))
    expect(page.locator("#date")).to_have_value(day)
    expect(page.locator("#time")).to_have_value(time)
    expect(page.locator("#saved")).to_contain_text("Saved", timeout=8000)
    planned = Post.objects.get().planned_at.astimezone(channel.team.zone)
    assert f"{planned:%Y-%m-%d %H:%M}" == f"{day} {time}"
    times.nth(0).click()
    expect(times.nth(1)).to_have_attribute("aria-pressed", "false")


def test_good_times_on_a_phone(enter, bob, channel):
    page = enter(bob, NEW, **PHONE)
    page.get_by_text("Pick a time").tap()
    times = page.get_by_role("group", name="Next good times").get_by_role("button")
    expect(times).to_have_count(3)
    assert all(box["height"] >= 36 for box in (times.nth(n).bounding_box() for n in range(3)))
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_holidays_are_chosen_and_shown(enter, alice, team):
    alice.language = "de"
    alice.save(update_fields=["language"])
    page = enter(alice, "/t/tidewater/settings/", locale="de-DE")
    country = page.locator("#id_holiday_country")
    # The browser knows the names of countries in the language of the page.
    expect(country.locator("option[value=DE]")).to_have_text("Deutschland")
    expect(page.locator("#holiday-region")).to_be_hidden()
    country.select_option("DE")
    page.locator("#id_holiday_region").select_option("BY")
    page.locator("form", has=country).get_by_role("button").click()
    expect(page.locator(".toast")).to_be_visible()
    expect(country).to_have_value("DE")
    expect(page.locator("#id_holiday_region")).to_have_value("BY")
    page.goto("/t/tidewater/calendar/?month=2026-01")
    expect(page.locator("#day-2026-01-06 .holiday")).to_contain_text("Heilige Drei Könige")
    page.goto("/t/tidewater/calendar/week/?week=2026-01-06")
    expect(page.locator("#head-2026-01-06 .holiday")).to_be_visible()
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/t/tidewater/calendar/day/?day=2026-01-06")
    expect(page.locator(".page-head .holiday")).to_contain_text("Heilige Drei Könige")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.goto("/t/tidewater/calendar/?month=2026-01&day=2026-01-06")
    expect(page.locator("#agenda-title .holiday")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
