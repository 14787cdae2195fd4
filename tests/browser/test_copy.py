"""What is to be pasted elsewhere comes along with one press, with or without a clipboard."""

import pytest
from playwright.sync_api import expect

from calendar_app.services import feeds
from tests.browser.hands import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FEEDS = "/t/tidewater/calendar/elsewhere/"
NO_CLIPBOARD = "Object.defineProperty(navigator, 'clipboard', { value: undefined })"


@pytest.fixture
def given(team, bob):
    return feeds.give(team=team, user=bob, mine=False)


@pytest.mark.usefixtures("given")
@pytest.mark.parametrize("without", ["", NO_CLIPBOARD], ids=["clipboard", "selection"])
def test_an_address(enter, bob, without):
    page = enter(bob, **PHONE)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    if without:
        page.add_init_script(without)
    page.goto(FEEDS)
    address = page.get_by_role("textbox", name="Address").input_value()
    assert address.startswith("http")
    page.get_by_role("button", name="Copy").tap()
    expect(page.get_by_text("Copied.")).to_be_visible()
    beside = page.context.new_page()
    beside.goto(FEEDS)
    assert beside.evaluate("navigator.clipboard.readText()") == address


@pytest.mark.usefixtures("given")
def test_without_scripts_there_is_no_button_that_does_nothing(enter, bob):
    page = enter(bob, FEEDS, java_script_enabled=False)
    expect(page.get_by_role("textbox", name="Address")).to_be_visible()
    expect(page.get_by_role("button", name="Copy")).to_have_count(0)
