"""With one finger on a phone: every target has room for it, and nothing is cut off."""

import re
from datetime import time, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from calendar_app.models import SavedView, Slot
from posts.models import Comment, Post
from posts.states import Stage
from tests.browser.hands import PHONE, tap, whole
from tests.factories.posts import (
    HashtagGroupFactory,
    MediaAssetFactory,
    PostFactory,
    TemplateFactory,
)
from tests.factories.publishers import ChannelFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TEAM = "/t/tidewater"


@pytest.fixture
def channel(team):
    return ChannelFactory(team=team, name="News")


@pytest.fixture
def post(team, bob, channel):
    return PostFactory(team=team, author=bob, title="Forty buoys", channels=[channel])


def said(page):
    return page.locator(".toast").last


def test_board_and_lanes(enter, bob, carol, post):
    page = enter(bob, f"{TEAM}/board/", **PHONE)
    stages = page.get_by_role("navigation", name="Stages")
    tap(stages.get_by_role("link", name="Drafting"))
    expect(page.locator("#column-draft")).to_be_in_viewport(ratio=0.6)
    card = page.locator(f"#card-{post.pk}")
    tap(card.locator("[data-move]"))
    dialog = page.locator("#move-dialog")
    whole(page, dialog)
    tap(dialog.get_by_role("link", name="Quick edit"))
    dialog.get_by_label("Title").fill("Fifty buoys")
    whole(page, dialog)
    tap(dialog.get_by_role("button", name="Save"))
    expect(dialog).to_be_hidden()
    expect(card).to_contain_text("Fifty buoys")
    tap(card.locator("[data-move]"))
    tap(dialog.get_by_role("button", name="Ideas"))
    expect(page.locator("#column-idea")).to_contain_text("Fifty buoys")
    tap(stages.get_by_role("link", name="Ideas"))
    expect(page.locator("#column-idea")).to_be_in_viewport(ratio=0.6)

    tap(page.locator("[popovertarget=group-menu]"))
    tap(page.get_by_role("link", name="Group by assignee"))
    page.wait_for_url("**group=assignee")
    page.wait_for_load_state("networkidle")
    lane = page.locator(f"#lane-{carol.pk}")
    tap(stages.get_by_role("link", name="Ideas"))
    tap(card.locator("[data-move]"))
    dialog.get_by_label("Assignee").select_option("Carol")
    tap(dialog.get_by_role("button", name="Move to this lane"))
    expect(lane).to_contain_text("Fifty buoys")
    # It is as long as the lane, of which a phone shows the beginning.
    lane.locator("summary").tap(position={"x": 80, "y": 22})
    expect(card).to_be_hidden()
    tap(said(page).get_by_role("button", name="Undo"))
    expect(page.locator("#lane-none")).to_contain_text("Fifty buoys")
    whole(page)
    post.refresh_from_db()
    assert (post.stage, post.assignee) == (Stage.IDEA, None)


