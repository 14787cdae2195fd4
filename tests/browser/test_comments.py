"""Talking beside a post in real browsers: names from the keyboard, and nothing typed is lost."""

import re

import pytest
from playwright.sync_api import expect

from approvals.services.ask import ask
from notifications import live
from posts.models import Comment
from posts.services import comments
from tests.factories.approvals import ReviewerFactory
from tests.factories.posts import CommentFactory, PostFactory, VariantFactory, refresh_hash
from tests.factories.publishers import ChannelFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def post(team, bob):
    return PostFactory(team=team, author=bob, title="Forty buoys")


def test_a_comment_reaches_others_and_leaves_what_they_type(enter, alice, bob, vera, post):
    first = CommentFactory(post=post, author=bob, text="Which year?")
    there = enter(alice, f"/t/tidewater/posts/{post.pk}/")
    expect(there.locator("drum-live")).to_have_attribute("data-state", "live")
    there.locator(f"#answer-{first.pk} summary").click()
    half = there.locator(f"#answer-{first.pk}-text")
    half.press_sequentially("1986, beca")

    here = enter(bob, f"/t/tidewater/posts/{post.pk}/")
    box = here.get_by_label("Write a comment")
    offered = here.locator(".mentions").get_by_role("option")
    box.press_sequentially("For @")
    expect(offered).to_have_text(["AliceOwner", "VeraViewer"])
    box.press("ArrowDown")
    box.press("Enter")
    expect(box).to_have_value("For @Vera ")
    box.press_sequentially("and @ali")
    expect(offered).to_have_count(1)
    box.press("Escape")
    expect(offered).to_have_count(0)
    box.press_sequentially("ce")
    # As long as the list would take: it is closed for this name, and covers no button.
    here.wait_for_timeout(400)
    expect(offered).to_have_count(0)
    here.get_by_role("button", name="Comment", exact=True).click()
    expect(here.locator(".mention")).to_have_text(["@Vera", "@Alice"])
    expect(box).to_have_value("")
    expect(here.locator("#comment-count")).to_have_text("2")
    assert len(Comment.objects.latest("pk").mentions) == 2

    expect(there.locator(".mention")).to_have_text(["@Vera", "@Alice"])
    expect(half).to_have_value("1986, beca")
    expect(half).to_be_focused()
    half.press_sequentially("use of the tide")
    half.press("Control+Enter")
    expect(there.locator(".comment__body").nth(1)).to_have_text("1986, because of the tide")
    expect(half).to_be_hidden()
    expect(there.locator("#post-timeline")).to_contain_text("answered a comment")


def test_what_is_open_stays_open_when_others_write(enter, alice, bob, post):
    done, later = (CommentFactory(post=post, author=bob, text=text) for text in ("Done", "Later"))
    for said in (done, later):
        comments.resolve(comment=said, by=bob)
    page = enter(alice, f"/t/tidewater/posts/{post.pk}/")
    expect(page.locator("drum-live")).to_have_attribute("data-state", "live")
    head = page.locator(f"#done-{done.pk} > summary")
    head.click()
    head.focus()
    page.locator("#post-plan > summary").click()
    page.locator("#plan-time").fill("09:41")
    head.focus()

    CommentFactory(post=post, author=bob, text="Meanwhile")
    live.announce(post.team_id, f"comments:{post.pk}", f"post:{post.pk}")
    expect(page.locator("#comments")).to_contain_text("Meanwhile")
    expect(page.locator(f"#done-{done.pk}")).to_have_attribute("open", "")
    expect(page.locator(f"#done-{later.pk}")).not_to_have_attribute("open", "")
    expect(head).to_be_focused()
    expect(page.locator("#post-timeline")).to_be_visible()
    expect(page.locator("#plan-time")).to_be_visible()
    expect(page.locator("#plan-time")).to_have_value("09:41")
    # Nor does one's own answer elsewhere close it.
    page.get_by_label("Write a comment").fill("And I")
    page.get_by_role("button", name="Comment", exact=True).click()
    expect(page.locator("#comments")).to_contain_text("And I")
    expect(page.locator(f"#done-{done.pk}")).to_have_attribute("open", "")


def test_what_is_pressed_while_a_reading_is_on_its_way_is_done(enter, bob, post):
    said = CommentFactory(post=post, author=bob, text="Which year?")
    page, late = enter(bob, f"/t/tidewater/posts/{post.pk}/"), []
    settle = page.locator(f"#settle-{said.pk}")
    settle.scroll_into_view_if_needed()
    expect(page.locator("drum-live")).to_have_attribute("data-state", "live")
    page.route(re.compile("/comments/"), lambda route: late.append((route, route.fetch())), times=1)
    with page.expect_request(re.compile("/comments/")):
        live.announce(post.team_id, f"comments:{post.pk}")
    settle.focus()
    page.keyboard.press("Enter")
    page.wait_for_timeout(100)
    [(route, answer)] = late
    route.fulfill(response=answer)
    expect(page.locator(f"#done-{said.pk}")).to_contain_text("Resolved by Bob")


