"""axe on every page, light and dark; no page scrolls sideways on a phone."""

import json

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.template.loader import render_to_string
from playwright.sync_api import Error

from tests.architecture.test_urls import addresses
from tests.browser.pageless import NO_PAGE
from tests.browser.pages import STOPS
from tests.browser.ways import PASSWORD
from tests.chromium import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
GRAVE = {"serious", "critical"}
# Theme changes colours only.
COLOURS = {"resultTypes": ["violations"], "runOnly": ["color-contrast"]}
ALL = {"resultTypes": ["violations"]}


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
    return found + grave(page, COLOURS, "dark") + sideways(page)


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
    return wrong + examine(page)


def test_no_page_has_a_grave_fault(web, world, person):
    names = {stop.who for stop in STOPS}
    people = {name: person(web.address, bypass_csp=True) for name in names}
    sign_in(people["alice"], "alice@demo.test", PASSWORD)
    sign_in(people["vera"], "vera@demo.test", PASSWORD)
    world.second_factor()
    world.security_key()
    faults = {}
    for stop in STOPS:
        page = people[stop.who]
        if found := visit(stop, world, page):
            faults[f"{stop.name} as {stop.who} ({page.url})"] = found
    assert not faults, "\n".join(f"{name}\n  " + "\n  ".join(why) for name, why in faults.items())


def answer_with(body):
    return lambda route: route.fulfill(body=body, content_type="text/html")


def test_the_pages_for_what_went_wrong(enter):
    page = enter(None, bypass_csp=True)
    faults = []
    for status in (400, 403, 404, 409, 500):
        body = render_to_string(f"{status}.html", {"at": "/", "reason": "Bob was first."})
        page.route("**/wrong/", answer_with(body))
        page.goto("/wrong/")
        page.unroute("**/wrong/")
        faults += [f"{status} {fault}" for fault in examine(page)]
    assert not faults


def test_a_planted_fault_is_found(enter):
    page = enter(None, "/accounts/login/", bypass_csp=True)
    assert examine(page) == []
    page.evaluate(
        """() => {
          document.querySelector("main").append(document.createElement("img"));
          const wide = document.createElement("pre");
          wide.textContent = "wide ".repeat(200);
          document.querySelector("main").append(wide);
        }"""
    )
    found = "\n".join(examine(page))
    assert "light: image-alt" in found
    assert "390 px: scrolls sideways" in found


def test_every_address_is_in_the_list():
    names = {a.name for a in addresses() if a.name and not a.route.startswith("admin/")}
    # Where the simulated platforms answer programs.
    api = {name for name in names if name.startswith("sandbox:") and {"/", " "} & set(name)}
    known = {stop.name for stop in STOPS} | NO_PAGE
    missing = sorted(names - known - api)
    assert not missing, f"Add them to tests/browser/pages.py: {missing}"
    gone = sorted(NO_PAGE - names)
    assert not gone, f"No such addresses any more: {gone}"