def test_from_a_template_to_a_planned_draft(enter, bob, team):
    short = ChannelFactory(team=team, platform="bluesky", name="Tidewater")
    long = ChannelFactory(team=team, platform="linkedin", name="Tidewater Labs")
    TemplateFactory(team=team, name="Back on station")
    HashtagGroupFactory(team=team, name="Buoys", tags=["opendata", "sea"])
    for name in ("buoy.jpg", "wave.jpg"):
        MediaAssetFactory(team=team, name=name, alt=name)
    page = enter(bob, f"{TEAM}/templates/", **PHONE)
    tap(page.get_by_role("link", name="Use Back on station"))
    page.get_by_label("Buoy").fill("Buoy 41")
    tap(page.get_by_role("button", name="Make the draft"))
    expect(page.locator("#body")).to_have_value("Buoy 41 is back on station.")

    tap(page.get_by_role("checkbox", name="LinkedIn: Tidewater Labs"))
    expect(page.get_by_role("tab", name="LinkedIn")).to_be_hidden()
    tap(page.locator("[data-into=body]"))
    whole(page, page.locator("#tags-pop"))
    tap(page.get_by_role("button", name="Buoys"))
    expect(page.locator("#body")).to_have_value("Buoy 41 is back on station. #opendata #sea ")
    tap(page.get_by_role("tab", name="Bluesky"))
    tap(page.get_by_role("button", name="Give it its own text"))
    page.locator(f"#text_{short.pk}").fill("Short and its own")

    tap(page.get_by_role("button", name="Choose from the library"))
    dialog = page.get_by_role("dialog", name="Choose from the library")
    whole(page, dialog)
    for name in ("wave.jpg", "buoy.jpg"):
        tap(dialog.get_by_role("checkbox", name=name))
    tap(dialog.get_by_role("button", name="Add to the post"))
    tiles = page.locator(".picture")
    expect(tiles).to_have_count(2)
    tap(tiles.nth(1).get_by_role("button", name="Move earlier"))
    expect(tiles.nth(0).get_by_role("textbox")).to_have_value("buoy.jpg")
    tap(tiles.nth(1).get_by_role("button", name="Take this picture out"))
    expect(tiles).to_have_count(1)

    tap(page.locator(".choice", has_text="Pick a time"))
    page.locator("#date").fill("2027-12-10")
    page.locator("#time").fill("09:30")
    dock = page.locator(".composer__dock")
    tap(dock.get_by_role("link", name="Preview"))
    expect(page.locator("#previews img").first).to_be_in_viewport()
    expect(page.locator("#previews")).to_contain_text("Short and its own")
    # What scrolls is between both bars, and they stay where they are.
    assert page.locator(".sheet").evaluate(
        "sheet => [sheet.scrollTop, sheet.scrollHeight - sheet.clientHeight]"
    ) == [0, 0]
    tap(dock.get_by_role("button", name="More ways to continue"))
    tap(page.locator("#more-dock").get_by_role("button", name="Save as it is"))
    expect(said(page)).to_contain_text("Saved")
    whole(page)
    post = Post.objects.get()
    assert post.stage == Stage.DRAFTING
    assert [variant.channel for variant in post.variants.all()] == [short] != [long]
    assert [use.alt for use in post.pictures.all()] == ["buoy.jpg"]
    assert post.planned_at.astimezone(team.zone).strftime("%d %H:%M") == "10 09:30"


def test_filters_a_view_and_the_list(enter, bob, team, channel):
    for n in range(52):
        day = timezone.now() + timedelta(days=1, minutes=n)
        PostFactory(team=team, author=bob, title=f"Buoy {n:02}", planned_at=day)
    PostFactory(team=team, author=bob, title="Elsewhere", stage=Stage.IDEA)
    page = enter(bob, f"{TEAM}/calendar/list/", **PHONE)
    rows = page.locator(".post-line")
    expect(rows).to_have_count(50)
    tap(page.get_by_role("link", name="More", exact=True))
    expect(rows).to_have_count(2)
    tap(page.get_by_role("link", name="Before this"))
    expect(rows).to_have_count(50)
    tap(page.locator("#filter-all"))
    page.get_by_label("Order").select_option("Time, latest first")
    tap(page.locator("#filters-all").get_by_role("button", name="Done"))
    expect(rows.first).to_contain_text("Buoy 51")

    tap(page.locator("#filter-all"))
    tap(page.locator("#filter-status"))
    menu = page.locator("#pick-status")
    whole(page, menu)
    tap(menu.get_by_label("Idea", exact=True))
    expect(rows).to_have_count(0)
    tap(menu.get_by_label("Draft", exact=True))
    expect(rows).to_have_count(50)
    tap(menu.get_by_role("button", name="Back, Status"))
    expect(menu).to_be_hidden()
    tap(page.locator("#filters-all").get_by_role("button", name="Done"))
    tap(page.locator("#chip-off-status-idea"))
    expect(page.locator("#filter-chips .chip")).to_have_count(1)

    tap(page.locator("#filter-views"))
    saved = page.locator("#saved")
    saved.get_by_role("textbox", name="Name").fill("My drafts")
    whole(page, saved)
    tap(saved.get_by_label("Share with the team"))
    tap(saved.get_by_role("button", name="Save this view"))
    expect(said(page)).to_contain_text("Saved as “My drafts”.")
    assert SavedView.objects.get().shared
    tap(saved.get_by_role("link", name="Rename or delete"))
    tap(page.get_by_role("link", name="Rename My drafts"))
    page.get_by_role("textbox", name="Name").fill("Drafts")
    tap(page.get_by_role("button", name="Save"))
    page.get_by_role("link", name="Drafts", exact=True).tap()
    page.wait_for_url("**status=draft**")
    tap(page.locator(".post-line__act").first)
    whole(page, page.get_by_role("dialog", name="Move post"))


