"""With one finger on a phone: the library, and an import."""

import re

import pytest
from playwright.sync_api import expect

from posts.models import MediaAsset
from tests.browser.hands import PHONE, tap, whole, work
from tests.factories.posts import (
    FolderFactory,
    MediaAssetFactory,
)
from tests.factories.publishers import ChannelFactory
from tests.posts.importing import text, tomorrow

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TEAM = "/t/tidewater"


@pytest.fixture
def channel(team):
    return ChannelFactory(team=team, name="News")


def said(page):
    return page.locator(".toast").last


def test_the_library(enter, bob, team):
    for name in ("buoy.jpg", "wave.jpg"):
        MediaAssetFactory(team=team, name=name)
    page = enter(bob, f"{TEAM}/library/", **PHONE)
    tap(page.get_by_role("link", name="Folders"))
    page.get_by_label("Name of the new folder").fill("Coast")
    tap(page.get_by_role("button", name="Make a folder"))
    tap(page.get_by_role("button", name="Rename Coast"))
    tap(page.get_by_role("navigation", name="Breadcrumb").get_by_role("link"))
    tap(page.locator(".asset", has_text="buoy.jpg").get_by_role("link"))
    page.get_by_label("Alt text").fill("A yellow buoy")
    page.get_by_label("Folder").select_option("Coast")
    expect(page.locator("#asset-saved")).to_have_text("Saved.")
    buoy = MediaAsset.objects.get(name="buoy.jpg")
    assert (buoy.alt, buoy.folder.name) == ("A yellow buoy", "Coast")
    whole(page)
    tap(page.get_by_role("button", name="Delete"))
    expect(page.locator(".asset")).to_have_count(1)
    tap(page.get_by_role("button", name="Undo"))
    expect(page.locator(".asset")).to_have_count(2)

    for name in ("buoy.jpg", "wave.jpg"):
        tap(page.get_by_role("checkbox", name=f"Select {name}"))
    chosen = page.locator("#selection")
    expect(chosen).to_contain_text("2 chosen")
    whole(page)
    tap(chosen.get_by_role("button", name="Delete"))
    expect(page.get_by_text("2 files are deleted.")).to_be_visible()
    page.get_by_label("Which files").select_option("Deleted")
    tap(page.get_by_role("checkbox", name="Select wave.jpg"))
    tap(page.get_by_role("button", name="Put back"))
    expect(said(page)).to_contain_text("back")
    assert MediaAsset.objects.get(deleted_at=None).name == "wave.jpg"
    tap(page.locator(".segmented__item", has_text="Videos"))
    whole(page)


def test_a_small_import(enter, bob, team, channel):
    FolderFactory(team=team)
    page = enter(bob, f"{TEAM}/import/", **PHONE)
    tap(page.get_by_role("link", name="Import posts"))
    rows = [
        ("Text", "When", "Channel"),
        ("Calm water.", f"{tomorrow()} 09:30", "News"),
        ("Wind.", "?", ""),
    ]
    file = {"name": "plan.csv", "mimeType": "text/csv", "buffer": text(*rows)}
    page.get_by_label("File", exact=True).set_input_files(file)
    tap(page.get_by_role("button", name="Read the file"))
    page.get_by_label("When").select_option("Date")
    whole(page)
    tap(page.get_by_role("button", name="See what would come of it"))
    work(page)
    tap(page.get_by_role("link", name=re.compile("^To mend")))
    tap(page.get_by_role("link", name="Change the columns"))
    tap(page.get_by_role("button", name="See what would come of it"))
    work(page)
    tap(page.get_by_role("button", name="Make one post"))
    work(page)
    expect(page.get_by_text("1 made")).to_be_visible()
    tap(page.get_by_role("link", name="Undo this import"))
    tap(page.get_by_role("button", name="Undo the import"))
    work(page)
    expect(page.get_by_text("1 in the trash")).to_be_visible()
    whole(page)
