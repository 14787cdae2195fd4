"""The board in lanes, by mouse and keyboard; all of it in sight on a wide screen and on a phone."""

import pytest
from playwright.sync_api import expect

from posts.states import Stage
from tests.browser.mouse import drag
from tests.factories.posts import PostFactory
from tests.factories.publishers import ChannelFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LANES = "/t/tidewater/board/?group=assignee"


@pytest.fixture
def post(team, bob):
    channels = [ChannelFactory(team=team, name=name) for name in ("News", "Press")]
    return PostFactory(team=team, author=bob, title="Forty buoys", channels=channels)


def cell(page, lane, key):
    return page.locator(f"#lane-{lane} [data-drop={key}]")


def test_another_lane_by_mouse_and_back(enter, alice, bob, carol, post):
    page, theirs = enter(bob, LANES), enter(alice, LANES)
    page.locator(f"#lane-{alice.pk} summary").click()
    drag(page, page.locator(f"#card-{post.pk}"), cell(page, carol.pk, "draft"))
    expect(cell(page, carol.pk, "draft")).to_contain_text("Forty buoys")
    expect(cell(theirs, carol.pk, "draft")).to_contain_text("Forty buoys", timeout=2000)
    expect(page.locator(f"#card-link-{post.pk}")).to_be_focused()
    expect(cell(page, alice.pk, "draft")).to_be_hidden()
    page.locator(".toast").get_by_role("button", name="Undo").click()
    expect(cell(page, "none", "draft")).to_contain_text("Forty buoys")
    drag(page, page.locator(f"#card-{post.pk}"), cell(page, carol.pk, "approved"))
    expect(page.locator(".toast").last).to_contain_text("Only a review approves a post.")
    expect(cell(page, "none", "draft")).to_contain_text("Forty buoys")
    page.goto(LANES.replace("assignee", "channel"))
    news, press = post.channels.order_by("name")
    drag(page, page.locator(f"#card-{post.pk}-{news.pk}"), cell(page, press.pk, "draft"))
    expect(page.locator(".toast").last).to_contain_text("chosen in the composer")
    expect(cell(page, news.pk, "draft").locator(".post-card")).to_have_count(1)
    drag(page, page.locator(f"#card-{post.pk}-{news.pk}"), cell(page, news.pk, "idea"))
    expect(cell(page, press.pk, "idea")).to_contain_text("Forty buoys")
    expect(page.locator("[aria-busy=true], .is-target, .is-moving")).to_have_count(0)


def test_by_keyboard_to_another_lane_and_edited(enter, bob, carol, post):
    page = enter(bob, LANES)
    page.locator(f"#card-link-{post.pk}").focus()
    page.keyboard.press("m")
    dialog = page.get_by_role("dialog", name="Move post")
    dialog.get_by_label("Assignee").select_option("Carol")
    dialog.get_by_role("button", name="Move to this lane").click()
    expect(cell(page, carol.pk, "draft")).to_contain_text("Forty buoys")
    expect(page.locator(f"#card-link-{post.pk}")).to_be_focused()
    page.keyboard.press("e")
    dialog = page.get_by_role("dialog", name="Edit post")
    dialog.get_by_label("Tags").fill("x" * 41)
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_contain_text("At most 20 tags of 40 characters.")
    # Before it has the focus it has only just come, and would be sent as a page of its own.
    expect(dialog.get_by_label("Title")).to_be_focused()
    dialog.get_by_label("Tags").fill("tide-api")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_be_hidden()
    expect(page.locator(f"#card-{post.pk}")).to_contain_text("tide-api")
    expect(page.locator(f"#card-link-{post.pk}")).to_be_focused()


def test_all_columns_are_in_sight(enter, bob, team, post):
    PostFactory(team=team, author=bob, title="Idea", stage=Stage.IDEA)
    for address in ("/t/tidewater/board/", LANES):
        page = enter(bob, address)
        inside = """() => [...document.querySelectorAll("[data-column]")].filter(
            (one) => one.getBoundingClientRect().right <= innerWidth).length"""
        assert page.evaluate(inside) == 7
        page.set_viewport_size({"width": 390, "height": 844})
        stages = page.get_by_role("navigation", name="Stages")
        expect(stages.get_by_role("link")).to_have_count(7)
        stages.get_by_role("link", name="Drafting").click()
        expect(page.locator("#column-draft")).to_be_in_viewport(ratio=0.6)
        expect(stages.get_by_role("link", name="Drafting")).to_have_attribute(
            "aria-current", "true"
        )
        assert "#" not in page.url
