"""The library in a real browser: files come up, are described, and go into a post."""

import pytest
from playwright.sync_api import expect

from posts.models import MediaAsset
from posts.services import library
from tests.chromium import picture_file
from tests.factories.posts import FolderFactory, MediaAssetFactory, PostFactory, picture
from tests.factories.publishers import ChannelFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LIBRARY = "/t/tidewater/library/"
DROP = """([name, content]) => {
  const data = new DataTransfer();
  data.items.add(new File([Uint8Array.from(content)], name, { type: "image/jpeg" }));
  for (const kind of ["dragenter", "dragover", "drop"]) {
    const about = { dataTransfer: data, bubbles: true, cancelable: true };
    document.body.dispatchEvent(new DragEvent(kind, about));
  }
}"""
PASTE = """([name, content]) => {
  const data = new DataTransfer();
  data.items.add(new File([Uint8Array.from(content)], name, { type: "image/jpeg" }));
  document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true }));
}"""


def test_files_come_up_and_go_on_after_a_broken_connection(enter, bob, team, tmp_path):
    page = enter(bob, LIBRARY)
    expect(page.get_by_text("Nothing here yet")).to_be_visible()
    files = [
        picture_file(tmp_path, picture(colour="teal"), "one.jpg"),
        picture_file(tmp_path, b"<svg/>", "three.svg"),
    ]
    page.locator("#library-files").set_input_files(files)
    expect(page.locator(".asset")).to_have_count(1)
    expect(page.locator("drum-sending[data-failed]")).to_contain_text("not a JPEG")
    page.evaluate(DROP, ["again.jpg", list(picture(colour="teal"))])
    expect(page.get_by_role("link", name="You have it already: one.jpg")).to_be_visible()
    # Now in pieces of 2 KB, of which the second does not get through at first.
    page.evaluate("document.querySelector('drum-library').dataset.piece = 2000")
    pieces = []

    def break_once(route):
        pieces.append(route.request.headers.get("upload-offset"))
        if len(pieces) == 2:
            route.abort()
        else:
            route.continue_()

    page.route("**/library/uploads/*/", break_once)
    page.evaluate(PASTE, ["large.jpg", list(picture(900, 700, colour="red"))])
    expect(page.locator(".asset")).to_have_count(2)
    assert pieces[:3] == ["0", "2000", "2000"]
    assert MediaAsset.objects.count() == 2


def test_a_file_is_described_filed_deleted_and_back(enter, bob, team):
    FolderFactory(team=team, name="Coast")
    for name in ("buoy.jpg", "wave.jpg"):
        MediaAssetFactory(team=team, name=name)
    page = enter(bob, LIBRARY)
    tile = page.locator(".asset", has_text="buoy.jpg")
    expect(tile).to_contain_text("No alt text")
    tile.get_by_role("link").press("Enter")
    panel = page.locator("#panel")
    expect(panel.get_by_role("heading", name="buoy.jpg")).to_be_focused()
    panel.get_by_label("Alt text").fill("A yellow buoy")
    panel.get_by_label("Name").focus()
    expect(panel.get_by_role("status")).to_have_text("Saved.")
    expect(tile).not_to_contain_text("No alt text")
    expect(tile.locator("[data-panel]")).to_have_attribute("aria-current", "true")
    assert MediaAsset.objects.get(name="buoy.jpg").alt == "A yellow buoy"
    panel.get_by_role("button", name="Delete").click()
    expect(page.locator(".asset")).to_have_count(1)
    page.locator(".toast__act").click()
    expect(page.locator(".asset")).to_have_count(2)
    for name in ("buoy.jpg", "wave.jpg"):
        page.get_by_role("checkbox", name=f"Select {name}").press("Space")
    expect(page.locator(".selection")).to_contain_text("2 chosen")
    page.locator("#chosen-folder").select_option("Coast")
    page.get_by_role("button", name="Move").click()
    expect(page.locator(".toast")).to_contain_text("2 files are in “Coast”.")
    assert set(MediaAsset.objects.values_list("folder__name", flat=True)) == {"Coast"}


def test_what_others_do_appears_and_takes_nothing_away(enter, alice, bob, team, tmp_path):
    MediaAssetFactory(team=team, name="kept.jpg")
    looked_at, gone = (
        MediaAssetFactory(team=team, name=f"{name}.jpg") for name in ("seen", "gone")
    )
    page, theirs = enter(bob, LIBRARY), enter(alice, LIBRARY)
    for one in (page, theirs):
        expect(one.locator("drum-live")).to_have_attribute("data-state", "live")
    page.locator(f"#asset-{looked_at.pk} [data-panel]").click()
    page.get_by_role("checkbox", name="Select kept.jpg").check()
    page.locator("#chosen-tags").fill("half a t")
    words = page.locator("#panel").get_by_label("Alt text")
    words.press_sequentially("A yellow b")

    file = picture_file(tmp_path, picture(colour="teal"), "new.jpg")
    theirs.locator("#library-files").set_input_files(file)
    library.delete(team=team, ids=[gone.pk])
    expect(page.locator(".asset", has_text="new.jpg")).to_be_visible()
    expect(page.locator(f"#asset-{gone.pk}")).to_have_count(0)
    expect(page.locator("#library-count")).to_contain_text("3 files")
    expect(words).to_have_value("A yellow b")
    expect(words).to_be_focused()
    expect(page.get_by_role("checkbox", name="Select kept.jpg")).to_be_checked()
    expect(page.locator(".selection")).to_contain_text("1 chosen")
    expect(page.locator("#chosen-tags")).to_have_value("half a t")
    expect(page.locator("[data-panel][aria-current]")).to_have_count(1)

    # The one that is looked at: its panel says so, and what was typed stays.
    library.delete(team=team, ids=[looked_at.pk])
    expect(page.locator("#panel")).to_contain_text("This file is deleted.")
    expect(page.locator("#panel").get_by_role("link", name="New post with this")).to_have_count(0)
    expect(page.locator(f"#asset-{looked_at.pk}")).to_have_count(0)
    expect(words).to_have_value("A yellow b")


def test_chosen_in_the_composer_in_their_order(enter, bob, team):
    for name in ("buoy.jpg", "wave.jpg", "reef.jpg"):
        MediaAssetFactory(team=team, name=name, alt=name)
    post = PostFactory(team=team, author=bob, channels=[ChannelFactory(team=team)])
    page = enter(bob, f"/t/tidewater/posts/{post.pk}/edit/")
    page.get_by_role("button", name="Choose from the library").click()
    dialog = page.get_by_role("dialog", name="Choose from the library")
    dialog.get_by_role("checkbox", name="wave.jpg").check()
    dialog.get_by_role("searchbox").fill("reef")
    expect(dialog.locator(".pickable")).to_have_count(1)
    dialog.get_by_role("checkbox", name="reef.jpg").press("Space")
    expect(dialog.get_by_role("status")).to_have_text("2 chosen")
    dialog.get_by_role("button", name="Add to the post").click()
    expect(dialog).to_be_hidden()
    expect(page.locator(".picture")).to_have_count(2)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".toast")).to_contain_text("Saved")
    assert [use.alt for use in post.pictures.all()] == ["wave.jpg", "reef.jpg"]
