"""Searching, folders, tags and a safe delete in the library; what the composer takes by drop."""

import re

import pytest
from playwright.sync_api import expect

from posts.models import Folder, MediaAsset, Post
from posts.states import Stage
from tests.browser.hands import PHONE, go, press, tap, whole
from tests.browser.test_library import DROP
from tests.factories.posts import MediaAssetFactory, PostFactory, PostMediaFactory, picture
from tests.factories.publishers import ChannelFactory
from tests.processes import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LIBRARY = "/t/tidewater/library/"


@pytest.fixture
def files(team):
    return {
        name: MediaAssetFactory(team=team, name=f"{name}.jpg", alt=f"A {name} at sea")
        for name in ("buoy", "wave", "reef")
    }


def test_words_find_files(enter, bob, files):
    page = enter(bob, LIBRARY)
    tiles, words = page.locator(".asset"), page.get_by_role("searchbox")
    words.first.fill("reef")
    expect(tiles).to_have_count(1)
    expect(page).to_have_url(re.compile("q=reef"))
    words.first.fill("")
    expect(tiles).to_have_count(3)
    page.goto(LIBRARY)
    go(page, words.first)
    page.keyboard.type("wave")
    expect(tiles).to_have_count(1)
    expect(words.first).to_be_focused()
    go(page, page.get_by_label("Order"))
    page.keyboard.press("End")
    expect(page).to_have_url(re.compile("sort=largest"))
    expect(page.get_by_label("Order")).to_be_focused()

    phone = enter(bob, LIBRARY, **PHONE)
    tap(phone.get_by_role("searchbox").first)
    phone.keyboard.type("nothing like it")
    expect(phone.locator(".asset")).to_have_count(0)
    whole(phone)
    plain = enter(bob, LIBRARY, java_script_enabled=False)
    plain.get_by_role("searchbox").first.fill("buoy")
    plain.get_by_role("button", name="Show", exact=True).click()
    expect(plain.locator(".asset")).to_have_count(1)


def test_folders_and_tags_by_keyboard(enter, bob, team, files):
    page = enter(bob, LIBRARY)
    press(page, page.get_by_role("link", name="Folders"))
    page.wait_for_url("**/folders/")
    go(page, page.get_by_label("Name of the new folder"))
    page.keyboard.type("Coast")
    page.keyboard.press("Enter")
    go(page, page.get_by_label("Name of the folder Coast"))
    page.keyboard.press("End")
    page.keyboard.type("line")
    press(page, page.get_by_role("button", name="Rename Coast"))
    expect(page.get_by_label("Name of the folder Coastline")).to_be_visible()
    assert Folder.objects.get().name == "Coastline"
    page.goto(LIBRARY)
    for name in ("buoy", "wave"):
        box = page.get_by_role("checkbox", name=f"Select {name}.jpg")
        press(page, box, "Space", "Shift+Tab" if name == "wave" else "Tab")
    go(page, page.locator("#chosen-tags"))
    page.keyboard.type("sea")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".toast")).to_be_visible()
    assert MediaAsset.objects.filter(tags__name="sea").count() == 2
    page.goto(f"{LIBRARY}folders/")
    press(page, page.get_by_role("button", name=re.compile("^Remove the folder Coastline")))
    expect(page.get_by_text("No folders yet")).to_be_visible()
    assert MediaAsset.objects.filter(deleted_at=None).count() == 3


def test_what_is_in_use_is_not_deleted_by_accident(enter, bob, team, files):
    channel = ChannelFactory(team=team)
    waits = PostFactory(team=team, author=bob, title="Waits", channels=[channel])
    PostMediaFactory(post=waits, asset=files["buoy"])
    out = PostFactory(team=team, author=bob, title="Went out", stage=Stage.DONE)
    PostMediaFactory(post=out, asset=files["wave"])
    page = enter(bob, LIBRARY)

    def delete(page, name, act):
        page.goto(f"{LIBRARY}{files[name].pk}/")
        act(page.get_by_role("button", name="Delete", exact=True))

    for act in (lambda button: button.click(), lambda button: press(page, button)):
        delete(page, "buoy", act)
        expect(page.get_by_role("alert")).to_contain_text("1 post that is not out yet needs it.")
        delete(page, "wave", act)
        expect(page.get_by_role("heading", level=1)).to_have_text("Delete this file?")
        page.get_by_role("link", name="Keep it").click()
    phone = enter(bob, LIBRARY, **PHONE)
    delete(phone, "wave", tap)
    expect(phone.get_by_role("button", name="Delete it")).to_be_visible()
    whole(phone)
    tap(phone.get_by_role("button", name="Delete it"))
    phone.wait_for_url(f"**{LIBRARY}**")
    expect(phone.locator(".asset")).to_have_count(2)
    plain = enter(bob, LIBRARY, java_script_enabled=False)
    delete(plain, "buoy", lambda button: button.click())
    expect(plain.get_by_role("link", name="Waits")).to_be_visible()
    gone = MediaAsset.objects.exclude(deleted_at=None)
    assert [asset.name for asset in gone] == ["wave.jpg"]


def test_the_composer_takes_what_is_dropped_and_orders_it_by_keys(enter, bob, team):
    post = PostFactory(team=team, author=bob, channels=[ChannelFactory(team=team)])
    page = enter(bob, f"/t/tidewater/posts/{post.pk}/edit/")
    onto = DROP.replace("document.body", "document.querySelector('drum-upload')")
    for colour in ("teal", "red"):
        page.evaluate(onto, [f"{colour}.jpg", list(picture(colour=colour))])
    tiles = page.locator(".picture")
    expect(tiles).to_have_count(2)
    go(page, tiles.nth(0).get_by_role("textbox"))
    page.keyboard.type("Teal")
    press(page, tiles.nth(0).get_by_role("button", name="Move later"))
    expect(tiles.nth(1).get_by_role("textbox")).to_have_value("Teal")
    wait_until(lambda: [use.alt for use in post.pictures.all()] == ["", "Teal"], 8, "its saving")
    page.reload()
    expect(tiles.nth(1).get_by_role("textbox")).to_have_value("Teal")


def test_without_scripts_the_composer_takes_from_the_library_what_was_chosen(enter, bob, files):
    plain = enter(bob, "/t/tidewater/posts/new/", java_script_enabled=False)
    plain.get_by_label("Text for all channels").fill("Forty buoys")
    plain.get_by_role("button", name="Choose from the library").click()
    plain.get_by_role("button", name="Add to the post").click()
    expect(plain.get_by_role("alert")).to_have_text("Choose at least one file first.")
    plain.get_by_role("searchbox").fill("reef")
    plain.get_by_role("button", name="Search", exact=True).click()
    expect(plain.locator(".pickable")).to_have_count(1)
    plain.locator(".pickable").click()
    plain.get_by_role("button", name="Add to the post").click()
    expect(plain.get_by_label("Text for all channels")).to_have_value("Forty buoys")
    expect(plain.locator(".picture textarea")).to_have_value("A reef at sea")
    assert [use.asset for use in Post.objects.get().pictures.all()] == [files["reef"]]
