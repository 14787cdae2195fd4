"""Writing in a real browser: it saves itself, counts as one types, and works without scripts."""

import re

import pytest
from playwright.sync_api import expect

from posts.models import Delivery, Post
from posts.services import compose
from tests.approvals.gating import gate
from tests.browser.examining import ALL, COLOURS, FINGERS, grave
from tests.browser.hands import PHONE
from tests.chromium import picture_file
from tests.factories.posts import MediaAssetFactory, PostFactory, PostMediaFactory, picture
from tests.factories.publishers import ChannelFactory
from tests.posts.films import film

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NEW = "/t/tidewater/posts/new/"


@pytest.fixture
def short(team):
    return ChannelFactory(team=team, platform="bluesky", name="Tidewater")


@pytest.fixture
def long(team):
    return ChannelFactory(team=team, platform="linkedin", name="Tidewater Labs")


@pytest.fixture
def post(team, bob, short):
    return PostFactory(team=team, author=bob, title="Forty buoys", channels=[short])


def edit(post) -> str:
    return f"/t/tidewater/posts/{post.pk}/edit/"


def saved(page):
    return expect(page.locator("#saved")).to_contain_text("Saved", timeout=8000)


def test_what_is_typed_is_counted_previewed_and_saved(enter, team, bob, short, long):
    gate(team, "banned", "warn", words=["utilise => use"])
    page = enter(bob, NEW)
    page.get_by_label("Title", exact=True).fill("Forty buoys")
    page.get_by_label("Text for all channels").fill("y" * 305 + " #sea")
    expect(page.locator("#checks")).to_contain_text("this is 10 over")
    expect(page.locator(f"#left-{short.pk}")).to_contain_text("10")
    expect(page.locator(f"#left-{long.pk}")).to_contain_text("2,690")
    expect(page.locator(".preview__over").last).to_have_text("#sea")
    saved(page)
    expect(page).to_have_url(re.compile(r"/posts/\d+/edit/$"))
    page.get_by_role("button", name="Give it its own text").click()
    expect(page.locator(f"#text_{short.pk}")).to_be_focused()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("Utilise: utilised, utilise")
    page.get_by_role("button", name="Write that").click()
    expect(page.locator(f"#text_{short.pk}")).to_have_value("use: utilised, use")
    expect(page.locator(f"#text_{short.pk}")).to_be_focused()
    expect(page.locator("#checks")).not_to_contain_text("does not use")
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("Short and its own")
    expect(page.locator("#checks")).to_contain_text("Bluesky and LinkedIn are ready")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".toast")).to_contain_text("Saved")
    post = Post.objects.get()
    assert post.variants.get(channel=short).text == "Short and its own"
    assert post.variants.get(channel=long).text is None


def test_nothing_is_wrong_before_the_first_word(enter, bob, short, long):
    page = enter(bob, NEW)
    hint, wrong = (page.locator(f"#checks [data-level={level}]") for level in ("hint", "error"))
    expect(hint).to_have_text("Write something or add a picture.")
    with page.expect_response("**/preview/"):
        page.get_by_role("checkbox", name="LinkedIn: Tidewater Labs").uncheck()
    expect(page.locator("#previews .preview")).to_have_count(1)
    expect(hint).to_be_visible()
    page.get_by_label("Title", exact=True).fill("Forty buoys")
    saved(page)
    expect(hint).to_be_visible()
    expect(wrong).to_have_count(0)
    page.get_by_label("Text for all channels").fill("They know it first.")
    expect(page.locator("#checks")).to_contain_text("Bluesky is ready")
    page.get_by_label("Text for all channels").fill("")
    expect(wrong).to_contain_text("The post is empty.")
    expect(hint).to_have_count(0)


