"""Cards on the board, by mouse and by keyboard, with somebody else looking on."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from posts.models import Post
from posts.services import schedule, stage
from posts.states import Stage
from posts.times import from_utc
from tests.browser.mouse import drag, drop, lift, rest
from tests.factories.posts import PostFactory
from tests.factories.publishers import ChannelFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BOARD = "/t/tidewater/board/"


@pytest.fixture
def channel(team):
    return ChannelFactory(team=team)


@pytest.fixture
def post(team, bob, channel):
    return PostFactory(team=team, author=bob, title="Forty buoys", channels=[channel])


def card(page, post):
    return page.locator(f"#card-{post.pk}")


def column(page, key):
    return page.locator(f"#column-{key}")


def focused(page):
    return page.evaluate("document.activeElement.id")


def test_drag_to_another_column_shows_at_once_to_both(enter, alice, bob, post):
    mine, theirs = enter(bob, BOARD), enter(alice, BOARD)
    expect(column(theirs, "draft")).to_contain_text("Forty buoys")
    drag(mine, card(mine, post), column(mine, "idea").locator("ul"))
    expect(mine.locator(".toast")).to_contain_text("Moved to Ideas")
    expect(column(mine, "idea").locator(".post-card")).to_have_count(1)
    expect(column(mine, "draft").locator(".num")).to_have_text("0")
    expect(column(theirs, "idea")).to_contain_text("Forty buoys", timeout=2000)
    assert focused(mine) == f"card-link-{post.pk}"
    post.refresh_from_db()
    assert post.stage == Stage.IDEA


def test_refused_drop_puts_the_card_back_and_says_why(enter, bob, post):
    page = enter(bob, BOARD)
    drag(page, card(page, post), column(page, "approved").locator("ul"))
    expect(page.locator(".toast")).to_contain_text("Only a review approves a post.")
    expect(column(page, "draft")).to_contain_text("Forty buoys")
    expect(column(page, "approved").locator(".post-card")).to_have_count(0)
    expect(page.locator("[aria-busy=true], .is-target, .is-moving")).to_have_count(0)


def test_without_an_answer_the_card_returns(enter, bob, post):
    page = enter(bob, BOARD)
    page.context.route(re.compile("/move/"), lambda route: route.abort())
    drag(page, card(page, post), column(page, "idea").locator("ul"))
    expect(page.locator(".toast").first).to_contain_text("The server did not answer")
    expect(column(page, "draft")).to_contain_text("Forty buoys")
    expect(page.locator("[aria-busy=true]")).to_have_count(0)
    page.context.unroute(re.compile("/move/"))
    drag(page, card(page, post), column(page, "idea").locator("ul"))
    expect(column(page, "idea").locator(".post-card")).to_have_count(1)


def test_drag_to_review_sends_for_review(enter, alice, bob, post):
    page = enter(bob, BOARD)
    drag(page, card(page, post), column(page, "review").locator("ul"))
    expect(page.locator(".toast")).to_contain_text("Sent for review. Alice will get a mail.")
    expect(column(page, "review")).to_contain_text("Forty buoys")
    post.refresh_from_db()
    assert post.stage == Stage.IN_REVIEW


def test_somebody_elses_change_waits_until_the_card_is_dropped(enter, alice, bob, team, post):
    page, theirs = enter(bob, BOARD), enter(alice, BOARD)
    lift(page, card(page, post))
    other = PostFactory(team=team, author=alice, title="Arrived meanwhile")
    theirs.goto(f"/t/tidewater/board/posts/{other.pk}/move/")
    theirs.get_by_role("button", name="Ideas").click()
    theirs.wait_for_url(f"**{BOARD}")
    page.wait_for_timeout(1000)
    expect(page.locator(".post-card.is-moving")).to_have_count(1)
    expect(column(page, "idea")).not_to_contain_text("Arrived meanwhile")
    drop(page, column(page, "idea").locator("ul"))
    expect(column(page, "idea")).to_contain_text("Forty buoys")
    expect(column(page, "idea")).to_contain_text("Arrived meanwhile")


def test_a_reading_does_not_take_away_what_is_pressed(enter, alice, bob, team, post):
    other = PostFactory(team=team, author=alice, title="Arrived meanwhile")
    page = enter(bob, BOARD)
    rest(page)
    page.get_by_role("link", name="Move Forty buoys to another stage").hover()
    page.mouse.down()
    with page.expect_response(lambda answer: answer.url.endswith(BOARD)):
        stage.shelve(post=other, by=alice)
    page.wait_for_timeout(100)
    expect(column(page, "idea")).not_to_contain_text("Arrived meanwhile")
    page.mouse.up()
    expect(page.get_by_role("dialog", name="Move post")).to_be_visible()
    expect(column(page, "idea")).to_contain_text("Arrived meanwhile")


def test_a_live_reading_leaves_what_is_scrolled_where_it_was(enter, alice, bob, team):
    posts = [PostFactory(team=team, author=bob, title=f"Draft {n}") for n in range(18)]
    page = enter(bob, BOARD, viewport={"width": 1024, "height": 900})
    page.evaluate("document.getElementById('list-draft').scrollTop = 300")
    page.evaluate("document.getElementById('board').scrollLeft = 150")
    theirs = enter(alice, f"/t/tidewater/board/posts/{posts[0].pk}/move/")
    theirs.get_by_role("button", name="Ideas").click()
    expect(column(page, "idea")).to_contain_text("Draft 0")
    assert page.evaluate("document.getElementById('list-draft').scrollTop") == 300
    assert page.evaluate("document.getElementById('board').scrollLeft") > 0


def test_m_opens_the_move_form_and_gives_the_focus_back(enter, bob, post):
    page = enter(bob, BOARD)
    page.locator(f"#card-link-{post.pk}").focus()
    page.keyboard.press("m")
    dialog = page.get_by_role("dialog", name="Move post")
    expect(dialog.get_by_role("button", name="Ideas")).to_be_focused()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    page.locator(f"#card-link-{post.pk}").focus()
    page.keyboard.press("m")
    dialog.get_by_role("link", name="Cancel").click()
    expect(dialog).to_be_hidden()
    assert page.url.endswith(BOARD)
    page.locator(f"#card-link-{post.pk}").focus()
    page.keyboard.press("m")
    expect(dialog.get_by_role("button", name="Ideas")).to_be_focused()
    page.keyboard.press("Enter")
    expect(column(page, "idea")).to_contain_text("Forty buoys")
    expect(page.locator(f"#card-link-{post.pk}")).to_be_focused()
    Post.objects.update(stage=Stage.DONE)
    page.reload()
    page.locator(f"#card-link-{post.pk}").press("m")
    expect(page.locator(".toast")).to_contain_text("This post cannot be moved.")


def test_the_button_on_a_card_opens_the_move_form(enter, bob, post):
    page = enter(bob, BOARD)
    page.get_by_role("link", name="Move Forty buoys to another stage").click()
    dialog = page.get_by_role("dialog", name="Move post")
    expect(dialog).to_contain_text("Only a review approves a post.")
    dialog.get_by_role("button", name="Ideas").click()
    expect(dialog).to_be_hidden()
    expect(column(page, "idea")).to_contain_text("Forty buoys")


def test_a_click_after_a_drag_does_not_leave_the_page(enter, bob, post):
    page = enter(bob, BOARD)
    drag(page, card(page, post), column(page, "draft").locator("header"))
    page.wait_for_timeout(300)
    assert page.url.endswith(BOARD)
    card(page, post).locator("a.post-card__link").click()
    page.wait_for_url(re.compile(rf"/posts/{post.pk}/$"))


def test_columns_load_as_they_scroll(enter, bob, team):
    for n in range(18):
        PostFactory(team=team, author=bob, title=f"Draft {n}")
    page = enter(bob, BOARD)
    expect(column(page, "draft").locator(".post-card")).to_have_count(15)
    page.locator("#list-draft .column__more").scroll_into_view_if_needed()
    expect(column(page, "draft").locator(".post-card")).to_have_count(18)


def test_approved_to_scheduled_and_back(enter, bob, team, post, channel):
    team.review_required = False
    team.save(update_fields=["review_required"])
    at = from_utc(timezone.now() + timedelta(days=1), "UTC")
    schedule.schedule(post=post, at=at, by=bob)
    page = enter(bob, BOARD)
    # The change is read live, too, and that puts another card in the place of the first.
    with page.expect_response(
        lambda answer: answer.request.method == "GET" and BOARD in answer.url
    ):
        drag(page, card(page, post), column(page, "approved").locator("ul"))
    expect(page.locator(".toast")).to_contain_text("Moved to Approved.")
    expect(page.locator("drum-board.htmx-request")).to_have_count(0)
    drag(page, card(page, post), column(page, "scheduled").locator("ul"))
    expect(page.locator(".toast").last).to_contain_text("Choose when this post should go out.")
    expect(column(page, "approved")).to_contain_text("Forty buoys")
    assert Post.objects.get().stage == Stage.APPROVED


def test_an_older_reading_does_not_come_back_to_a_board_that_is_gone(enter, bob, post):
    """`person` fails the test for what htmx cannot place."""
    page, late = enter(bob, BOARD), []
    asked = "() => htmx.trigger(document.querySelector('drum-board'), 'live')"
    page.route(f"**{BOARD}", lambda route: route.continue_() if late else late.append(route))
    page.evaluate(asked)
    page.wait_for_function("document.querySelector('drum-board.htmx-request')")
    page.evaluate("() => document.querySelector('drum-board').again()")
    expect(column(page, "draft")).to_contain_text("Forty buoys")
    late[0].continue_()
    with page.expect_response(f"**{BOARD}"):
        page.evaluate(asked)
    expect(page.locator("drum-board.htmx-request")).to_have_count(0)
