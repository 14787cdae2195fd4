"""With keys alone: all is reached, shows where one is, and no answer takes the focus away."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import TimeoutError, expect

from calendar_app.models import SavedView, Slot
from posts.models import Comment, Import, MediaAsset, Post
from posts.states import Stage
from tests.browser.hands import go, here, press, work
from tests.factories.posts import FolderFactory, MediaAssetFactory, PostFactory
from tests.factories.publishers import ChannelFactory
from tests.posts.importing import text, tomorrow

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TEAM = "/t/tidewater"


@pytest.fixture
def channel(team):
    return ChannelFactory(team=team, name="News")


def kept(page, where):
    """The focus is in that part of the page, not lost to the page, once an answer has settled."""
    inside = "where => document.querySelector(where)?.contains(document.activeElement)"
    try:
        page.wait_for_function(inside, arg=where, timeout=2000)
    except TimeoutError:
        pytest.fail(f"The focus went to {here(page)}")


def keys(page, *pressed):
    for key in pressed:
        page.keyboard.press(key)


def test_filters_a_view_and_the_list_that_another_reads(enter, alice, bob, team, channel):
    start = (timezone.localtime(timezone=team.zone) + timedelta(days=1)).replace(hour=9, minute=0)
    for n in range(52):
        PostFactory(
            team=team, author=bob, title=f"Buoy {n:02}", planned_at=start + timedelta(minutes=n)
        )
    PostFactory(
        team=team, author=bob, title="Quiet", body="Calm", planned_at=start, stage=Stage.IDEA
    )
    address = f"{TEAM}/calendar/list/"
    page, theirs = enter(bob, address), enter(alice, address)
    rows, chips = page.locator(".post-line"), page.locator("#filter-chips .chip")
    press(page, page.locator("#filter-status"))
    press(page, page.locator("#pick-status").get_by_label("Draft", exact=True), "Space")
    expect(chips).to_have_count(1)
    kept(page, "#pick-status")
    keys(page, "Escape")
    expect(page.locator("#filter-status")).to_be_focused()

    press(page, page.locator("#filter-views"))
    go(page, page.locator("#saved").get_by_role("textbox", name="Name"))
    page.keyboard.type("My drafts")
    keys(page, "Enter")
    expect(page.locator(".toast")).to_contain_text("Saved as “My drafts”.")
    kept(page, "#saved")
    keys(page, "Escape")
    expect(page.locator("#filter-views")).to_be_focused()
    assert SavedView.objects.get().query == "status=draft"

    go(page, page.get_by_label("Order"), "Shift+Tab")
    keys(page, "ArrowDown")
    expect(rows.first).to_contain_text("Buoy 51")
    expect(page.get_by_label("Order")).to_be_focused()
    press(page, chips.first)
    expect(chips).to_have_count(0)
    kept(page, "#filters")
    page.keyboard.type("Buoy")
    expect(page).to_have_url(re.compile("q=Buoy"))
    press(page, page.get_by_role("link", name="More", exact=True), by="Shift+Tab")
    expect(rows).to_have_count(2)

    first = Post.objects.get(title="Buoy 00")
    row = page.locator(f"#row-{first.pk}")
    dialog = page.get_by_role("dialog", name="Move post")
    press(page, row.locator(".post-line__act"))
    expect(dialog).to_be_visible()
    keys(page, "Escape", "Enter")
    expect(dialog.get_by_label("Day")).to_be_visible()
    go(page, dialog.get_by_label("Time"))
    page.keyboard.type("0445PM")
    press(page, dialog.get_by_role("button", name="Move"))
    expect(page.locator("#row-move-" + str(first.pk))).to_have_count(0)
    kept(page, "#main")
    expect(theirs.locator(f"#row-{first.pk}")).to_have_count(0)
    theirs.get_by_role("link", name="More", exact=True).click()
    expect(theirs.locator(f"#row-{first.pk}")).to_contain_text("16:45")


def test_the_library(enter, bob, team, channel):
    FolderFactory(team=team, name="Coast")
    for name in ("buoy.jpg", "wave.jpg"):
        MediaAssetFactory(team=team, name=name)
    page = enter(bob, f"{TEAM}/library/")
    tiles, panel = page.locator(".asset"), page.locator("#panel")
    press(page, tiles.filter(has_text="buoy.jpg").get_by_role("link"))
    expect(panel.get_by_role("heading", name="buoy.jpg")).to_be_focused()
    go(page, panel.get_by_label("Alt text"))
    page.keyboard.type("A yellow buoy")
    go(page, panel.get_by_label("Folder"))
    expect(panel.get_by_role("status")).to_have_text("Saved.")
    page.keyboard.type("Coast")
    go(page, panel.get_by_label("Tags"))
    expect(panel.get_by_label("Tags")).to_be_focused()
    press(page, panel.get_by_role("button", name="Delete"))
    expect(tiles).to_have_count(1)
    kept(page, "#panel")
    keys(page, "Control+z")
    expect(tiles).to_have_count(2)
    buoy = MediaAsset.objects.get(name="buoy.jpg")
    assert (buoy.alt, buoy.folder.name) == ("A yellow buoy", "Coast")

    for name in ("buoy.jpg", "wave.jpg"):
        press(page, page.get_by_role("checkbox", name=f"Select {name}"), "Space", "Shift+Tab")
    expect(page.locator("#selection")).to_contain_text("2 chosen")
    go(page, page.locator("#chosen-folder"))
    page.keyboard.type("Coast")
    press(page, page.get_by_role("button", name="Move"))
    expect(page.locator(".toast")).to_contain_text("2 files are in “Coast”.")

    PostFactory(team=team, author=bob, channels=[channel])
    page.goto(f"{TEAM}/posts/{Post.objects.get().pk}/edit/")
    library = page.get_by_role("button", name="Choose from the library")
    press(page, library)
    dialog = page.get_by_role("dialog", name="Choose from the library")
    expect(dialog.get_by_role("searchbox")).to_be_focused()
    for name in ("wave.jpg", "buoy.jpg"):
        box = dialog.get_by_role("checkbox", name=re.compile(f"{name}$"))
        press(page, box, "Space")
    expect(dialog.get_by_role("status")).to_have_text("2 chosen")
    press(page, dialog.get_by_role("button", name="Add to the post"))
    expect(dialog).to_be_hidden()
    expect(library).to_be_focused()
    pictures = page.locator(".picture")
    press(page, pictures.nth(0).get_by_role("button", name="Move later"))
    expect(pictures.nth(1).get_by_role("button", name="Move later")).to_be_focused()
    keys(page, "Tab", "Enter")
    expect(pictures).to_have_count(1)
    kept(page, "drum-upload")


def test_an_import_with_its_columns(enter, bob, team, channel):
    page = enter(bob, f"{TEAM}/import/")
    press(page, page.get_by_role("link", name="Import posts"))
    page.wait_for_url("**/import/new/")
    go(page, page.get_by_label("File", exact=True))
    rows = [
        ("Text", "Remark", "Channel"),
        ("Calm water.", f"{tomorrow()} 09:30", "News"),
        ("Wind.", "?", ""),
    ]
    file = {"name": "plan.csv", "mimeType": "text/csv", "buffer": text(*rows)}
    page.get_by_label("File", exact=True).set_input_files(file)
    press(page, page.get_by_role("button", name="Read the file"))
    go(page, page.get_by_label("Remark"))
    page.keyboard.type("Date")
    press(page, page.get_by_role("button", name="See what would come of it"))
    stop = page.get_by_role("button", name="Stop here")
    go(page, stop)
    work(page)
    make = page.get_by_role("button", name="Make one post")
    expect(make).to_be_visible()
    kept(page, "#main")
    press(page, page.get_by_role("link", name=re.compile("^To mend")))
    expect(page.locator(".import-table")).to_contain_text("is not a date")
    press(page, make)
    work(page)
    press(page, page.get_by_role("link", name="Undo this import"))
    press(page, page.get_by_role("button", name="Undo the import"))
    work(page)
    expect(page.get_by_text("1 in the trash")).to_be_visible()
    assert Import.objects.get().step == "undone"


def test_slots_the_queue_and_comments(enter, alice, bob, team, channel):
    post = PostFactory(team=team, author=bob, title="Forty buoys", channels=[channel])
    page = enter(bob, f"{TEAM}/slots/")
    week = f"#week-{channel.pk}"
    go(page, page.get_by_label("Time"))
    page.keyboard.type("0930AM")
    for day in ("Monday", "Friday"):
        press(page, page.locator(".slot-acts form").first.get_by_label(day), "Space")
    press(page, page.get_by_role("button", name="Add", exact=True))
    expect(page.get_by_text("2 slots a week")).to_be_visible()
    kept(page, week)
    press(page, page.get_by_role("button", name="Remove Monday, 09:30"), by="Shift+Tab")
    expect(page.get_by_text("1 slot a week")).to_be_visible()
    expect(page.get_by_role("button", name="Remove Friday, 09:30")).to_be_focused()
    keys(page, "Control+z")
    expect(page.get_by_text("2 slots a week")).to_be_visible()
    kept(page, week)
    assert Slot.objects.count() == 2

    page.goto(f"{TEAM}/posts/{post.pk}/")
    head = page.locator("#post-head .crumbs")
    press(page, page.locator("summary", has_text="Schedule"))
    press(page, page.get_by_role("button", name="Add to queue"))
    expect(head).to_contain_text("09:30")
    kept(page, "#post-head")
    keys(page, "Control+z")
    expect(head).to_contain_text("No time yet")
    kept(page, "#post-head")

    box = page.get_by_label("Write a comment")
    page.locator("#comments").scroll_into_view_if_needed()
    go(page, box)
    page.keyboard.type("For @")
    expect(page.locator(".mentions").get_by_role("option")).to_have_count(1)
    keys(page, "Enter")
    expect(box).to_have_value("For @Alice ")
    press(page, page.get_by_role("button", name="Comment", exact=True))
    expect(page.locator(".mention")).to_have_text("@Alice")
    kept(page, "#comments")
    first = Comment.objects.get()
    press(page, page.locator(f"#answer-{first.pk} summary"), by="Shift+Tab")
    keys(page, "Tab")
    page.keyboard.type("Yes.")
    press(page, page.locator(f"#answer-{first.pk}-send"))
    expect(page.locator("#comment-count")).to_have_text("2")
    kept(page, f"#comment-{first.pk}")
    # The live reading that follows puts another button in its place.
    expect(page.get_by_text("Bob answered a comment")).to_be_visible()
    press(page, page.get_by_role("button", name="Resolve"))
    done = page.locator(f"#done-{first.pk} > summary")
    expect(done).to_contain_text("Resolved by Bob")
    expect(page.get_by_text("Bob resolved a comment")).to_be_visible()
    expect(done).to_be_focused()
    keys(page, "Enter")
    press(page, page.get_by_role("button", name="Open again"))
    expect(done).to_have_count(0)
    kept(page, f"#comment-{first.pk}")