def test_tabs_follow_the_arrow_keys_and_the_picker(enter, bob, short, long):
    page = enter(bob, NEW)
    tabs = page.get_by_role("tab")
    expect(tabs.first).to_have_attribute("aria-selected", "true")
    tabs.first.press("ArrowRight")
    expect(tabs.nth(1)).to_be_focused()
    expect(page.get_by_role("tabpanel")).to_have_count(1)
    page.keyboard.press("End")
    expect(tabs.last).to_have_attribute("aria-selected", "true")
    page.get_by_role("checkbox", name="LinkedIn: Tidewater Labs").uncheck()
    expect(page.get_by_role("tab", name="LinkedIn")).to_be_hidden()
    page.keyboard.press("Home")


def test_pictures_come_in_by_drop_and_change_places(enter, bob, post, tmp_path):
    page = enter(bob, edit(post))
    files = [
        picture_file(tmp_path, picture(colour="teal"), "one.jpg"),
        picture_file(tmp_path, picture(colour="red"), "two.jpg"),
        picture_file(tmp_path, b"<svg/>", "three.svg"),
    ]
    page.locator("#files").set_input_files(files)
    tiles = page.locator(".picture")
    expect(tiles).to_have_count(2)
    expect(page.locator("[data-progress]")).to_contain_text("not a JPEG")
    tiles.nth(0).get_by_role("textbox").fill("Teal")
    tiles.nth(1).get_by_role("textbox").fill("Red")
    tiles.nth(1).get_by_role("button", name="Move earlier").click()
    expect(tiles.nth(0).get_by_role("textbox")).to_have_value("Red")
    saved(page)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".toast")).to_contain_text("Saved")
    assert [use.alt for use in post.pictures.all()] == ["Red", "Teal"]
    expect(page.locator("#previews img").first).to_have_attribute("alt", "Red")


def test_a_video_comes_in_and_plays(enter, bob, post, tmp_path):
    page = enter(bob, edit(post))
    page.locator("#files").set_input_files([picture_file(tmp_path, film("webm"), "dusk.webm")])
    tile = page.locator(".picture")
    expect(tile).to_contain_text("0:02")
    tile.get_by_label("Describe this video").fill("Dusk at the pier")
    expect(page.locator("#previews")).to_contain_text("0:02")
    expect(page.locator("#checks")).to_contain_text("The video is WebM; Bluesky takes MP4")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".toast")).to_contain_text("Saved")
    page.goto(f"/t/tidewater/posts/{post.pk}/")
    size = page.get_by_label("Dusk at the pier", exact=True).evaluate(
        """film => new Promise((done, fail) => {
            film.onloadedmetadata = () => done([film.videoWidth, film.videoHeight]);
            film.onerror = () => fail(film.error.message);
            film.preload = "metadata";
            film.load();
        })"""
    )
    assert size == [320, 180]


def test_two_people_never_overwrite_each_other(enter, alice, bob, post):
    mine, theirs = enter(bob, edit(post)), enter(alice, edit(post))
    theirs.get_by_label("Text for all channels").fill("Alice's words of today")
    saved(theirs)
    mine.get_by_label("Text for all channels").fill("Bob's words of today")
    expect(mine.locator("#notices")).to_contain_text("Somebody saved a newer version")
    mine.get_by_role("button", name="See both versions").click()
    expect(mine.get_by_text("Alice saved a newer version")).to_be_visible()
    expect(mine.get_by_label("Text for all channels")).to_have_value("Bob's words of today")
    mine.get_by_role("button", name="Keep mine as the new version").click()
    expect(mine.locator(".toast")).to_contain_text("Saved")
    post.refresh_from_db()
    assert post.body == "Bob's words of today"
    kept = [revision.snapshot["body"] for revision in post.revisions.all()]
    assert "Alice's words of today" in kept


def test_double_click_publishes_once(enter, bob, team, short):
    team.review_required = False
    team.save(update_fields=["review_required"])
    page = enter(bob, NEW)
    page.get_by_label("Text for all channels").fill("Once")
    bar = page.locator(".composer__bar")
    expect(bar.get_by_role("button", name="Schedule", exact=True)).to_be_visible()
    page.locator("label", has_text="Publish now").click()
    expect(bar.get_by_role("button", name="Schedule", exact=True)).to_be_hidden()
    bar.get_by_role("button", name="Publish now", exact=True).dblclick()
    expect(page.locator(".toast")).to_contain_text("On its way")
    assert Post.objects.count() == 1
    assert Delivery.objects.count() == 1


