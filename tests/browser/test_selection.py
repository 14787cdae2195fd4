"""Choosing posts and acting on all of them: by mouse and keys, by touch, and without script."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from posts.models import Post
from posts.services import schedule
from posts.times import from_utc
from tests.chromium import sign_in
from tests.factories.posts import PostFactory
from tests.factories.publishers import ChannelFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BOARD = "/t/tidewater/board/"
TOLD = "document.documentElement.style.getPropertyValue('--bar-height')"
AS_HIGH = f"{TOLD} === document.querySelector('#selection').offsetHeight + 'px'"


@pytest.fixture
def posts(team, bob):
    """Three at the same hour of one day; what was written last stands first on the board."""
    channel, at = ChannelFactory(team=team), timezone.now() + timedelta(days=1)
    made = [
        PostFactory(team=team, author=bob, title=f"Buoy {n}", channels=[channel]) for n in range(3)
    ]
    for n, post in enumerate(made):
        moment = from_utc(at.replace(minute=n, second=0, microsecond=0), "Europe/Lisbon")
        schedule.plan(post=post, at=moment, by=bob)
    return made


def count(page):
    return page.locator("#selection [data-count]")


def titles():
    tagged = Post.objects.filter(tags__name="sea").order_by("title")
    return list(tagged.values_list("title", flat=True))


def test_by_mouse_and_keys_on_the_board(enter, alice, bob, posts):
    page, theirs = enter(bob, BOARD), enter(alice, BOARD)
    assert page.evaluate(TOLD) == ""
    card = [page.locator(f"#card-{post.pk}") for post in posts]
    expect(page.locator("#selection")).to_be_hidden()
    card[2].hover()
    card[2].locator(".post-pick").click()
    expect(count(page)).to_have_text("1 chosen")
    page.wait_for_function(AS_HIGH)
    card[0].locator(".post-card__link").click(modifiers=["Shift"])
    expect(count(page)).to_have_text("3 chosen")
    card[1].locator(".post-card__link").click(modifiers=["Control"])
    expect(count(page)).to_have_text("2 chosen")
    page.locator(f"#card-link-{posts[0].pk}").focus()
    page.keyboard.press("x")
    expect(count(page)).to_have_text("1 chosen")
    page.keyboard.press("Escape")
    expect(page.locator("#selection")).to_be_hidden()
    page.keyboard.press("x")
    page.locator(f"#card-link-{posts[1].pk}").focus()
    page.keyboard.press("Shift+X")
    expect(count(page)).to_have_text("2 chosen")

    # What is chosen stays so when somebody else changes the board.
    theirs.goto(f"{BOARD}posts/{posts[1].pk}/move/")
    theirs.get_by_role("button", name="Ideas").click()
    expect(page.locator("#column-idea")).to_contain_text("Buoy 1")
    expect(card[1].locator(".post-pick input")).to_be_checked()

    page.locator("#chosen-more").click()
    page.locator("#chosen-tags").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Tags").fill("sea")
    dialog.get_by_label("Tags").press("Tab")
    expect(dialog.locator(".sweep__line")).to_have_count(2)
    dialog.get_by_role("button", name="Change the tags").click()
    expect(page.locator(".toast")).to_contain_text("2 posts have other tags now.")
    expect(dialog).to_be_hidden()
    expect(page.locator("#selection")).to_be_hidden()
    assert titles() == ["Buoy 0", "Buoy 1"]
    page.locator(".toast").get_by_role("button", name="Undo").click()
    expect(page.locator(".toast").last).to_contain_text("2 posts are as they were.")
    assert titles() == []


def test_by_touch_in_the_month(enter, bob, posts):
    page = enter(bob, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    day = timezone.localdate(Post.objects.get(pk=posts[0].pk).planned_at)
    page.goto(f"/t/tidewater/calendar/?day={day:%Y-%m-%d}")
    rows = page.locator("#agenda .post-row")
    expect(rows).to_have_count(3)
    page.get_by_role("button", name="Select posts").tap()
    rows.nth(0).tap()
    rows.nth(2).tap()
    expect(count(page)).to_have_text("2 chosen")
    assert "/calendar/" in page.url
    for act in ("move", "shift", "submit", "approve", "more", "none"):
        box = page.locator(f"#chosen-{act}").bounding_box()
        assert box["x"] >= 8
        assert box["x"] + box["width"] <= 382
        assert box["height"] >= 44
    # A phone that is turned: the bar wraps otherwise, and what is said stays above it.
    page.set_viewport_size({"width": 844, "height": 390})
    page.wait_for_function(AS_HIGH)
    page.set_viewport_size({"width": 390, "height": 844})
    page.wait_for_function(AS_HIGH)
    page.locator("#chosen-shift").tap()
    dialog = page.get_by_role("dialog")
    expect(dialog.locator(".sweep__line")).to_have_count(2)
    dialog.get_by_label("Days").fill("3")
    dialog.get_by_label("Days").press("Tab")
    expect(dialog.locator(".sweep__line").first).to_contain_text(f"{day + timedelta(3):%-d %b}")
    dialog.get_by_role("button", name=re.compile("^Shift")).tap()
    expect(page.locator(".toast")).to_contain_text("2 posts have moved.")
    expect(rows).to_have_count(1)
    expect(page.get_by_role("button", name="Select posts")).to_have_attribute(
        "aria-pressed", "false"
    )


def test_the_list_without_script(web, person, bob, posts):
    page = person(web.address, java_script_enabled=False)
    sign_in(page, "bob@demo.test")
    page.goto("/t/tidewater/calendar/list/?q=Buoy")
    expect(page.locator("#selection")).to_be_hidden()
    for post in posts[:2]:
        page.locator(f"#row-{post.pk} .post-pick input").check()
    page.get_by_role("button", name="Shift").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Shift by days and hours")
    page.get_by_label("Days").fill("2")
    page.get_by_role("button", name="Show what changes").click()
    expect(page.locator(".sweep__line")).to_have_count(2)
    page.get_by_role("button", name=re.compile("^Shift")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("2 posts have moved.")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("body")).to_contain_text("2 posts are as they were.")
    assert page.url.endswith("/calendar/list/?q=Buoy")
    assert Post.objects.filter(planned_at__lt=timezone.now() + timedelta(days=2)).count() == 3
