"""How long a page takes from a hand's doing to the next paint, as Chromium itself times it.

Source: the Event Timing API, from which "interaction to next paint" is reckoned; it rounds to 8 ms.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from playwright.sync_api import Locator, Page, Position, sync_playwright

# The longest of what has been timed since it was last asked; 0 for nothing that took 16 ms.
_WATCH = """
window.spent = 0;
new PerformanceObserver((list) => {
  for (const one of list.getEntries())
    if (one.interactionId) window.spent = Math.max(window.spent, one.duration);
}).observe({type: "event", durationThreshold: 16, buffered: true});
"""
_ASK = "() => { const spent = window.spent; window.spent = 0; return spent; }"
# What is painted after an interaction is told of a little later; and what a hand did comes to rest.
REST_MS = 700
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"]

type Act = Callable[[Page], None]


class Hand:
    """A signed-in person's browser, as much slower as `slowdown` says."""

    def __init__(self, page: Page, slowdown: int) -> None:
        self.page = page
        session = page.context.new_cdp_session(page)
        session.send("Emulation.setCPUThrottlingRate", {"rate": slowdown})

    def longest(self, path: str, act: Act, times: int) -> float:
        """The longest of so many on the page at `path`, in ms."""
        spent = []
        for _ in range(times):
            self.page.goto(path, wait_until="networkidle")
            self.page.wait_for_timeout(REST_MS)
            self.page.evaluate(_ASK)
            act(self.page)
            self.page.wait_for_timeout(REST_MS)
            spent.append(float(self.page.evaluate(_ASK)))
        return max(spent)


@contextmanager
def hand(address: str, cookie: tuple[str, str], chromium: str, slowdown: int = 1) -> Iterator[Hand]:
    """`cookie`: the name and value of a session."""
    with sync_playwright() as played:
        browser = played.chromium.launch(executable_path=chromium or None, args=FLAGS)
        context = browser.new_context(
            base_url=address, viewport={"width": 1440, "height": 900}, reduced_motion="reduce"
        )
        name, value = cookie
        context.add_cookies([{"name": name, "value": value, "url": address}])
        context.add_init_script(_WATCH)
        try:
            yield Hand(context.new_page(), slowdown)
        finally:
            browser.close()


# -- what a hand does


def drag(page: Page) -> None:
    """A post of the month to the day after the one it is on."""
    post = page.locator("#calendar .post-chip[data-movable]").first
    there = page.locator("#calendar [id^='day-']:has(.post-chip)").last
    _carry(page, post, there)
    page.locator(".toast").first.wait_for()


def drag_card(page: Page) -> None:
    """A draft to the review column."""
    card = page.locator("#column-draft .post-card[data-movable]").first
    _carry(page, card, page.locator("#list-approved"))


def _carry(page: Page, what: Locator, there: Locator) -> None:
    there.scroll_into_view_if_needed()
    what.hover()
    page.mouse.down()
    for step in (8, 12, 16):
        what.hover(position=Position(x=step, y=step), force=True)
    there.hover(position=Position(x=8, y=8), force=True)
    there.hover(force=True)
    page.wait_for_timeout(150)
    page.mouse.up()


def pick_filter(page: Page) -> None:
    page.locator("#filter-tag").click()
    page.get_by_label("data", exact=True).check()
    page.locator("#filter-chips .chip").first.wait_for()


def open_day(page: Page) -> None:
    """As far as this page goes along: it is not left, or what it has timed would go with it."""
    page.route(re.compile("[?&]day="), lambda route: route.fulfill(status=204), times=1)
    page.locator("#calendar a.day__num").first.click()


def open_move(page: Page) -> None:
    page.locator("#calendar .post-chip__grip").first.click(force=True)
    page.locator("dialog[open]").first.wait_for()


def open_palette(page: Page) -> None:
    page.keyboard.press("Control+k")
    page.locator("dialog[open]").first.wait_for()
    page.keyboard.type("buoy", delay=60)


def write(page: Page) -> None:
    """Faster than most people do."""
    page.get_by_label("Text for all channels").click()
    page.keyboard.type(" The tide turns at six, and #the-buoys know it first.", delay=40)