def test_post_page_follows_what_others_write(enter, alice, bob, post):
    page = enter(alice, f"/t/tidewater/posts/{post.pk}/")
    expect(page.locator("#post-said")).to_contain_text("forty buoys")
    draft = compose.draft_of(compose.content.snapshot(post), post)
    changed = {**draft.__dict__, "body": "New words arrive by themselves"}
    compose.save(post=post, draft=type(draft)(**changed), version=post.version, by=bob)
    expect(page.locator("#post-said")).to_contain_text("arrive by themselves", timeout=3000)
    expect(page.locator("#post-timeline")).to_contain_text("Bob edited it")


def test_all_of_it_without_scripts(enter, bob, team, short, long, tmp_path):
    team.review_required = False
    team.save(update_fields=["review_required"])
    page = enter(bob, NEW, java_script_enabled=False)
    expect(page.locator("#checks [data-level=hint]")).to_contain_text("Write something")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#checks [data-level=error]")).to_contain_text("The post is empty.")
    page.get_by_label("Title", exact=True).fill("No scripts")
    page.get_by_label("Text for all channels").fill("Written by hand")
    page.locator("summary", has_text="Bluesky").click()
    page.get_by_label("Own text for Bluesky").fill("For Bluesky")
    page.locator("#files").set_input_files(picture_file(tmp_path, picture()))
    page.get_by_role("button", name="Upload and save").click()
    expect(page.locator(".picture")).to_have_count(1)
    page.locator(".picture").get_by_role("textbox").fill("A plain colour")
    page.get_by_text("Pick a time").click()
    page.locator("#date").fill("2027-12-10")
    page.locator("#time").fill("09:30")
    page.get_by_role("button", name="Schedule").first.click()
    expect(page.get_by_text("Scheduled for").or_(page.locator(".toast"))).to_be_visible()
    post = Post.objects.get()
    assert post.stage == "scheduled"
    assert post.variants.get(channel=short).text == "For Bluesky"
    assert post.pictures.get().alt == "A plain colour"
    assert post.planned_at.astimezone(team.zone).strftime("%d %H:%M") == "10 09:30"


def test_keyboard_alone_writes_and_saves(enter, bob, short):
    page = enter(bob, NEW)
    page.get_by_label("Title", exact=True).focus()
    page.keyboard.type("By keyboard")
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "body":
            break
    page.keyboard.type("Written with keys alone")
    saved(page)
    page.get_by_label("Title", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.locator(".toast")).to_contain_text("Saved")
    post = Post.objects.get()
    assert (post.title, post.body) == ("By keyboard", "Written with keys alone")


def test_why_it_was_not_saved_leaves_the_buttons_their_room(enter, bob, post):
    page = enter(bob, edit(post), viewport={"width": 768, "height": 900})
    page.locator("input[name=when][value=pick]").check(force=True)
    page.get_by_label("Title", exact=True).fill(
        "A title that would like to have all the room there is"
    )
    expect(page.locator("#saved")).to_contain_text("Not saved")
    expect(page.locator(".composer__bar .btn:visible").last).to_be_in_viewport(ratio=1)


def test_no_serious_barrier_on_a_phone(enter, bob, post):
    """At a desk, as all pages: test_accessibility.py."""
    PostMediaFactory(post=post, asset=MediaAssetFactory(team=post.team))
    page = enter(bob, **PHONE)
    for path in (NEW, edit(post), f"/t/tidewater/posts/{post.pk}/"):
        page.set_viewport_size(PHONE["viewport"])
        page.goto(path)
        expect(page.get_by_role("tab").first).to_be_visible()
        for scheme, rules in (("light", ALL), ("dark", COLOURS)):
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            assert grave(page, rules, scheme) == [], path
        # However high it is, no target lies half under a bar.
        for height in range(620, 720, 20):
            page.set_viewport_size({"width": 390, "height": height})
            assert grave(page, FINGERS, f"{height} px") == [], path
