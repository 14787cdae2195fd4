"""Choosing what stays of a cropped picture: with a mouse, one finger, the keyboard, and a form."""

import pytest
from playwright.sync_api import expect

from posts.models import MediaAsset, Post, PostMedia
from posts.services import schedule
from tests.approvals.gating import soon
from tests.browser.examining import ALL, FINGERS, grave
from tests.browser.hands import PHONE, go, swipe, tap, whole
from tests.browser.mouse import centre
from tests.factories.posts import MediaAssetFactory, PostFactory, PostMediaFactory, refresh_hash
from tests.factories.publishers import ChannelFactory
from tests.processes import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def shaped(team):
    return ChannelFactory(team=team, platform="instagram")


@pytest.fixture
def tall(team, shaped) -> MediaAsset:
    return MediaAssetFactory(team=team, name="mast.jpg", width=600, height=1500, alt="A mast")


@pytest.fixture
def post(team, bob, shaped, tall) -> Post:
    post = PostFactory(team=team, author=bob, channels=[shaped])
    PostMediaFactory(post=post, asset=tall, alt="A mast")
    return refresh_hash(post)


def at(post: Post) -> str:
    return f"/t/tidewater/posts/{post.pk}/edit/"


def frame(page):
    return page.locator(".focal__frame .cut")


def saved(rows, focal: tuple[int, int]) -> None:
    wait_until(lambda: rows.get().focal == focal, 5, f"{focal} in {rows.get().focal}")


def test_by_mouse_and_keyboard_in_the_library(enter, bob, tall):
    page = enter(bob, "/t/tidewater/library/")
    page.get_by_role("link", name="mast.jpg").click()
    picture, ring = page.locator("[data-pad] img"), page.locator(".focal__ring")
    expect(frame(page)).to_have_attribute("viewBox", "0 375 600 750")
    # Where it comes to rest.
    page.locator("[data-pad]").click(trial=True)
    box = picture.bounding_box()
    across, down = box["x"] + box["width"] * 0.25, box["y"] + box["height"] * 0.9
    page.mouse.click(across, down)
    expect(frame(page)).to_have_attribute("viewBox", "0 750 600 750")
    expect(page.locator("#asset-saved")).to_have_text("Saved.")
    [x, y] = MediaAsset.objects.get().focal
    assert (abs(x - 25) <= 1, abs(y - 90) <= 1) == (True, True)

    page.mouse.move(across, down)
    page.mouse.down()
    page.mouse.move(*centre(picture), steps=4)
    expect(frame(page)).to_have_attribute("viewBox", "0 375 600 750")
    page.mouse.up()
    saved(MediaAsset.objects.all(), (50, 50))

    left, top = page.get_by_label("From the left"), page.get_by_label("From the top")
    go(page, left)
    for key in ("ArrowUp", "Shift+ArrowUp", "ArrowLeft", "Shift+ArrowRight"):
        page.keyboard.press(key)
    expect(left).to_be_focused()
    expect(left).to_have_value("59")
    expect(top).to_have_value("39")
    expect(top).to_have_attribute("aria-valuetext", "39 %")
    expect(ring).to_have_attribute("cy", "39%")
    for _ in range(7):
        page.keyboard.press("Shift+ArrowDown")
    expect(top).to_have_value("100")
    saved(MediaAsset.objects.all(), (59, 100))
    assert not grave(page, ALL, "light")


def test_by_finger_from_the_warning_to_the_preview(enter, bob, post):
    page = enter(bob, at(post), **PHONE)
    seen = page.locator(".preview__media .cut")
    expect(seen).to_have_attribute("viewBox", "0 375 600 750")
    page.get_by_role("link", name="Choose what stays").tap()
    picture = page.locator("[data-pad] img")
    expect(picture).to_be_in_viewport(ratio=0.9)
    whole(page)
    assert not grave(page, FINGERS, "390 px")
    box = picture.bounding_box()
    page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] * 0.04)
    expect(frame(page)).to_have_attribute("viewBox", "0 0 600 750")
    expect(seen).to_have_attribute("viewBox", "0 0 600 750")
    tile = page.locator(".picture > .media-tile img")
    expect(tile).to_have_css("object-position", "50% 0%")
    saved(post.pictures.all(), (50, 4))

    between = page.locator(".composer__grid")
    was, (left, top, wide, high) = between.evaluate("e => e.scrollTop"), box.values()
    beside = (left + wide / 2 + 15, top + high * 0.04 + 9)
    swipe(page, beside, (left + wide * 0.2, top + high * 0.9))
    for drawn in (frame(page), seen):
        expect(drawn).to_have_attribute("viewBox", "0 750 600 750")
    saved(post.pictures.all(), (20, 90))
    expect(tile).to_have_css("object-position", "20% 90%")
    assert between.evaluate("e => e.scrollTop") == was
    # A finger that comes down elsewhere scrolls, and chooses nothing.
    swipe(page, (left + wide / 2, top + high * 0.7), (left + wide / 2, top + high * 0.2))
    page.wait_for_function(
        "was => document.querySelector('.composer__grid').scrollTop > was", arg=was
    )
    expect(page.get_by_label("From the top")).to_have_value("90")

    tap(page.locator("summary", has_text="What stays in the picture"))
    expect(picture).not_to_be_visible()
    tap(page.locator("summary", has_text="What stays in the picture"))
    expect(picture).to_be_visible()
    assert post.pictures.get().focal == (20, 90)


def test_without_scripts_two_sliders_are_a_form(enter, bob, post, tall):
    page = enter(bob, at(post), java_script_enabled=False)
    page.get_by_role("link", name="Choose what stays").click()
    top = page.get_by_label("From the top")
    top.press("End")
    page.get_by_role("button", name="Save", exact=True).first.click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    assert post.pictures.get().focal == (50, 100)
    page.goto(f"/t/tidewater/library/{tall.pk}/")
    page.get_by_label("From the top").press("Home")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(frame(page)).to_have_attribute("viewBox", "0 0 600 750")
    assert MediaAsset.objects.get().focal == (50, 0)


def test_a_small_picture_shows_what_matters_wherever_it_stands(enter, team, bob, post, tall):
    """On cards as the post has it, in the library as the file has it."""
    schedule.plan(post=post, at=soon(1), by=bob)
    PostMedia.objects.filter(post=post).update(focal_x=21, focal_y=90)
    MediaAsset.objects.filter(pk=tall.pk).update(focal_x=100, focal_y=4)
    page, day = enter(bob), soon(1).local
    for view, seen in (
        ("board/", "20% 90%"),
        ("calendar/list/", "20% 90%"),
        (f"calendar/?month={day:%Y-%m}&day={day:%F}", "20% 90%"),
        (f"calendar/posts/{post.pk}/peek/", "20% 90%"),
        ("library/", "100% 0%"),
        ("library/choose/", "100% 0%"),
        (f"posts/{post.pk}/edit/", "20% 90%"),
    ):
        page.goto(f"/t/tidewater/{view}")
        # The picture on which it is chosen is whole.
        cropped = page.locator(f"img[src$='/{tall.pk}/small/']:not([data-pad] *)")
        for picture in cropped.all():
            expect(picture).to_have_css("object-position", seen)
        expect(cropped).not_to_have_count(0)
