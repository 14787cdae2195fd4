"""Theme, density, language and zone, and the help sheet: by mouse, keys, finger, no script."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from posts.services import schedule
from posts.times import from_utc
from tests.browser.hands import PHONE, go, press, tap, whole
from tests.factories.posts import PostFactory
from tests.processes import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BOARD, LIST, PROFILE = "/t/tidewater/board/", "/t/tidewater/calendar/list/", "/you/"


def theme(page, kept=""):
    return expect(page.locator("html")).to_have_attribute("data-theme", kept)


def height(row):
    # A live reading may be replacing it just now.
    return wait_until(row.bounding_box, 5, "the row")["height"]


def test_the_theme_is_switched_and_kept(enter, bob, team):
    page = enter(bob, BOARD, color_scheme="light")
    ground = "getComputedStyle(document.documentElement).backgroundColor"
    light = page.evaluate(ground)
    page.get_by_role("button", name=re.compile("^Your account")).click()
    with page.expect_response("**/you/theme/"):
        page.get_by_role("button", name="Switch theme").click()
    theme(page, "dark")
    assert page.evaluate(ground) != light
    page.reload()
    theme(page, "dark")
    # Of the account: another browser has it, too. There by keys.
    other = enter(bob, BOARD, color_scheme="light")
    theme(other, "dark")
    press(other, other.get_by_role("button", name=re.compile("^Your account")), by="Shift+Tab")
    with other.expect_response("**/you/theme/"):
        press(other, other.get_by_role("button", name="Switch theme"))
    theme(other, "light")

    phone = enter(bob, BOARD, **PHONE)
    theme(phone, "light")
    tap(phone.get_by_role("button", name=re.compile("^Your account")))
    with phone.expect_response("**/you/theme/"):
        tap(phone.get_by_role("button", name="Switch theme"))
    theme(phone, "dark")

    plain = enter(bob, BOARD, java_script_enabled=False)
    plain.get_by_role("button", name=re.compile("^Your account")).click()
    plain.get_by_role("button", name="Switch theme").click()
    theme(plain, "light")
    bob.refresh_from_db()
    assert bob.theme == "light"


def test_language_zone_and_density(enter, bob, team):
    at = (timezone.localtime(timezone=team.zone) + timedelta(days=2)).replace(hour=12, minute=0)
    post = PostFactory(team=team, author=bob, title="Forty buoys")
    noon = datetime.combine(at.date(), at.time(), tzinfo=team.zone).replace(second=0, microsecond=0)
    schedule.plan(post=post, at=from_utc(noon, team.time_zone), by=bob)
    page = enter(bob, LIST)
    row = page.locator(f"#row-{post.pk}")
    expect(row).to_contain_text("12:00")
    tall = height(row)
    page.goto(PROFILE)
    go(page, page.get_by_label("Language"))
    page.keyboard.type("Deu")
    go(page, page.get_by_label("Show times in"))
    page.keyboard.type("Asia/Tokyo")
    go(page, page.get_by_label("Density"))
    page.keyboard.type("Com")
    press(page, page.get_by_role("button", name="Save", exact=True))
    expect(page.locator("html")).to_have_attribute("lang", "de")
    page.goto(LIST)
    expect(page.locator("html")).to_have_attribute("data-density", "compact")
    bob.refresh_from_db()
    assert (bob.language, bob.time_zone, bob.density) == ("de", "Asia/Tokyo", "compact")
    there = noon.astimezone(ZoneInfo("Asia/Tokyo"))
    expect(row).to_contain_text(f"{there:%H:%M}")
    assert height(row) < tall

    phone = enter(bob, PROFILE, **PHONE)
    phone.get_by_label("Sprache").select_option("en")
    tap(phone.get_by_role("button", name="Speichern"))
    expect(phone.locator("html")).to_have_attribute("lang", "en")
    whole(phone)
    plain = enter(bob, PROFILE, java_script_enabled=False)
    plain.get_by_label("Show times in").fill("Nowhere/Land")
    plain.get_by_role("button", name="Save", exact=True).click()
    expect(plain.get_by_label("Show times in")).to_have_attribute("aria-invalid", "true")
    plain.get_by_label("Show times in").fill("")
    plain.get_by_role("button", name="Save", exact=True).click()
    plain.goto(LIST)
    expect(plain.locator(f"#row-{post.pk}")).to_contain_text("12:00")
    # By mouse what the keys chose is taken back.
    page.goto(PROFILE)
    page.get_by_label("Language").select_option("de")
    page.get_by_label("Density").select_option("")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("html")).to_have_attribute("lang", "de")
    expect(page.locator("html")).not_to_have_attribute("data-density", "compact")
    page.get_by_label("Zeiten anzeigen in").fill("Asia/Tokyo")
    page.get_by_role("button", name="Speichern").click()
    expect(page.locator(".toast").last).to_be_visible()
    bob.refresh_from_db()
    assert (bob.language, bob.time_zone, bob.density) == ("de", "Asia/Tokyo", "")


def test_the_help_sheet_by_mouse_and_what_it_says_is_so(enter, bob, team):
    page = enter(bob, BOARD)
    sheet = page.get_by_role("dialog", name="Keyboard shortcuts")
    page.get_by_role("button", name="Keyboard shortcuts").first.click()
    expect(sheet).to_contain_text("Go to the calendar")
    # A letter is none while the sheet is open.
    page.keyboard.press("c")
    expect(sheet).to_be_visible()
    page.mouse.click(5, 5)
    expect(sheet).to_be_hidden()
    for key, place in (
        ("c", "calendar/"),
        ("m", "library/"),
        ("t", "templates/"),
        ("r", "review/"),
    ):
        page.keyboard.press("g")
        page.keyboard.press(key)
        page.wait_for_url(f"**/t/tidewater/{place}")
        page.wait_for_load_state()
