"""Working through the deliveries: by keys alone, by mouse, without scripts."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from posts.models import Delivery
from publishers.models import Channel
from tests.browser.deliveries import PAGE, PLATFORM, bar_of, box, make, states
from tests.browser.examining import examine
from tests.browser.hands import PHONE, go, tap, whole
from tests.chromium import sign_in
from tests.factories.delivery import channel_of, due_delivery, unknown

__all__ = ["make"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_triage_by_keys_alone(enter, team, alice, bob, make):
    for state, title in (("failed", "One"), ("failed", "Two"), ("missed", "Three")):
        make(state, title)
    page = enter(bob, PAGE)
    bar = page.get_by_role("form", name="The chosen deliveries")
    expect(bar).to_be_hidden()

    go(page, box(page, "Two"))
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    expect(box(page, "One")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(box(page, "Three")).to_be_focused()
    page.keyboard.press("Space")
    expect(bar).to_contain_text("2 chosen")
    page.keyboard.press("Enter")
    expect(bar.get_by_text("2 chosen")).to_be_focused()
    go(page, bar.get_by_role("button", name="Drop"))
    page.keyboard.press("Enter")

    expect(page.locator(".toast").last).to_contain_text("Dropped: 2 deliveries.")
    assert states() == {"One": "failed", "Two": "cancelled", "Three": "cancelled"}
    expect(bar).to_be_hidden()
    page.keyboard.press("Control+z")
    expect(page.locator(".toast").last).to_contain_text("Taken back: 2 deliveries.")
    expect(page.locator("#missed")).to_contain_text("Three")
    assert states() == {"One": "failed", "Two": "failed", "Three": "missed"}


def test_escape_chooses_none_and_the_focus_stays_near(enter, team, bob, make):
    make("failed", "One")
    page = enter(bob, PAGE)
    go(page, box(page, "One"))
    page.keyboard.press("Space")
    page.keyboard.press("Enter")

    go(page, bar_of(page).get_by_text("At another time"))
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(bar_of(page).get_by_label("Day")).to_be_focused()
    page.keyboard.press("Escape")

    expect(bar_of(page).get_by_text("At another time")).to_be_focused()
    expect(box(page, "One")).to_be_checked()
    page.keyboard.press("Escape")

    expect(box(page, "One")).not_to_be_checked()
    expect(box(page, "One")).to_be_focused()


def test_a_question_is_answered_by_keys(enter, team, bob, make):
    make("needs_human", "One")
    page = enter(bob, PAGE)
    row = page.locator(".job", has_text="One")
    expect(row).to_contain_text("and got no answer. It may be live.")

    go(page, row.get_by_role("link", name=re.compile("^Open ")))
    go(page, row.locator("summary"))
    page.keyboard.press("Enter")
    expect(row.locator(".log")).to_be_visible()
    go(page, row.get_by_role("button", name="It is live"))
    page.keyboard.press("Enter")
    expect(row).to_contain_text("Sure? This is noted for good.")
    assert states() == {"One": "needs_human"}
    go(page, row.get_by_role("button", name="Yes, it is live"))
    page.keyboard.press("Enter")

    expect(page.locator(".toast").last).to_contain_text("Noted as live")
    assert states() == {"One": "published"}


def test_a_section_is_chosen_with_one_click(enter, team, bob, make):
    make("failed", "One")
    make("failed", "Two")
    make("missed", "Three")
    page = enter(bob, PAGE)
    bar = page.get_by_role("form", name="The chosen deliveries")

    page.get_by_role("checkbox", name="Choose all of Gave up").check()
    expect(bar).to_contain_text("2 chosen")
    box(page, "One").uncheck()
    expect(bar).to_contain_text("1 chosen")
    bar.get_by_text("At another time").click()
    day = timezone.localdate() + timedelta(days=2)
    bar.get_by_label("Day").fill(f"{day:%Y-%m-%d}")
    bar.get_by_label("Time").fill("10:15")
    bar.get_by_role("button", name="Reschedule").click()

    expect(page.locator("#due")).to_contain_text("Two")
    moved = Delivery.objects.get(post__title="Two")
    assert f"{timezone.localtime(moved.due_at, team.zone):%Y-%m-%d %H:%M}" == f"{day} 10:15"
    page.locator(".toast__act").last.click()
    expect(page.locator("#failed")).to_contain_text("Two")


def test_only_what_can_be_done_is_offered(enter, team, alice, make):
    make("failed", "One")
    make("queued", "Two", seconds=3600)
    page = enter(alice, PAGE)
    bar = page.get_by_role("form", name="The chosen deliveries")

    box(page, "Two").check()
    expect(bar.get_by_role("button", name="Hold the channel")).to_be_visible()
    expect(bar.get_by_role("button", name="Publish now")).to_be_hidden()
    bar.get_by_role("button", name="Hold the channel").click()
    expect(page.locator("#waiting")).to_contain_text("Two")
    assert Channel.objects.filter(paused=True).count() == 1


def test_filters_are_addresses(enter, team, bob, make):
    make("failed", "Forty buoys")
    make("missed", "A tide gauge")
    page = enter(bob, PAGE)

    page.get_by_role("combobox", name="State").select_option("missed")
    expect(page.locator(".job")).to_have_count(1)
    expect(page).to_have_url(re.compile("state=missed"))
    page.get_by_role("combobox", name="State").select_option("")
    page.get_by_label("Search posts").fill("gauge")
    expect(page).to_have_url(re.compile("q=gauge"))
    expect(page.locator(".job", has_text="Forty buoys")).to_have_count(0)
    expect(page.locator(".job", has_text="A tide gauge")).to_have_count(1)
    page.reload()
    expect(page.get_by_label("Search posts")).to_have_value("gauge")
    expect(page.locator(".job")).to_have_count(1)
    page.get_by_role("link", name=re.compile("^Needs a decision")).click()
    expect(page.locator(".job")).to_have_count(2)


def test_with_a_finger(enter, team, bob, make):
    make("failed", "One")
    make("failed", "Two", seconds=-10)
    page = enter(bob, PAGE, **PHONE)
    for title in ("One", "Two"):
        tap(box(page, title).locator(".."))
    bar = bar_of(page)
    expect(bar).to_contain_text("2 chosen")
    tap(box(page, "Two").locator(".."))
    expect(bar).to_contain_text("1 chosen")
    whole(page)
    tap(bar.get_by_role("button", name="Drop"))
    expect(page.locator(".toast").last).to_contain_text("Dropped")
    tap(page.locator(".toast").last.get_by_role("button", name="Undo"))
    expect(box(page, "One")).to_be_visible()
    assert states() == {"One": "failed", "Two": "failed"}


def test_without_scripts(web, person, team, alice, bob, make):
    make("failed", "One")
    make("missed", "Two")
    make("queued", "Three", seconds=3600)
    page = person(web.address, java_script_enabled=False)
    sign_in(page, "bob@demo.test")
    page.goto(PAGE)

    page.get_by_role("combobox", name="State").select_option("attention")
    page.get_by_role("button", name="Show").click()
    expect(page.locator(".job")).to_have_count(2)
    expect(page.get_by_role("form", name="The chosen deliveries")).to_be_hidden()
    for title in ("One", "Two"):
        box(page, title).check()
    page.get_by_role("button", name="Drop", exact=True).last.click()
    expect(page).to_have_url(re.compile("state=attention"))
    expect(page.locator("main")).to_contain_text("Dropped: 2 deliveries.")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("main")).to_contain_text("Taken back: 2 deliveries.")
    assert states() == {"One": "failed", "Two": "missed", "Three": "queued"}

    page.locator(".job", has_text="One").get_by_role("button", name="Try again").click()
    expect(page).to_have_url(re.compile(r"/deliveries/\d+/$"))
    assert states()["One"] == "queued"


def test_no_grave_fault_with_everything_open(enter, team, alice, bob, make):
    for state in ("failed", "missed", "needs_human"):
        make(state, f"A {state} one")
    unknown(due_delivery(team, bob, channel=channel_of(team, PLATFORM)))
    page = enter(alice, PAGE, bypass_csp=True)
    for each in page.locator(".job__log summary").all():
        each.click()
    for each in page.locator("input[name=id]:not(:disabled)").all():
        each.check()
    page.locator(".selection__time summary").click()

    assert examine(page) == []
