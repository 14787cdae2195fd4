"""No page has a grave fault: what others than Alice see, and what went wrong.

Hers are in files of their own, so that several workers share them: test_accessibility_plans.py and
test_accessibility_rest.py.
"""

import pytest
from django.template.loader import render_to_string

from tests.architecture.test_urls import addresses
from tests.browser.examining import examine, tour
from tests.browser.pageless import NO_PAGE
from tests.browser.pages import STOPS

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_no_page_has_a_grave_fault(web, world, person):
    tour([stop for stop in STOPS if stop.who != "alice"], web, world, person)


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
          for (const words of ["One", "Other", "Third"]) {
            const small = document.createElement("button");
            small.append(words);
            small.setAttribute("style", "display: block; min-height: 0; height: 12px; padding: 0");
            if (words === "Third") small.tabIndex = -1;
            document.querySelector("main").append(small);
          }
        }"""
    )
    found = "\n".join(examine(page))
    assert "light: image-alt" in found
    assert "390 px: scrolls sideways" in found
    assert "390 px: target-size" in found
    assert "Tab passes by" in found


def test_every_address_is_in_the_list():
    names = {a.name for a in addresses() if a.name and not a.route.startswith("admin/")}
    # Where the simulated platforms answer programs.
    api = {name for name in names if name.startswith("sandbox:") and {"/", " "} & set(name)}
    known = {stop.name for stop in STOPS} | NO_PAGE
    missing = sorted(names - known - api)
    assert not missing, f"Add them to tests/browser/pages.py: {missing}"
    gone = sorted(NO_PAGE - names)
    assert not gone, f"No such addresses any more: {gone}"
