"""What leads away from the plan: what needs attention, a file, another calendar, and paper."""

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from calendar_app.models import Feed
from posts.services import schedule
from tests.approvals.gating import soon
from tests.browser.deliveries import make, states
from tests.browser.hands import PHONE, press, tap, whole
from tests.factories.posts import PostFactory
from tests.factories.publishers import ChannelFactory

__all__ = ["make"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TEAM = "/t/tidewater"
BOARD, LIST, FEEDS = f"{TEAM}/board/", f"{TEAM}/calendar/list/", f"{TEAM}/calendar/elsewhere/"
PLAIN = {"java_script_enabled": False}
# What one presses and can see.
PRESSED = """() => [...document.querySelectorAll("button, .nav a, input")]
  .filter((e) => e.checkVisibility()).map((e) => e.outerHTML.slice(0, 120))"""
# Where what is planned ends.
ENDS = """() => Math.max(...[...document.querySelectorAll(".day, .hour, .column, .post-line")]
  .filter((e) => e.checkVisibility()).map((e) => e.getBoundingClientRect().bottom + scrollY))"""


@pytest.fixture
def planned(team, bob):
    channel = ChannelFactory(team=team)
    post = PostFactory(team=team, author=bob, title="Forty buoys", channels=[channel])
    return schedule.plan(post=post, at=soon(1), by=bob)


def test_what_needs_attention_says_why_and_leads_to_the_fix(enter, bob, make):
    for title in ("One", "Two", "Three", "Four"):
        make("failed", title)

    def mended(page, title, follow):
        """From the reason on the card to where it is mended; there it is dropped."""
        card = page.locator("#column-attention .post-card", has_text=title)
        expect(card.locator(".post-card__reason")).to_contain_text("It did not work.")
        follow(card.locator(".post-card__reason a"))
        page.wait_for_url("**/deliveries/*/")
        follow(page.get_by_role("button", name="Drop", exact=True))
        page.goto(BOARD)
        expect(page.locator("#column-attention .post-card", has_text=title)).to_have_count(0)
        assert states()[title] == "cancelled"

    page = enter(bob, BOARD)
    expect(page.locator("#column-attention .num").first).to_have_text("4")
    mended(page, "One", lambda target: target.click())
    mended(page, "Two", lambda target: press(page, target))
    phone = enter(bob, BOARD, **PHONE)
    tap(phone.get_by_role("navigation", name="Stages").get_by_role("link", name="Needs attention"))
    mended(phone, "Three", tap)
    whole(phone)
    mended(enter(bob, BOARD, **PLAIN), "Four", lambda target: target.click())


def test_a_calendar_elsewhere_is_given_renewed_and_stopped(enter, bob, planned):
    page, phone, plain = enter(bob, FEEDS), enter(bob, **PHONE), enter(bob, FEEDS, **PLAIN)

    def address(page):
        return page.get_by_label("Address").first.input_value()

    def read(at):
        answer = page.request.get(urlsplit(at).path)
        return answer.text() if answer.ok else answer.status

    page.get_by_role("button", name="Make an address").first.click()
    first = address(page)
    assert "Forty buoys" in read(first)
    press(page, page.get_by_role("button", name="New address"))
    page.wait_for_function("old => document.querySelector('input.mono').value !== old", arg=first)
    second = address(page)
    assert (read(first), "Forty buoys" in read(second)) == (404, True)
    phone.goto(FEEDS)
    whole(phone)
    tap(phone.get_by_role("button", name="New address"))
    expect(phone.get_by_label("Address")).not_to_have_value(second)
    assert (read(second), "Forty buoys" in read(address(phone))) == (404, True)
    tap(phone.get_by_role("button", name="Stop"))
    expect(phone.get_by_label("Address")).to_have_count(0)
    assert not Feed.objects.exists()
    plain.get_by_role("button", name="Make an address").last.click()
    assert "Forty buoys" in read(address(plain))
    plain.get_by_role("button", name="Stop").click()
    assert not Feed.objects.exists()


def test_a_list_is_taken_along_as_a_file(enter, team, bob, planned):
    PostFactory(team=team, author=bob, title="Quiet gauges", body="Calm")

    def took(page, follow, name="As CSV"):
        follow(page.get_by_role("button", name="Import and export"))
        with page.expect_download() as waits:
            follow(page.locator("#bulk").get_by_role("link", name=name))
        return waits.value

    page, asked = enter(bob, f"{BOARD}?q=buoys"), f"{LIST}?q=buoys"
    for view, follow in (
        (page, lambda target: press(page, target)),
        (page, lambda target: target.click()),
        (enter(bob, asked, **PHONE), tap),
        (enter(bob, asked, **PLAIN), lambda target: target.click()),
    ):
        said = took(view, follow).path().read_text(encoding="utf-8-sig")
        assert ("Forty buoys" in said, "Quiet gauges" in said) == (True, False)
    file = took(page, lambda target: target.click(), "For Excel")
    assert re.fullmatch(r".+\.xlsx", file.suggested_filename)
    assert file.path().read_bytes()[:2] == b"PK"


def test_on_paper_is_what_is_planned_and_nothing_to_press(enter, bob, planned):
    page = enter(bob)
    page.emulate_media(media="print")
    day = planned.planned_at.astimezone(planned.team.zone)
    for view in (f"calendar/?month={day:%Y-%m}", f"calendar/week/?week={day:%F}", "board/",
                 f"calendar/day/?day={day:%F}", "calendar/list/"):  # fmt: skip
        page.goto(f"{TEAM}/{view}")
        expect(page.get_by_text("Forty buoys").first).to_be_visible()
        assert page.evaluate(PRESSED) == [], view


@pytest.mark.parametrize(
    ("view", "turned"),
    [("calendar/", True), ("board/", True), ("calendar/day/", False), ("calendar/list/", False)],
)
def test_a_sheet_as_long_as_what_is_planned_is_followed_by_no_empty_one(
    enter, bob, planned, view, turned
):
    page = enter(bob, viewport={"width": 1100 if turned else 700, "height": 600})
    page.emulate_media(media="print")
    page.goto(f"{TEAM}/{view}")
    long = f"{page.evaluate(ENDS) + 8}px"
    size = {"width": long, "height": "1100px"} if turned else {"width": "700px", "height": long}
    assert len(re.findall(rb"/Type /Page\b", page.pdf(**size))) == 1
