"""Deliveries while somebody works on them: rows change, times are typed, questions are asked."""

import pytest
from playwright.sync_api import expect

from posts import workflow
from tests.browser.deliveries import PAGE, bar_of, box, make, states
from tests.browser.test_keyboard import go
from tests.factories.delivery import published

__all__ = ["make"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_row_that_changes_shows_it_and_takes_nothing_away(enter, team, bob, make):
    """Others work and the machine goes on; what one has chosen and opened stays."""
    kept, gone = make("failed", "Kept"), make("needs_human", "Gone")
    page = enter(bob, PAGE)
    expect(page.locator("drum-live")).to_have_attribute("data-state", "live")
    box(page, "Kept").check()
    page.locator(f"#tries-{kept.pk}").click()
    box(page, "Kept").focus()

    published(gone, by=bob)

    expect(page.locator("#needs_human")).to_have_count(0)
    expect(box(page, "Kept")).to_be_checked()
    expect(page.locator(f"#log-{kept.pk}")).to_have_attribute("open", "")
    expect(box(page, "Kept")).to_be_focused()
    expect(page.get_by_role("form", name="The chosen deliveries")).to_contain_text("1 chosen")


def test_the_list_waits_while_somebody_writes_a_time(enter, team, bob, make):
    make("failed", "Kept")
    other = make("missed", "Other")
    page = enter(bob, PAGE)
    expect(page.locator("drum-live")).to_have_attribute("data-state", "live")
    bar = page.get_by_role("form", name="The chosen deliveries")
    box(page, "Kept").check()
    bar.get_by_text("At another time").click()
    bar.get_by_label("Day").fill("2031-05-06")
    with page.expect_event("console", lambda line: "held" in line.text):
        page.evaluate(
            """() => document.addEventListener("htmx:beforeSwap", (event) =>
              event.target.id === "deliveries" && setTimeout(() =>
                console.info(event.detail.shouldSwap ? "read" : "held")))"""
        )
        workflow.move(other, "cancel")
    box(page, "Kept").focus()
    expect(bar.get_by_label("Day")).to_have_value("2031-05-06")
    expect(page.locator("#missed")).to_have_count(1)

    bar.get_by_text("At another time").click()
    box(page, "Kept").focus()

    expect(page.locator("#missed")).to_have_count(0)
    expect(box(page, "Kept")).to_be_checked()


@pytest.mark.parametrize(
    ("day", "field", "said"),
    [("", "Day", "Choose a day."), ("2020-01-01", "Day", "has passed. Choose a later time.")],
)
def test_a_time_that_will_not_do_stays_where_it_was_typed(enter, bob, make, day, field, said):
    make("failed", "One")
    page = enter(bob, PAGE)
    box(page, "One").check()
    bar = bar_of(page)
    bar.get_by_text("At another time").click()
    bar.get_by_label("Day").fill(day)
    bar.get_by_label("Time").fill("10:15")

    bar.get_by_label("Time").press("Enter")

    expect(bar).to_contain_text(said)
    expect(bar.get_by_label("Time")).to_have_value("10:15")
    expect(bar.get_by_label(field)).to_be_focused()
    expect(box(page, "One")).to_be_checked()
    assert states() == {"One": "failed"}


def test_what_may_be_live_is_asked_about_before_it_is_sent(enter, bob, make):
    make("needs_human", "One")
    make("failed", "Two")
    page = enter(bob, PAGE)
    bar = bar_of(page)
    box(page, "Two").check()
    expect(bar.get_by_role("button", name="Publish now", exact=True)).to_be_visible()
    box(page, "One").check()
    expect(bar.get_by_role("button", name="Publish now", exact=True)).to_be_hidden()

    bar.get_by_role("button", name="Not live, publish now").click()
    expect(bar).to_contain_text("Did you look? 1 post may be live.")
    assert states() == {"One": "needs_human", "Two": "failed"}
    page.keyboard.press("Escape")
    expect(box(page, "One")).to_be_checked()
    bar.get_by_role("button", name="Not live, publish now").click()
    bar.get_by_role("button", name="I looked. Publish now").click()

    expect(page.locator(".toast").last).to_contain_text("On its way now: 2 deliveries.")
    assert states() == {"One": "queued", "Two": "queued"}


def test_the_focus_goes_on_to_the_next_line(enter, bob, make):
    for number, title in enumerate(("One", "Two", "Three")):
        make("failed", title, seconds=-10 - number)
    page = enter(bob, PAGE)
    drop = page.locator(".job", has_text="One").get_by_role("button", name="Drop")

    drop.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".toast").last).to_contain_text("Dropped")
    expect(page.locator("#failed")).not_to_contain_text("One")
    expect(page.get_by_role("link", name="Two", exact=True)).to_be_focused()

    go(page, box(page, "Two"))
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    go(page, bar_of(page).get_by_role("button", name="Drop"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Three", exact=True)).to_be_focused()