def test_slots_the_queue_and_comments(enter, alice, bob, team, post):
    page = enter(bob, f"{TEAM}/slots/", **PHONE)
    page.get_by_label("Time").fill("09:30")
    for day in ("Monday", "Friday"):
        tap(page.locator(".slot-acts form").first.get_by_label(day))
    tap(page.get_by_role("button", name="Add", exact=True))
    expect(page.get_by_text("2 slots a week")).to_be_visible()
    tap(page.get_by_role("button", name="Remove Friday, 09:30"))
    expect(page.get_by_text("1 slot a week")).to_be_visible()
    tap(page.get_by_role("button", name="Undo"))
    expect(page.get_by_text("2 slots a week")).to_be_visible()
    tap(page.locator("summary", has_text="Pause"))
    for cross in page.get_by_role("button", name="Dismiss").all()[::-1]:
        tap(cross)
    tap(page.get_by_role("button", name="Pause the queue"))
    tap(page.get_by_role("button", name="Resume"))
    expect(page.locator("summary", has_text="Pause")).to_be_visible()
    whole(page)
    assert Slot.objects.filter(at=time(9, 30)).count() == 2

    page.goto(f"{TEAM}/posts/{post.pk}/")
    tap(page.locator("summary", has_text="Schedule"))
    whole(page)
    tap(page.get_by_role("button", name="Add to queue"))
    expect(page.locator("#post-head .crumbs")).to_contain_text("09:30")
    tap(page.get_by_role("button", name="Undo"))
    expect(page.locator("#post-head .crumbs")).to_contain_text("No time yet")

    page.locator("#talk").scroll_into_view_if_needed()
    box = page.get_by_label("Write a comment")
    box.scroll_into_view_if_needed()
    box.press_sequentially("For @")
    tap(page.get_by_role("option", name=re.compile("Alice")))
    expect(box).to_have_value("For @Alice ")
    tap(page.locator("#comment-new").get_by_text("Reviewers outside may read it"))
    tap(page.get_by_role("button", name="Comment", exact=True))
    expect(page.locator(".mention")).to_have_text("@Alice")
    first = Comment.objects.get()
    assert first.external
    tap(page.locator(f"#answer-{first.pk} summary"))
    page.locator(f"#answer-{first.pk}-text").fill("Yes.")
    tap(page.locator(f"#answer-{first.pk}-send"))
    expect(page.locator("#comment-count")).to_have_text("2")
    # The live reading that follows puts another button in its place.
    expect(page.get_by_text("Bob answered a comment")).to_be_visible()
    tap(page.get_by_role("button", name="Resolve"))
    done = page.locator(f"#done-{first.pk} > summary")
    expect(done).to_contain_text("Resolved by Bob")
    expect(page.get_by_text("Bob resolved a comment")).to_be_visible()
    tap(done)
    tap(page.get_by_role("button", name="Open again"))
    expect(done).to_have_count(0)
    whole(page)