def test_what_is_pressed_one_after_another_is_done(enter, bob, post):
    first, second = (CommentFactory(post=post, author=bob, text=text) for text in ("One", "Two"))
    page, late = enter(bob, f"/t/tidewater/posts/{post.pk}/"), []
    page.locator(f"#settle-{first.pk}").scroll_into_view_if_needed()
    page.route(re.compile("/resolved/$"), lambda route: late.insert(0, route), times=1)
    with page.expect_request(re.compile("/resolved/$")):
        page.locator(f"#settle-{first.pk}").click()
    page.locator(f"#settle-{second.pk}").click()
    page.wait_for_timeout(100)
    late[0].continue_()
    for said in (first, second):
        expect(page.locator(f"#done-{said.pk}")).to_contain_text("Resolved by Bob")


def test_why_a_press_was_refused_is_said_after_its_button_is_gone(enter, alice, bob, post):
    """And stays until the next act, whatever others write meanwhile."""
    first, second = (CommentFactory(post=post, author=bob, text=text) for text in ("One", "Two"))
    page, late = enter(bob, f"/t/tidewater/posts/{post.pk}/"), []
    page.locator(f"#settle-{first.pk}").scroll_into_view_if_needed()
    expect(page.locator("drum-live")).to_have_attribute("data-state", "live")
    page.route(re.compile("/resolved/$"), lambda route: late.insert(0, route))
    for said in (first, second):
        with page.expect_request(re.compile("/resolved/$")):
            page.locator(f"#settle-{said.pk}").click()
    comments.resolve(comment=second, by=alice)
    late[1].continue_()
    expect(page.locator(f"#done-{first.pk}")).to_contain_text("Resolved by Bob")
    late[0].continue_()
    said = page.locator("#comments").get_by_role("alert")
    expect(said).to_have_text("Nothing was changed: this thread is resolved already.")
    CommentFactory(post=post, author=alice, text="Meanwhile")
    live.announce(post.team_id, f"comments:{post.pk}")
    expect(page.locator("#comments")).to_contain_text("Meanwhile")
    expect(said).to_be_visible()
    page.get_by_label("Write a comment").fill("And I")
    page.get_by_role("button", name="Comment", exact=True).click()
    expect(page.locator("#comments")).to_contain_text("And I")
    expect(said).to_have_count(0)


def test_refused_words_stay(enter, bob, post):
    page = enter(bob, f"/t/tidewater/posts/{post.pk}/")
    box = page.get_by_label("Write a comment")
    box.fill("   ")
    page.get_by_role("button", name="Comment", exact=True).click()
    expect(page.locator("#comment-new-error")).to_contain_text("Write something first")
    expect(box).to_be_focused()
    box.fill("Now")
    page.get_by_role("button", name="Comment", exact=True).click()
    expect(page.locator(".comment__body")).to_have_text("Now")
    expect(page.locator("#comment-new-error")).to_have_count(0)


def test_two_at_the_same_post_hear_of_each_other(enter, alice, bob, post):
    edit = f"/t/tidewater/posts/{post.pk}/edit/"
    one = enter(alice, edit)
    expect(one.locator("drum-live")).to_have_attribute("data-state", "live")
    expect(one.locator("#presence")).to_be_empty()
    other = enter(bob, edit)
    expect(other.locator("#presence")).to_contain_text("Alice is editing this post too.")
    expect(one.locator("#presence")).to_contain_text("Bob is editing this post too.")
    one.locator("#talk summary").first.click()
    one.get_by_label("Write a comment").fill("Shall I?")
    one.get_by_role("button", name="Comment", exact=True).click()
    expect(one.locator(".comment__body")).to_have_text("Shall I?")
    expect(other.locator("#comment-count")).to_have_text("1")


def test_a_reviewer_says_which_paragraph_is_meant(enter, team, bob, carol, post):
    ReviewerFactory(stage__workflow__team=team, membership=carol.memberships.get(team=team))
    VariantFactory(post=post, channel=ChannelFactory(team=team))
    review = ask(post=refresh_hash(post), by=bob)
    page = enter(carol, f"/t/tidewater/review/{review.pk}/")
    expect(page.locator("drum-live")).to_have_attribute("data-state", "live")
    page.get_by_label("About").select_option(label=post.body)
    page.get_by_label("Write a comment").fill("Since when?")
    page.get_by_role("button", name="Comment", exact=True).click()
    expect(page.locator(".comment__on")).to_have_text(f"on “{post.body}”")
    expect(page.locator(".comment__body")).to_have_text("Since when?")
