"""What is done with a post, a template and a group of hashtags: mouse, keys, finger, no script."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from calendar_app.models import SavedView
from posts.models import HashtagGroup, Post
from posts.states import Stage
from tests.browser.hand import EACH, Keys, Mouse, Plain
from tests.browser.hands import press, whole
from tests.factories.posts import (
    MediaAssetFactory,
    PostFactory,
    PostMediaFactory,
    TemplateFactory,
    refresh_hash,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TEAM = "/t/tidewater"


@pytest.fixture
def day():
    return timezone.localdate() + timedelta(days=9)


@pytest.mark.parametrize("way", EACH)
def test_a_post_is_scheduled_taken_off_copied_and_thrown_away(enter, team, bob, channel, day, way):
    post = PostFactory(team=team, author=bob, title="Forty buoys", channels=[channel])
    address = f"{TEAM}/posts/{post.pk}/"
    page = enter(bob, address, **way.options)
    hand, head = way(page), page.locator("#post-head")
    hand.press(page.locator("#post-plan > summary"))
    hand.say(page.get_by_label("Date", exact=True), f"{day}")
    hand.say(page.get_by_label("Time", exact=True), "16:45")
    hand.press(page.locator("#post-plan").get_by_role("button", name="Schedule", exact=True))
    expect(head.locator(".crumbs")).to_contain_text("16:45")
    whole(page)
    post.refresh_from_db()
    assert post.stage == Stage.SCHEDULED
    assert f"{post.planned_at.astimezone(team.zone):%F %H:%M}" == f"{day} 16:45"

    def choose(name):
        hand.press(head.get_by_role("button", name="More", exact=True))
        hand.press(page.locator("#post-more").get_by_text(name))

    choose("Take off the schedule")
    expect(head.locator(".crumbs")).to_contain_text("No time yet")
    assert Post.objects.get().planned_at is None
    choose("Duplicate")
    page.wait_for_url("**/edit/")
    copy = Post.objects.exclude(pk=post.pk).get()
    assert (copy.body, copy.stage) == (post.body, Stage.DRAFTING)
    page.goto(address)
    choose("Move to trash")
    hand.press(page.get_by_role("button", name="Move to trash"))
    page.wait_for_url("**/board/")
    assert Post.objects.get(trashed_at=None) == copy


@pytest.mark.parametrize("way", EACH)
def test_a_picture_is_described_a_comment_added_and_a_slot_taken(
    enter, team, bob, channel, day, way
):
    post = PostFactory(team=team, author=bob, title="Forty buoys", channels=[channel])
    PostMediaFactory(post=post, asset=MediaAssetFactory(team=team), alt="")
    refresh_hash(post)
    channel.slots.create(team=team, weekday=day.weekday(), at="09:30")
    page = enter(bob, f"{TEAM}/posts/{post.pk}/edit/", **way.options)
    hand, described = way(page), page.locator(".picture").get_by_role("textbox")
    hand.press(page.locator("#checks").get_by_role("link", name="Describe it"))
    expect(described).to_be_in_viewport()
    hand.say(described, "A yellow buoy")
    tabs = "summary" if way is Plain else "[role=tab]"
    tab = page.locator(f"drum-tabs {tabs}", has_text="Mastodon")
    if way is Keys:
        page.get_by_role("tab", name="All channels").focus()
        page.keyboard.press("ArrowRight")
    else:
        hand.press(tab)
    hand.say(page.get_by_label("First comment"), "More at the pier.")
    hand.say(page.get_by_label("Who can see it"), "Followers only")
    slot = page.locator("input[name=when][value=queue]")
    if way is Keys:
        page.locator("input[name=when]:checked").focus()
        page.keyboard.press("ArrowDown")
        expect(slot).to_be_checked()
    else:
        hand.press(page.locator(".choice", has=slot))
    if way is not Plain:
        expect(page.locator("#previews")).to_contain_text("More at the pier.")
    whole(page)
    hand.press(page.locator("button[form=composer][value=schedule]:visible"))
    page.wait_for_url(f"**/posts/{post.pk}/")
    post.refresh_from_db()
    own = post.variants.get()
    assert (own.first_comment, own.options) == ("More at the pier.", {"visibility": "private"})
    assert post.pictures.get().alt == "A yellow buoy"
    assert f"{post.planned_at.astimezone(team.zone):%a %H:%M}" == f"{day:%a} 09:30"


@pytest.mark.parametrize("way", EACH)
def test_a_template_is_changed_brought_back_and_archived(enter, team, bob, way):
    template = TemplateFactory(team=team, name="Back on station")
    page = enter(bob, f"{TEAM}/templates/{template.pk}/", **way.options)
    hand = way(page)
    hand.press(page.get_by_role("link", name="Edit", exact=True))
    hand.say(page.get_by_label("Text", exact=True), "Away again.")
    hand.press(page.get_by_role("button", name="Save as the next version"))
    hand.press(page.locator(".revision").last)
    hand.press(page.get_by_role("button", name="Bring this one back"))
    expect(page.locator(".revision")).to_have_count(3)
    hand.press(page.get_by_role("button", name="Archive"))
    page.wait_for_url("**/templates/")
    whole(page)
    template.refresh_from_db()
    assert (template.version, template.archived_at is None) == (3, False)
    page.goto(f"{TEAM}/templates/{template.pk}/")
    hand.press(page.get_by_role("button", name="Bring back"))
    expect(page.get_by_role("link", name="Use it")).to_be_visible()
    template.refresh_from_db()
    assert template.archived_at is None


def test_an_open_menu_is_entered_by_keys_whatever_is_read_meanwhile(enter, team, bob):
    post = PostFactory(team=team, author=bob, title="Forty buoys")
    page = enter(bob, f"{TEAM}/posts/{post.pk}/")
    more = page.locator("#post-head").get_by_role("button", name="More", exact=True)
    press(page, more)
    # As somebody else renames it, and their change is told here.
    Post.objects.update(title="Fifty buoys")
    with page.expect_request_finished(lambda asked: asked.headers.get("hx-target") == "post-head"):
        page.evaluate("htmx.trigger('#post-head', 'live')")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Duplicate")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("heading", level=1)).to_have_text("Fifty buoys")
    expect(more).to_be_focused()


def test_an_earlier_version_asked_for_before_the_last_one_came(enter, team, bob):
    template = TemplateFactory(team=team, name="Back on station", version=2)
    document = template.versions.get().document | {"body": "Away again."}
    template.versions.create(number=2, document=document)
    page, late = enter(bob, f"{TEAM}/templates/"), []

    def hold(asked):
        late.append(asked)

    page.route("**/versions/*/", hold)
    with page.expect_request("**/versions/2/"):
        page.get_by_role("link", name="Back on station", exact=True).click()
    page.locator(".revision").last.click()
    for asked in late:
        asked.fulfill(response=asked.fetch())
    page.get_by_role("button", name="Bring this one back").wait_for()


@pytest.mark.parametrize("way", EACH)
def test_a_group_and_a_view_are_named_anew_and_removed(enter, team, bob, way):
    page = enter(bob, f"{TEAM}/hashtags/", **way.options)
    hand = way(page)
    hand.say(page.get_by_label("Name of the new group"), "Buoys")
    hand.say(page.get_by_label("Its hashtags"), "#opendata #sea")
    hand.press(page.get_by_role("button", name="Make a group"))
    hand.say(page.get_by_label("Name of the group Buoys"), "Floats")
    hand.press(page.get_by_role("button", name="Save Buoys"))
    expect(page.get_by_label("Name of the group Floats")).to_be_visible()
    whole(page)
    group = HashtagGroup.objects.get()
    assert (group.name, group.tags) == ("Floats", ["opendata", "sea"])
    hand.press(page.get_by_role("button", name="Remove the group Floats"))
    expect(page.get_by_text("No groups yet")).to_be_visible()

    if way in (Mouse, Keys):
        SavedView.objects.create(team=team, owner=bob, name="Mine", page="board", query="q=sea")
        page.goto(f"{TEAM}/calendar/views/")
        hand.press(page.get_by_role("link", name="Rename Mine"))
        hand.say(page.get_by_label("Name", exact=True), "Ours")
        hand.press(page.get_by_role("button", name="Save", exact=True))
        hand.press(page.get_by_role("button", name="Delete Ours"))
        expect(page.get_by_text("Nothing is saved yet")).to_be_visible()
        assert not SavedView.objects.exists()
