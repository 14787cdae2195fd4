"""A double click on "Publish now" with the whole stack behind it: the platform gets one post."""

import re

import pytest
from playwright.sync_api import expect

from posts.models import Delivery
from posts.states import DeliveryState
from publishers.sandbox import accounts, ledger
from tests.chromium import sign_in
from tests.processes import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_double_click_publishes_once(stack, person, team, alice):
    team.review_required = False
    team.save(update_fields=["review_required"])
    accounts.create("bluesky", "tidewater.example", "Tidewater", password="abcd-efgh-ijkl-mnop")
    running = stack()
    page = person(running.address)
    sign_in(page, "alice@demo.test")
    page.goto("/t/tidewater/channels/connect/bluesky/")
    page.get_by_label("Handle").fill("tidewater.example")
    page.get_by_label("App password").fill("abcd-efgh-ijkl-mnop")
    page.get_by_role("button", name="Connect").click()
    page.wait_for_url(re.compile("/channels/$"))

    page.goto("/t/tidewater/posts/new/")
    page.locator("[data-pick]").check()
    page.locator("#body").fill("Said once.")
    page.get_by_role("button", name="More ways to continue").first.click()
    page.locator("#more-bar").get_by_role("button", name="Publish now").dblclick()
    page.wait_for_url(re.compile(r"/posts/\d+/$"))
    published = lambda: Delivery.objects.filter(state=DeliveryState.PUBLISHED).exists()  # noqa: E731
    wait_until(published, 30, "publishing")
    expect(page.locator("main")).to_contain_text("Published")
    page.wait_for_timeout(1500)
    assert Delivery.objects.count() == 1
    assert ledger.posts().count() == 1
