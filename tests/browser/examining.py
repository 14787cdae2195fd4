"""axe on a page, light and dark; and whether it scrolls sideways on a phone."""

import json

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Error

from tests.browser.ways import PASSWORD, confirm
from tests.chromium import sign_in

GRAVE = {"serious", "critical"}
# Theme changes colours only.
COLOURS = {"resultTypes": ["violations"], "runOnly": ["color-contrast"]}
ALL = {"resultTypes": ["violations"]}
# 24 px, or as much room around: WCAG 2.2, 2.5.8. axe leaves it out unless it is asked.
FINGERS = {"resultTypes": ["violations"], "runOnly": ["target-size"]}
# What one presses but Tab passes by. In a list of tabs, a grid or a list of options arrow keys go
# on from its one stop; boxes of posts are ticked with X from the post.
PASSED_BY = """() => [...document.querySelectorAll(
    ":is(a[href], button, input, select, textarea, summary)")]
  .filter((e) => e.tabIndex < 0 && !e.disabled && e.checkVisibility()
    && !e.matches("[role=tab], [role=option], .post-pick input, .hour *"))
  .slice(0, 3).map((e) => e.outerHTML.slice(0, 120))"""
# Of Alice's stops, by the beginnings of their names.
PLANS = ("calendar_app:", "approvals:")


def grave(page, options, theme):
    # Evaluated beside the page's own policy, which forbids scripts like this one.
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found = page.evaluate(f"axe.run({json.dumps(options)})")
    return [
        f"{theme}: {found_one['id']} ({found_one['impact']}): {node['html'][:160]}"
        f" {node.get('failureSummary', '')[:200]}"
        for found_one in found["violations"]
        if found_one["impact"] in GRAVE
        for node in found_one["nodes"][:4]
    ]


def passed_by(page):
    return [f"Tab passes by {found}" for found in page.evaluate(PASSED_BY)]


def on_a_phone(page):
    page.set_viewport_size({"width": 390, "height": 844})
    found = grave(page, FINGERS, "390 px")
    return found + sideways(page)


def sideways(page):
    page.set_viewport_size({"width": 390, "height": 844})
    wide = page.evaluate(
        """() => document.documentElement.scrollWidth > innerWidth
          && [...document.querySelectorAll("body *")]
            .filter((e) => e.getBoundingClientRect().right > innerWidth + 1)
            .slice(0, 3).map((e) => e.outerHTML.slice(0, 120))"""
    )
    page.set_viewport_size({"width": 1440, "height": 900})
    return [f"390 px: scrolls sideways: {wide}"] if wide else []


def examine(page):
    # What fades in would be measured half transparent.
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    found = grave(page, ALL, "light")
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    return found + grave(page, COLOURS, "dark") + passed_by(page) + on_a_phone(page)


def visit(stop, world, page):
    statuses = []

    def hear(response):
        if response.request.is_navigation_request() and response.frame == page.main_frame:
            statuses.append(response.status)

    page.on("response", hear)
    try:
        if stop.act:
            stop.act(world, page)
        else:
            page.goto(stop.at(world))
    except Error as error:
        return [f"could not be opened: {error}"]
    finally:
        page.remove_listener("response", hear)
    wrong = [] if statuses[-1] == stop.status else [f"answered {statuses[-1]}, not {stop.status}"]
    if "reauthenticate/" in page.url and "reauthenticate" not in stop.name:
        wrong.append("asked for the password instead")
    return wrong + examine(page)


def tour(stops, web, world, person):
    """Nothing that is wrong with any of them, each seen by who is named there."""
    assert stops
    people = {name: person(web.address, bypass_csp=True) for name in {stop.who for stop in stops}}
    for name in people.keys() & {"alice", "vera"}:
        sign_in(people[name], f"{name}@demo.test", PASSWORD)
    for name in people.keys() & {"alice", "vera"}:
        confirm(people[name])
    world.second_factor()
    world.security_key()
    faults = {}
    for stop in stops:
        page = people[stop.who]
        if found := visit(stop, world, page):
            faults[f"{stop.name} as {stop.who} ({page.url})"] = found
    assert not faults, "\n".join(f"{name}\n  " + "\n  ".join(why) for name, why in faults.items())
