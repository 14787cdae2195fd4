"""Everything that is read or decided works by plain links and forms."""

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from approvals.models import Decision
from approvals.services.ask import ask
from notifications.models import Message
from notifications.sealing import unseal
from posts.states import Stage
from tests.browser.pages import STOPS
from tests.chromium import sign_in
from tests.factories.approvals import ReviewerFactory, StageFactory
from tests.factories.posts import PostFactory
from tests.factories.publishers import ChannelFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PLAIN = {"java_script_enabled": False}
# What is pressed and does nothing: a button that neither sends a form nor opens what is there.
DEAD = """() => [...document.querySelectorAll("button[type=button]:not([popovertarget])")]
  .filter((e) => e.checkVisibility() && !e.disabled)
  .slice(0, 4).map((e) => e.outerHTML.slice(0, 110))"""


def test_every_page_is_read(world, web, person):
    page = person(web.address, **PLAIN)
    sign_in(page, "alice@demo.test")
    dead = {}
    for stop in STOPS:
        if stop.who != "alice" or not stop.at:
            continue
        path = stop.at(world)
        response = page.goto(path)
        heading = page.locator("h1").first
        # The styleguide shows buttons for their looks.
        idle = [] if stop.name == "ui:styleguide" else page.evaluate(DEAD)
        if response.status != stop.status or not heading.count() or idle:
            dead[path] = (response.status, heading.count(), idle)
    assert not dead


def test_sign_in_ask_approve_and_move(web, person, team, alice, bob):
    stage = StageFactory(workflow__team=team)
    ReviewerFactory(stage=stage, outside=True)
    post = PostFactory(
        team=team, author=bob, title="Forty buoys", channels=[ChannelFactory(team=team)]
    )
    page = person(web.address, **PLAIN)
    sign_in(page, "bob@demo.test")
    page.goto("/t/tidewater/board/")
    page.get_by_role("link", name="Move Forty buoys to another stage").click()
    expect(page.locator("main")).to_contain_text("Only a review approves a post.")
    page.get_by_role("button", name="In review").click()
    expect(page.locator("#column-review")).to_contain_text("Forty buoys")

    link = unseal(Message.objects.get(kind="review_asked").sealed)["link"]
    ruth = person(web.address, **PLAIN)
    ruth.goto(urlsplit(link).path)
    ruth.get_by_role("button", name="Approve").click()
    expect(ruth.get_by_role("heading", name=re.compile("Approved"))).to_be_visible()

    page.goto("/t/tidewater/calendar/")
    page.get_by_role("link", name="Choose a day for Forty buoys").click()
    day = timezone.localdate() + timedelta(days=3)
    page.get_by_label("Day").fill("2020-01-01")
    page.get_by_role("button", name="Move").click()
    expect(page.get_by_role("alert")).to_contain_text("has passed")
    page.get_by_label("Day").fill(f"{day:%Y-%m-%d}")
    page.get_by_label("Time").fill("16:45")
    page.get_by_role("button", name="Move").click()
    expect(page.locator(f"#day-{day:%Y-%m-%d}")).to_contain_text("16:45")
    page.get_by_role("link", name="Move 16:45, Forty buoys").first.click()
    page.get_by_label("Day").fill("")
    page.get_by_role("button", name="Move").click()
    expect(page.locator("#drawer-list")).to_contain_text("Forty buoys")
    post.refresh_from_db()
    assert (post.stage, post.planned_at) == (Stage.APPROVED, None)


def test_a_link_scanner_that_runs_scripts_decides_nothing(web, person, team, bob):
    """It asks by HEAD and GET, loads ahead, runs the page, goes where it is led; no more."""
    ReviewerFactory(stage=StageFactory(workflow__team=team), outside=True)
    post = PostFactory(team=team, author=bob, channels=[ChannelFactory(team=team)])
    review = ask(post=post, by=bob)
    link = urlsplit(unseal(Message.objects.get(kind="review_asked").sealed)["link"]).path
    scanner = person(web.address)
    for _ in range(2):
        assert scanner.request.head(link).ok
        assert scanner.request.get(link, headers={"Sec-Purpose": "prefetch"}).ok
        scanner.goto(link)
        scanner.wait_for_load_state("networkidle")
        expect(scanner.get_by_role("button", name="Approve")).to_be_visible()
    assert not Decision.objects.exists()
    post.refresh_from_db()
    assert (post.stage, review.requests.get().used_at) == (Stage.IN_REVIEW, None)
    ruth = person(web.address)
    ruth.goto(link)
    several_links_are_open(ruth, post)
    ruth.get_by_role("button", name="Approve").click()
    expect(ruth.get_by_role("heading", name=re.compile("Approved"))).to_be_visible()
    assert Decision.objects.get().review == review


def several_links_are_open(page, post):
    """Another is opened in the same browser; the first page stays as good as it was."""
    first = page.url
    other = PostFactory(team=post.team, author=post.author, channels=[*post.channels.all()])
    ask(post=other, by=post.author)
    told = Message.objects.filter(kind="review_asked").latest("pk")
    page.goto(urlsplit(unseal(told.sealed)["link"]).path)
    assert page.url != first
    page.goto(first)


def test_changes_are_asked_for_and_the_menu_is_reached(web, person, team, alice, bob):
    post = PostFactory(
        team=team, author=bob, title="Forty buoys", channels=[ChannelFactory(team=team)]
    )
    page = person(web.address, **PLAIN)
    sign_in(page, "bob@demo.test")
    page.goto(f"/t/tidewater/posts/{post.pk}/")
    page.get_by_role("button", name="Send for review").first.click()
    owner = person(web.address, **PLAIN)
    sign_in(owner, "alice@demo.test")
    owner.goto("/t/tidewater/review/")
    owner.get_by_role("link", name="Forty buoys").click()
    owner.locator("summary", has_text="Request changes").click()
    owner.get_by_role("button", name="Send this request").click()
    expect(owner.get_by_role("alert")).to_be_visible()
    owner.get_by_label("What should change?").fill("Say how many are new.")
    owner.get_by_role("button", name="Send this request").click()
    page.goto("/t/tidewater/board/")
    expect(page.locator("#column-review")).to_contain_text("Changes requested")
    page.goto(f"/t/tidewater/posts/{post.pk}/")
    expect(page.locator("main")).to_contain_text("Say how many are new.")
