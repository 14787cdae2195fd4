"""Dragging as a hand does it: press, a few small steps, a pause over the target, release."""

from playwright.sync_api import Locator, Page, expect

from tests.processes import wait_until


def centre(target: Locator) -> tuple[float, float]:
    # A live reading may be replacing it just now.
    box = wait_until(target.bounding_box, 5, f"a place for {target}")
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def lift(page: Page, what: Locator) -> None:
    what.hover()
    x, y = centre(what)
    page.mouse.down()
    page.mouse.move(x + 4, y + 8, steps=3)
    page.mouse.move(x + 8, y + 16, steps=3)


def drop(page: Page, target: Locator) -> None:
    x, y = centre(target)
    page.mouse.move(x - 3, y - 3, steps=8)
    page.mouse.move(x, y, steps=3)
    page.wait_for_timeout(150)
    page.mouse.up()


def drag(page: Page, what: Locator, target: Locator) -> None:
    lift(page, what)
    drop(page, target)


def rest(page: Page) -> None:
    """Until what has happened is read: also what was made just before the page was opened."""
    expect(page.locator("drum-live")).to_have_attribute("data-state", "live")
    page.wait_for_timeout(500)
    expect(page.locator("[data-live].htmx-request")).to_have_count(0)
