"""The main job with keys alone: every step can be reached by Tab and shows where one is."""

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from notifications.models import Message
from notifications.sealing import unseal
from posts.models import Post
from posts.states import Stage
from tests.browser.hands import RING, go, here, press
from tests.factories.approvals import ReviewerFactory, StageFactory
from tests.factories.posts import PostFactory
from tests.factories.publishers import ChannelFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_whole_job(web, person, team, alice, bob):
    ReviewerFactory(stage=StageFactory(workflow__team=team), outside=True)
    channel = ChannelFactory(team=team)
    page = person(web.address)
    page.goto("/accounts/login/")
    go(page, page.get_by_label("Email"))
    page.keyboard.type("bob@demo.test")
    go(page, page.get_by_label("Password", exact=True), steps=3)
    page.keyboard.type("drumbeat-demo")
    press(page, page.get_by_role("button", name="Sign in"))
    page.wait_for_url("**/t/tidewater/**")

    page.keyboard.press("c")
    page.wait_for_url("**/posts/new/")
    write(page, channel)
    post = Post.objects.get()
    assert post.stage == Stage.IN_REVIEW

    approve(person(web.address))
    move_on_the_calendar(page, post)
    move_on_the_board(page, team, bob)


def write(page, channel):
    # Whoever begins a post writes.
    expect(page.locator("#body")).to_be_focused()
    page.keyboard.type("Forty buoys, one open feed.")
    # The only channel there is takes part from the start.
    go(page, page.locator(f"input[data-pick][value='{channel.pk}']"), "Shift+Tab")
    expect(page.locator("[data-pick]")).to_be_checked()
    go(page, page.get_by_label("Title", exact=True), "Shift+Tab")
    page.keyboard.type("Forty buoys")
    go(page, page.locator("input[name=when]:checked"))
    # Past the next free slot.
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.locator("input[name=when][value=pick]")).to_be_focused()
    due = (timezone.localtime() + timedelta(days=40)).replace(day=9)
    go(page, page.locator("#date"))
    page.keyboard.type(f"{due:%m%d%Y}")
    go(page, page.locator("#time"), steps=5)
    page.keyboard.type("1130AM")
    expect(page.locator("#saved")).to_contain_text("Saved", timeout=8000)
    go(page, page.get_by_role("button", name="Send for review").first, "Shift+Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/posts/\d+/$"))


def approve(page):
    page.goto(urlsplit(unseal(Message.objects.get(kind="review_asked").sealed)["link"]).path)
    press(page, page.get_by_role("button", name="Approve"))
    expect(page.get_by_role("heading", name=re.compile("Approved"))).to_be_visible()


def move_on_the_calendar(page, post):
    post.refresh_from_db()
    planned = timezone.localtime(post.planned_at, post.team.zone)
    page.keyboard.press("g")
    page.keyboard.press("c")
    page.wait_for_url("**/calendar/**")
    months = (
        planned.month - timezone.localdate().month + 12 * (planned.year - timezone.localdate().year)
    )
    for _ in range(months):
        press(page, page.get_by_role("link", name="Next month"))
        page.wait_for_url("**?month=**")
        page.wait_for_load_state()
    link = page.locator(f"[id^='chip-link-{post.pk}-']")
    go(page, link)
    page.keyboard.press("m")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    assert page.evaluate(RING), here(page)
    page.keyboard.press("Enter")
    expect(page.locator(".toast").last).to_contain_text("Moved to")
    expect(link).to_be_focused()
    post.refresh_from_db()
    assert post.planned_at - planned == timedelta(days=8)


def move_on_the_board(page, team, bob):
    idea = PostFactory(team=team, author=bob, title="Some day", stage=Stage.IDEA)
    page.keyboard.press("g")
    page.keyboard.press("b")
    page.wait_for_url("**/board/")
    go(page, page.locator(f"#card-link-{idea.pk}"))
    page.keyboard.press("m")
    dialog = page.get_by_role("dialog", name="Move post")
    press(page, dialog.get_by_role("button", name="Drafting"))
    expect(page.locator("#column-draft")).to_contain_text("Some day")
    expect(page.locator(f"#card-link-{idea.pk}")).to_be_focused()
    idea.refresh_from_db()
    assert idea.stage == Stage.DRAFTING


def test_skip_link_menus_and_escape(enter, bob, team):
    page = enter(bob, "/t/tidewater/board/")
    go(page, page.get_by_role("link", name="Skip to content"), steps=1)
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_hidden()
    account = page.get_by_role("button", name=re.compile("^Your account"))
    go(page, account, "Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#menu-me")).to_be_visible()
    go(page, page.get_by_role("link", name="Profile"))
    page.keyboard.press("Escape")
    expect(page.locator("#menu-me")).to_be_hidden()
    expect(account).to_be_focused()
