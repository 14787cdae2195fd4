"""Filtering with boxes, chips and words; what changes meanwhile; and keeping a view."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from calendar_app.models import SavedView
from posts.services import schedule
from posts.times import from_utc
from tests.factories.posts import PostFactory, TagFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MONTH, BOARD = "/t/tidewater/calendar/", "/t/tidewater/board/"
WEEK = "/t/tidewater/calendar/week/"
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
# What is in the bar: whether on one line, and which words are cut off.
BAR = """() => {
  const line = document.querySelectorAll(".filters__line :is(.filter, .search)");
  const all = [...line].filter((e) => e.checkVisibility());
  const boxes = all.map((e) => e.getBoundingClientRect());
  const out = (e, n) => e.scrollWidth > e.clientWidth + 1 || boxes[n].right > innerWidth;
  const middles = boxes.map((b) => (b.top + b.bottom) / 2);
  const spread = Math.max(...middles) - Math.min(...middles);
  return [spread < 4, all.filter(out).map((e) => e.textContent)];
}"""


@pytest.fixture
def posts(team, alice, bob):
    mine = PostFactory(team=team, author=bob, title="Forty buoys")
    mine.tags.add(TagFactory(team=team, name="tide-api"))
    other = PostFactory(team=team, author=alice, title="Quiet gauges")
    for post in (mine, other):
        at = from_utc(timezone.now() + timedelta(hours=1), team.time_zone)
        schedule.plan(post=post, at=at, by=bob)
    return mine, other


def test_boxes_chips_and_words(enter, bob, posts):
    page = enter(bob, MONTH)
    expect(page.locator("#calendar")).to_contain_text("Quiet gauges")
    page.locator("#filter-tag").click()
    page.get_by_label("tide-api").check()
    expect(page.locator("#calendar")).not_to_contain_text("Quiet gauges")
    expect(page.locator("#calendar")).to_contain_text("Forty buoys")
    # The menu stays open for another tick, and its button counts.
    expect(page.get_by_label("tide-api")).to_be_visible()
    expect(page.locator("#filter-tag [data-count]")).to_have_text("1")
    assert "tag=" in page.url
    assert "q=" not in page.url
    page.keyboard.press("Escape")
    page.locator("#filter-chips .chip").click()
    expect(page.locator("#calendar")).to_contain_text("Quiet gauges")
    assert "tag=" not in page.url
    page.locator("#filter-q").fill("gaug")
    expect(page.locator("#calendar")).not_to_contain_text("Forty buoys")
    page.go_back()
    expect(page.locator("#calendar")).to_contain_text("Forty buoys")
    page.locator("#calendar .post-chip__link", has_text="Forty buoys").click()
    page.wait_for_url(f"**/posts/{posts[0].pk}/**")


@pytest.mark.parametrize("language", ["", "de"])
def test_one_line_and_nothing_cut_off(enter, bob, posts, language):
    bob.language = language
    bob.save(update_fields=["language"])
    page = enter(bob)
    asked = f"author={bob.pk}&assignee={bob.pk}&status=draft&status=idea&platform=x"
    for address in (f"{WEEK}?{asked}&free=1&best=1", f"{BOARD}?{asked}"):
        page.goto(address)
        for width in (1440, 1280, 1024, 768, 390):
            page.set_viewport_size({"width": width, "height": 844})
            page.evaluate("document.fonts.ready")
            assert page.evaluate(BAR) == [True, []], (address, width)


def test_filters_on_a_phone(enter, bob, posts):
    page = enter(bob, MONTH, **PHONE)
    every = page.get_by_role("button", name="Filters")
    expect(page.locator("#filter-tag")).to_be_hidden()
    every.tap()
    page.locator("#filter-tag").tap()
    page.get_by_label("tide-api").tap()
    expect(page.locator("#filter-all [data-count]")).to_have_text("1")
    expect(page).to_have_url(re.compile("tag="))
    page.get_by_role("button", name="Back, Tag").tap()
    expect(page.get_by_label("tide-api")).to_be_hidden()
    expect(page.locator("#filter-tag [data-count]")).to_have_text("1")
    page.get_by_role("button", name="Done").tap()
    expect(page.locator("#filter-tag")).to_be_hidden()
    page.reload()
    expect(page.locator("#filter-all [data-count]")).to_have_text("1")
    page.locator("#filter-chips .chip").tap()
    expect(page.locator("#filter-all [data-count]")).to_have_text("")
    expect(page).not_to_have_url(re.compile("tag="))


def test_filters_on_a_phone_by_keys_and_without_scripts(enter, bob, posts):
    page = enter(bob, f"{MONTH}?free=1", **PHONE, java_script_enabled=False)
    page.get_by_role("button", name="Filters").focus()
    page.keyboard.press("Enter")
    page.locator("#filter-tag").focus()
    page.keyboard.press("Enter")
    page.get_by_role("link", name="All tags").focus()
    page.keyboard.press("Enter")
    page.get_by_label("tide-api").check()
    page.get_by_role("button", name="Show posts").click()
    expect(page).to_have_url(re.compile(r"tag=\d+.*free=1|free=1.*tag=\d+"))
    expect(page.locator("#filter-all [data-count]")).to_have_text("1")


def test_what_somebody_else_does_is_filtered_too(enter, alice, bob, posts):
    mine, other = posts
    page = enter(bob, f"{BOARD}?author={bob.pk}")
    expect(page.locator("#column-draft .post-card")).to_have_count(1)
    for post in (other, mine):
        theirs = enter(alice, f"{BOARD}posts/{post.pk}/move/")
        theirs.locator("button[data-status=idea]").click()
    expect(page.locator("#column-idea")).to_contain_text("Forty buoys")
    expect(page.locator("#column-idea .post-card")).to_have_count(1)


def test_a_view_is_kept_from_the_menu(enter, bob, posts):
    page = enter(bob, f"{BOARD}?author={bob.pk}&status=draft")
    page.locator("#filter-views").click()
    page.locator("#saved-form").get_by_label("Name").fill("My drafts")
    page.get_by_role("button", name="Save this view").click()
    expect(page.locator(".toast")).to_contain_text("Saved as “My drafts”.")
    view = SavedView.objects.get()
    assert view.query == f"status=draft&author={bob.pk}"
    page.goto(MONTH)
    page.locator("#filter-views").click()
    page.locator("#saved-menu").get_by_role("link", name="My drafts").click()
    page.wait_for_url(f"**{BOARD}?{view.query}")
