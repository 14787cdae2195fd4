"""No page has a grave fault: what Alice sees of all else."""

import pytest

from tests.browser.examining import PLANS, tour
from tests.browser.pages import STOPS

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_no_page_has_a_grave_fault(web, world, person):
    hers = [stop for stop in STOPS if stop.who == "alice"]
    tour([stop for stop in hers if not stop.name.startswith(PLANS)], web, world, person)
