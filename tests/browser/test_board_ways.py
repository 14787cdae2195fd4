"""The board's rarer acts: edits that cross, lanes, limits and long columns; words taken back."""

import re

import pytest
from playwright.sync_api import expect

from posts.models import Comment
from posts.states import Stage
from tests.browser.hands import PHONE, go, press, tap, whole
from tests.factories.posts import CommentFactory, PostFactory
from tests.factories.publishers import ChannelFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TEAM = "/t/tidewater"
BOARD = f"{TEAM}/board/"


@pytest.fixture
def post(team, bob):
    return PostFactory(
        team=team, author=bob, title="Forty buoys", channels=[ChannelFactory(team=team)]
    )


def test_two_edit_one_card_and_the_second_decides(enter, alice, bob, post):
    page, plain = enter(bob, BOARD), enter(alice, BOARD, java_script_enabled=False)
    card = page.locator(f"#card-{post.pk}")
    card.hover()
    card.get_by_role("link", name="Edit Forty buoys").click()
    dialog = page.get_by_role("dialog", name="Edit post")
    expect(dialog.get_by_label("Title")).to_be_focused()
    plain.locator(f"#card-{post.pk} [data-move]").click()
    plain.get_by_role("link", name="Quick edit").click()
    plain.get_by_label("Title").fill("Fifty buoys")
    plain.get_by_role("button", name="Save").click()
    expect(plain.locator(f"#card-{post.pk}")).to_contain_text("Fifty buoys")

    expect(card).to_contain_text("Fifty buoys")
    dialog.get_by_label("Title").fill("Sixty buoys")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Fifty buoys")
    expect(dialog.get_by_label("Title")).to_have_value("Sixty buoys")
    press(page, dialog.get_by_role("button", name="Save"))
    expect(dialog).to_be_hidden()
    expect(card).to_contain_text("Sixty buoys")
    post.refresh_from_db()
    assert post.title == "Sixty buoys"


def test_lanes_and_limits_by_keys_and_without_scripts(enter, alice, carol, team, post):
    page = enter(alice, BOARD)
    press(page, page.locator("[popovertarget=group-menu]"))
    press(page, page.get_by_role("link", name="Group by assignee"))
    page.wait_for_url("**group=assignee")
    press(page, page.locator("#lane-none summary"))
    expect(page.locator(f"#card-{post.pk}")).to_be_hidden()
    page.keyboard.press("Enter")
    press(page, page.locator("[popovertarget=group-menu]"), by="Shift+Tab")
    press(page, page.get_by_role("link", name="Limits per stage"))
    dialog = page.get_by_role("dialog", name="Limits per stage")
    go(page, dialog.get_by_label("Drafting"))
    page.keyboard.type("1")
    page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    team.refresh_from_db()
    PostFactory(team=team, author=alice, title="One too many")
    page.goto(BOARD)
    expect(page.locator("#column-draft")).to_contain_text("2")

    plain = enter(alice, BOARD, java_script_enabled=False)
    plain.locator("[popovertarget=group-menu]").click()
    plain.get_by_role("link", name="Group by assignee").click()
    plain.locator(f"#card-{post.pk} [data-move]").click()
    plain.get_by_role("combobox", name="Assignee").select_option("Carol")
    plain.get_by_role("button", name="Move to this lane").click()
    expect(plain.locator(f"#lane-{carol.pk}")).to_contain_text("Forty buoys")
    plain.get_by_role("button", name="Undo").click()
    expect(plain.locator(f"#lane-{carol.pk}")).not_to_contain_text("Forty buoys")
    plain.locator("[popovertarget=group-menu]").click()
    plain.get_by_role("link", name="Limits per stage").click()
    plain.get_by_label("Drafting").fill("")
    plain.get_by_role("button", name="Save").click()
    plain.wait_for_url("**/board/**")


def test_a_long_column_by_keys_with_a_finger_and_without_scripts(enter, bob, team):
    for n in range(18):
        PostFactory(team=team, author=bob, title=f"Draft {n}")
    PostFactory(team=team, author=bob, title="Idea", stage=Stage.IDEA)
    page = enter(bob, BOARD)
    cards = page.locator("#column-draft .post-card")
    go(page, cards.last.locator("a[data-move]"), steps=120)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(cards).to_have_count(18)
    phone = enter(bob, BOARD, **PHONE)
    tap(phone.get_by_role("navigation", name="Stages").get_by_role("link", name="Drafting"))
    phone.locator("#list-draft .column__more").scroll_into_view_if_needed()
    expect(phone.locator("#column-draft .post-card")).to_have_count(18)
    whole(phone)
    plain = enter(bob, BOARD, java_script_enabled=False)
    plain.get_by_role("link", name="3 more").click()
    expect(plain.locator(".post-card")).to_have_count(3)


def test_a_comment_is_changed_and_deleted(enter, alice, bob, post):
    said = CommentFactory(post=post, author=bob, text="Which year?")
    page, theirs = enter(bob, f"{TEAM}/posts/{post.pk}/"), enter(alice, f"{TEAM}/posts/{post.pk}/")
    expect(theirs.locator("drum-live")).to_have_attribute("data-state", "live")
    page.locator("#comments").scroll_into_view_if_needed()
    own = page.locator(f"#comment-{said.pk}")
    press(page, own.locator("summary", has_text="Edit or delete"))
    go(page, own.get_by_label("Your comment"))
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("Which month?")
    press(page, own.get_by_role("button", name="Save"))
    expect(own.locator(".comment__body").first).to_have_text("Which month?")
    expect(theirs.locator(f"#comment-{said.pk}")).to_contain_text("Which month?")
    expect(theirs.get_by_text("Edit or delete")).to_have_count(0)

    phone = enter(bob, f"{TEAM}/posts/{post.pk}/", **PHONE)
    phone.locator("#comments").scroll_into_view_if_needed()
    own = phone.locator(f"#comment-{said.pk}")
    tap(own.locator("summary", has_text="Edit or delete"))
    whole(phone)
    tap(own.get_by_role("button", name="Delete this comment"))
    expect(phone.get_by_text("Which month?")).to_have_count(0)
    expect(page.get_by_text("Which month?")).to_have_count(0)
    assert not Comment.objects.exists()


def test_find_without_scripts_and_the_palette_by_mouse(enter, bob, team, post):
    PostFactory(team=team, author=bob, title="Forty tides", body="Low water.")
    page = enter(bob, BOARD)
    page.get_by_role("link", name="Find or jump to…").click()
    palette = page.get_by_role("dialog", name="Find posts and pages")
    palette.get_by_role("combobox").fill("forty")
    option = palette.get_by_role("option", name=re.compile("Forty buoys"))
    expect(palette.get_by_role("option")).to_have_count(2)
    expect(option).to_have_attribute("aria-selected", "false")
    option.hover()
    expect(option).to_have_attribute("aria-selected", "true")
    option.click()
    page.wait_for_url(f"**/posts/{post.pk}/")
    plain = enter(bob, BOARD, java_script_enabled=False)
    plain.get_by_role("link", name="Find or jump to…").click()
    plain.get_by_label("Words in the post").fill("buoys")
    plain.get_by_role("button", name="Find").click()
    expect(plain.get_by_role("option", name=re.compile("Forty tides"))).to_have_count(0)
    plain.get_by_role("option", name=re.compile("Forty buoys")).click()
    plain.wait_for_url(f"**/posts/{post.pk}/")
