"""No page has a grave fault: what Alice sees of her plans and reviews."""

import pytest

from tests.browser.examining import PLANS, tour
from tests.browser.pages import STOPS

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_no_page_has_a_grave_fault(web, world, person):
    hers = [stop for stop in STOPS if stop.who == "alice"]
    tour([stop for stop in hers if stop.name.startswith(PLANS)], web, world, person)
