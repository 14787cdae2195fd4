"""The command palette by keyboard alone, and by touch."""

import pytest
from playwright.sync_api import expect

from tests.factories.posts import PostFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BOARD = "/t/tidewater/board/"


def test_find_a_post_and_a_page_by_keys_alone(enter, bob, team):
    post = PostFactory(team=team, title="Forty buoys")
    PostFactory(team=team, title="Forty tides")
    page = enter(bob, BOARD)
    palette = page.get_by_role("dialog", name="Find posts and pages")
    page.keyboard.press("Control+k")
    expect(palette.get_by_role("option").first).to_contain_text("Forty tides")
    page.keyboard.type("fort")
    expect(palette.get_by_role("option")).to_have_count(2)
    page.keyboard.press("ArrowDown")
    chosen = palette.get_by_role("option", selected=True)
    expect(chosen).to_contain_text("Forty buoys")
    field = palette.get_by_role("combobox")
    expect(field).to_be_focused()
    expect(field).to_have_attribute("aria-activedescendant", f"found-post-{post.pk}")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/posts/{post.pk}/")

    page.keyboard.press("Control+k")
    page.keyboard.type("cal")
    expect(palette.get_by_role("option")).to_have_count(2)
    page.keyboard.press("Escape")
    expect(palette).to_be_hidden()
    page.keyboard.press("Control+k")
    page.keyboard.type("cal")
    expect(palette.get_by_role("option", selected=True)).to_contain_text("Calendar")
    page.keyboard.press("Enter")
    page.wait_for_url("**/calendar/**")


def test_on_a_phone_it_opens_from_the_top_bar(enter, bob, team):
    post = PostFactory(team=team, title="Forty buoys")
    page = enter(bob, BOARD, viewport={"width": 390, "height": 844}, has_touch=True)
    page.get_by_role("link", name="Find or jump to…").tap()
    page.get_by_role("dialog", name="Find posts and pages").get_by_text("Forty buoys").tap()
    page.wait_for_url(f"**/posts/{post.pk}/")


ELSEWHERE = "document.querySelector('.topbar .brand').focus()"
# Until its end has been told.
AGAIN = """(dialog) => new Promise((told) => {
  dialog.addEventListener("close", () => setTimeout(told), { once: true });
  dialog.close();
  dialog.dispatchEvent(new CustomEvent("drum:ask-open", { bubbles: true }));
})"""
IN_IT = "document.activeElement.closest('dialog')?.id"


def test_what_lies_behind_it_is_out_of_reach(enter, bob, team):
    """By keys, for readers of the screen and by script; then everything is as it was."""
    page = enter(bob, BOARD)
    before = page.get_by_role("button", name="Notifications")
    before.focus()
    page.keyboard.press("Control+k")
    palette = page.get_by_role("dialog", name="Find posts and pages")
    expect(palette).to_have_attribute("aria-modal", "true")
    expect(palette.get_by_role("option").first).to_be_visible()
    expect(page.get_by_role("main")).to_have_count(0)
    expect(page.get_by_role("navigation")).to_have_count(0)
    stops = palette.locator("input, button, a").count()
    for key in ("Tab", "Shift+Tab"):
        for _ in range(stops + 1):
            page.keyboard.press(key)
            assert page.evaluate(IN_IT) == "palette"
    close = palette.get_by_role("button", name="Close")
    close.focus()
    page.evaluate(ELSEWHERE)
    expect(close).to_be_focused()
    # Where that has gone, into it all the same.
    close.evaluate("(close) => { close.hidden = true; }")
    page.evaluate(ELSEWHERE)
    expect(palette.get_by_role("combobox")).to_be_focused()

    page.mouse.click(5, 5)
    expect(palette).to_be_hidden()
    expect(before).to_be_focused()
    expect(page.get_by_role("main")).to_be_visible()
    expect(page.locator("[class^=cover]")).to_have_count(0)
    expect(page.locator("body > main[aria-hidden], body > nav[aria-hidden]")).to_have_count(0)
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(keys).to_be_visible()
    keys.evaluate(AGAIN)
    expect(page.locator(".cover")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)
    expect(before).to_be_focused()
