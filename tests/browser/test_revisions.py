"""Earlier versions and what two wrote at once: by mouse, keys, finger, and without scripts."""

import re

import pytest
from playwright.sync_api import expect

from posts.services import compose
from tests.browser.hands import PHONE, go, press, tap, whole
from tests.factories.posts import PostFactory
from tests.factories.publishers import ChannelFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TEAM = "/t/tidewater"
BODY = "Text for all channels"


@pytest.fixture
def post(team, alice, bob):
    """Three hands after each other: the words of the first two are kept."""
    post = PostFactory(
        team=team,
        author=bob,
        title="Buoys",
        body="Forty buoys.",
        channels=[ChannelFactory(team=team)],
    )
    for by, body in ((alice, "Fifty buoys."), (bob, "Sixty buoys.")):
        written(post, body, by)
    return post


def written(post, body, by):
    post.refresh_from_db()
    said = compose.draft_of(compose.content.snapshot(post), post)
    compose.save(
        post=post, draft=type(said)(**{**said.__dict__, "body": body}), version=post.version, by=by
    )
    post.refresh_from_db()


def stored(post):
    post.refresh_from_db()
    return post.body


def back(page, number):
    expect(page.locator(".toast")).to_contain_text(f"Version {number} is back.")
    expect(page.locator("#post-said")).to_be_visible()


def test_one_comes_back_by_mouse_and_the_other_sees_it(enter, alice, bob, post):
    page, theirs = enter(bob, f"{TEAM}/posts/{post.pk}/"), enter(alice, f"{TEAM}/posts/{post.pk}/")
    expect(theirs.locator("drum-live")).to_have_attribute("data-state", "live")
    side = page.locator("#revision")
    page.locator(".revision").last.click()
    expect(side.get_by_role("heading")).to_have_text("Version 1")
    side.get_by_role("link", name="Compare with now").click()
    expect(side).to_contain_text("compared with what is there now")
    expect(side.locator("del")).to_contain_text("Sixty")
    side.get_by_role("button", name="Bring this one back").click()
    back(page, 1)
    expect(theirs.locator("#post-said")).to_contain_text("Forty buoys.")
    assert stored(post) == "Forty buoys."
    # What is there was written after this page was opened.
    theirs.locator(".revision").last.click()
    expect(theirs.locator("#revision").get_by_role("heading")).to_have_text("Version 1")
    written(post, "Seventy buoys.", bob)
    theirs.locator("#revision").get_by_role("button", name="Bring this one back").click()
    expect(theirs.get_by_role("heading", level=1)).to_be_visible()
    assert stored(post) == "Seventy buoys."


def test_by_keys_with_a_finger_and_without_scripts(enter, bob, post):
    address = f"{TEAM}/posts/{post.pk}/"
    page = enter(bob, address)
    press(page, page.locator(".revision").last)
    side = page.locator("#revision")
    expect(side.get_by_role("heading")).to_have_text("Version 1")
    press(page, side.get_by_role("button", name="Bring this one back"))
    back(page, 1)
    assert stored(post) == "Forty buoys."

    phone = enter(bob, address, **PHONE)
    tap(phone.locator(".revision", has_text="2 · Alice"))
    side = phone.locator("#revision")
    expect(side.get_by_role("heading")).to_have_text("Version 2")
    whole(phone)
    tap(side.get_by_role("button", name="Bring this one back"))
    back(phone, 2)
    assert stored(post) == "Fifty buoys."

    plain = enter(bob, address, java_script_enabled=False)
    plain.locator(".revision").last.click()
    expect(plain.get_by_role("heading", level=1)).to_have_text("Version 1")
    plain.get_by_label("Compare with").select_option("2")
    plain.get_by_role("button", name="Compare", exact=True).click()
    expect(plain.locator("#revision")).to_contain_text("compared with version 2")
    plain.get_by_role("button", name="Bring this one back").click()
    expect(plain.get_by_text("Version 1 is back.")).to_be_visible()
    assert stored(post) == "Forty buoys."


def test_who_was_second_decides_by_keys_and_without_scripts(enter, alice, bob, post):
    edit = f"{TEAM}/posts/{post.pk}/edit/"
    page, plain = enter(bob, edit), enter(bob, edit, java_script_enabled=False)
    phone = enter(bob, edit, **PHONE)
    written(post, "Alice was first.", alice)
    go(page, page.get_by_label(BODY))
    page.keyboard.type("Bob by keys. ")
    expect(page.locator("#notices")).to_contain_text("Somebody saved a newer version")
    press(page, page.get_by_role("button", name="See both versions"), by="Shift+Tab")
    expect(page.get_by_text("Alice saved a newer version")).to_be_visible()
    press(page, page.get_by_role("button", name="Keep mine as the new version"))
    expect(page.locator(".toast")).to_contain_text("Saved")
    assert "Bob by keys." in stored(post)

    plain.get_by_label(BODY).fill("Without scripts.")
    plain.get_by_role("button", name="Save", exact=True).click()
    expect(plain.get_by_text(re.compile("saved a newer version"))).to_be_visible()
    expect(plain.get_by_label(BODY)).to_have_value("Without scripts.")
    assert "Bob by keys." in stored(post)
    plain.get_by_role("button", name="Keep mine as the new version").click()
    expect(plain.locator(".toast, .banner").first).to_contain_text("Saved")
    assert stored(post) == "Without scripts."

    phone.get_by_label(BODY).fill("With a finger.")
    tap(phone.get_by_role("button", name="See both versions"))
    tap(phone.get_by_role("link", name="Take theirs"))
    expect(phone.get_by_label(BODY)).to_have_value("Without scripts.")
    whole(phone)
