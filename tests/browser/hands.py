"""What fingers and keys do, and what they need: room for a tip, and to see where one is."""

import pytest
from playwright.sync_api import Locator, Page, expect

from posts.services import importwork

SEVERAL = 6
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
# A fingertip covers 40 px: whatever it touches within them has to be the target.
REACHED = """(target) => {
  target.scrollIntoView({ block: "center", inline: "nearest", behavior: "instant" });
  const all = target.closest("label") ?? target;
  const mine = (e) => e && all.contains(e);
  const { left, top, width, height } = all.getBoundingClientRect();
  const [x, y] = [left + width / 2, top + height / 2];
  const missed = [[0, 0], [-19, 0], [19, 0], [0, -19], [0, 19]]
    .map(([right, down]) => document.elementFromPoint(x + right, y + down))
    .find((e) => !mine(e));
  if (missed === undefined) return "";
  const there = missed?.outerHTML.slice(0, 120) ?? "nothing";
  return `${Math.round(width)} by ${Math.round(height)} px at ${x}, ${y}; beside it: ${there}`;
}"""
STILL = """() => document.getAnimations().every((one) => one.playState !== "running"
    || one.effect.getComputedTiming().iterations === Infinity)"""
# Whether the target has the focus. What is pressed after that does nothing, and is counted, as long
# as the page hears it; without scripts it does not. `lost`: it had the focus, and no longer, though
# nothing was put in its place.
THERE = """(target) => {
  const way = (window.way ??= { goal: undefined }), there = target === document.activeElement;
  const lost = way.came === target && target.isConnected && !there;
  const said = { there, hears: false, idle: way.idle ?? 0, lost };
  addEventListener("asked", () => { said.hears = true; }, { once: true });
  dispatchEvent(new Event("asked"));
  if (way.goal === undefined) {
    addEventListener("focusin", ({ target: at }) => {
      if (at === way.goal) way.came = at;
    }, { capture: true });
    addEventListener("keydown", (event) => {
      const { goal } = way, elsewhere = goal?.isConnected && goal !== document.activeElement;
      // What was replaced meanwhile is looked for again.
      if (event.key !== "Tab" || !goal || elsewhere) return;
      way.idle += 1;
      event.preventDefault();
      event.stopImmediatePropagation();
    }, { capture: true });
  }
  Object.assign(way, { goal: there ? null : target, idle: 0, came: null });
  return said;
}"""
# The ring is around the focused element, or around the card or field that it stands for.
RING = """() => {
  const rings = [];
  for (let e = document.activeElement; e && rings.length < 4; e = e.parentElement) {
    const style = getComputedStyle(e);
    rings.push(style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1.5);
  }
  return rings.some(Boolean);
}"""


def tap(target: Locator) -> None:
    """As a finger does, which needs 40 px and nothing lying over them."""
    target.wait_for()
    # What has only just come may still be on its way to its place.
    target.page.wait_for_function(STILL)
    for _ in range(15):
        if not (missed := target.evaluate(REACHED)):
            break
        # An answer may be putting another in its place just now.
        target.page.wait_for_timeout(100)
    assert not missed, f"A finger misses {target}: {missed}"
    target.tap()


def swipe(
    page: Page, start: tuple[float, float], end: tuple[float, float], hold: int = 0, rest: int = 0
) -> None:
    """A finger comes down, waits for `hold` ms, goes there in steps, rests and is lifted."""
    fingers = page.context.new_cdp_session(page)

    def touch(kind: str, *points: tuple[float, float]) -> None:
        said = [{"x": x, "y": y} for x, y in points]
        fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": said})

    (x, y), (right, down) = start, end
    touch("touchStart", start)
    page.wait_for_timeout(hold)
    for step in range(1, 9):
        touch("touchMove", (x + (right - x) * step / 8, y + (down - y) * step / 8))
    page.wait_for_timeout(rest)
    touch("touchEnd")
    fingers.detach()


def whole(page: Page, part: Locator | None = None) -> None:
    """Nothing scrolls sideways, and `part` is not cut off."""
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    if part is not None:
        expect(part).to_be_in_viewport(ratio=0.99)


def here(page: Page) -> str:
    return page.evaluate("document.activeElement.outerHTML.slice(0, 160)")


def go(page: Page, target: Locator, key: str = "Tab", steps: int = 90) -> None:
    """Press the key until `target` has the focus, at most `steps` times, and see that it shows.

    On a long way one looks only after several presses.
    """
    target.wait_for(state="attached")
    several, presses = key.endswith("Tab") and steps > SEVERAL, 0
    while True:
        found = target.evaluate(THERE)
        assert not found["lost"], f"{target} had the focus, which went on to {here(page)}"
        if found["there"]:
            assert page.evaluate(RING), f"No visible focus on {here(page)}"
            return
        steps -= presses and max(1, presses - found["idle"])
        if steps <= 0:
            pytest.fail(f"{key} does not reach {target}; it ended at {here(page)}")
        presses = min(SEVERAL, steps) if several and found["hears"] else 1
        for _ in range(presses):
            page.keyboard.press(key)


def press(page: Page, target: Locator, key: str = "Enter", by: str = "Tab") -> None:
    go(page, target, by)
    page.keyboard.press(key)


def work(page: Page) -> None:
    """What a worker does with the import that the page shows, once it waits for one."""
    expect(page.get_by_role("progressbar", name="Progress")).to_be_visible()
    [pk] = importwork.waiting()
    importwork.work(pk)
