"""A plan from a spreadsheet, followed to its end by somebody who looks on."""

import pytest
from playwright.sync_api import expect

from posts.models import Import
from posts.services import importwork
from tests.browser.examining import examine
from tests.factories.publishers import ChannelFactory
from tests.posts.importing import text, tomorrow

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_plan_becomes_posts_while_one_looks_on(enter, team, bob):
    ChannelFactory(team=team, name="Tidewater", platform="x", handle="tide")
    ChannelFactory(team=team, name="Tidewater", handle="tide.example")
    page = enter(bob, "/t/tidewater/board/", bypass_csp=True)
    page.get_by_role("button", name="Import and export").click()
    page.locator("#bulk").get_by_role("link", name="Import posts").click()
    page.get_by_role("link", name="Import posts").first.click()
    rows = [("Beitrag", "Titel", "Kanäle", "Datum", "Uhrzeit", "Schlagwörter", "Bemerkung")]
    rows += [(f"Buoy {n} reports calm water.", f"Buoy {n}", "tide", tomorrow(n), "9.30 Uhr",
              "Sea", "x") for n in range(1, 12)]  # fmt: skip
    rows += [("Where does this go?", "", "Tidewater", tomorrow(), "", "", ""), rows[1]]
    rows += [("بيانات مستوى البحر " * 20, "", "tide", tomorrow(2), "10:00", "", "")]
    file = {
        "name": "Dezemberplan.csv",
        "mimeType": "text/csv",
        "buffer": text(*rows, separator=";", encoding="utf-16"),
    }
    page.get_by_label("File", exact=True).set_input_files(file)
    page.get_by_role("button", name="Read the file").click()
    expect(page.get_by_label("Schlagwörter")).to_have_value("tags")
    expect(page.get_by_label("Bemerkung")).to_have_value("")
    assert examine(page) == []
    page.get_by_role("button", name="See what would come of it").click()
    expect(page.get_by_text("0 of 14 rows")).to_be_visible()
    [pk] = importwork.waiting()
    importwork.work(pk)
    expect(page.get_by_role("button", name="Make 11 posts")).to_be_visible()
    expect(page.get_by_role("link", name="To mend")).to_have_attribute("aria-current", "page")
    assert examine(page) == []
    page.get_by_role("link", name="To know").click()
    expect(page.get_by_text("“Sea” is new").first).to_be_visible()
    page.get_by_role("button", name="Make 11 posts").click()
    expect(page.get_by_role("button", name="Stop here")).to_be_visible()
    importwork.work(pk)
    expect(page.get_by_role("link", name="Undo this import")).to_be_visible()
    expect(page.get_by_text("11 made")).to_be_visible()
    assert examine(page) == []
    page.get_by_role("link", name="Undo this import").click()
    page.get_by_role("button", name="Undo the import").click()
    importwork.work(pk)
    expect(page.get_by_text("11 in the trash")).to_be_visible()
    assert Import.objects.get().step == "undone"
    page.goto("/t/tidewater/import/")
