"""Reviewing in real browsers: from a card of the board, and comments on words that are marked."""

from dataclasses import replace

import pytest
from playwright.sync_api import expect

from approvals.models import Decision
from approvals.services.ask import ask
from posts import content
from posts.models import Comment, Post
from posts.services import compose
from posts.states import Stage
from tests.browser.hands import PHONE, tap
from tests.factories.approvals import ReviewerFactory
from tests.factories.posts import PostFactory
from tests.factories.publishers import ChannelFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BODY = "Sea level data from forty buoys is open.\nForty of them are new."


@pytest.fixture
def review(team, bob, carol):
    ReviewerFactory(stage__workflow__team=team, membership=carol.memberships.get(team=team))
    channel = ChannelFactory(team=team)
    return ask(post=PostFactory(team=team, author=bob, body=BODY, channels=[channel]), by=bob)


@pytest.fixture
def page_of(review):
    return f"/t/tidewater/review/{review.pk}/"


def sends(page, words):
    box = page.get_by_label("Write a comment")
    expect(box).to_be_focused()
    box.press_sequentially(words)
    page.locator("#comment-new-send").click()
    expect(page.locator(".comment__body").last).to_have_text(words)


def test_a_card_is_rejected_where_it_is(enter, carol, bob, review):
    page = enter(carol, "/t/tidewater/board/?group=")
    card = page.locator(f"#card-{review.post_id}")
    card.get_by_role("link", name="Review", exact=False).last.click()
    dialog = page.get_by_role("dialog", name="Review")
    expect(dialog).to_contain_text("Sea level data from forty buoys is open.")
    dialog.locator("summary", has_text="Request changes").click()
    dialog.locator("summary", has_text="Reject").click()
    expect(dialog.get_by_label("What should change?")).to_be_hidden()
    dialog.get_by_label("Why is it rejected?").fill("Not ours to say.")
    dialog.get_by_role("button", name="Reject this post").click()
    expect(page.locator(".toast")).to_contain_text("is recorded")
    expect(page.locator("#board")).to_be_visible()
    expect(card.locator("[data-answer]")).to_have_count(0)
    assert Post.objects.get().stage == Stage.CHANGES_REQUESTED
    assert Decision.objects.get().comment == "Not ours to say."


def test_half_a_thought_outlives_the_form_it_was_typed_into(enter, carol, bob, review, page_of):
    page = enter(carol, page_of)
    page.locator("summary", has_text="Request changes").click()
    page.get_by_label("What should change?").fill("It is 43 now, and")
    post = Post.objects.get()
    draft = replace(compose.draft_of(content.snapshot(post), post), body="43 buoys.")
    compose.save(post=post, draft=draft, version=post.version, by=bob)
    expect(page.get_by_text("This post has changed.")).to_be_visible()
    expect(page.get_by_label("What you wrote")).to_have_count(2)
    expect(page.locator("#comment")).to_have_value("It is 43 now, and")
    expect(page.locator("#comment")).to_be_visible()
    expect(page.locator("#why")).to_be_hidden()


def test_words_are_marked_with_the_mouse(enter, carol, page_of):
    page = enter(carol, page_of)
    offer, text = (
        page.get_by_role("button", name="Comment on this"),
        page.locator("[data-markable]"),
    )
    text.dblclick(position={"x": 60, "y": 8})
    expect(offer).to_be_in_viewport()
    page.locator("#review h1").click()
    expect(offer).to_be_hidden()
    text.dblclick(position={"x": 60, "y": 8})
    marked = page.evaluate("getSelection().toString()").strip()
    assert marked in BODY
    offer.click()
    said = page.locator("[data-marked-words]")
    expect(said).to_contain_text(f"“{marked}”")
    expect(page.locator("#comment-new-on")).to_be_hidden()
    said.get_by_role("button", name="Forget these words").click()
    expect(said).to_be_hidden()
    expect(page.locator("#comment-new-on")).to_be_visible()
    text.dblclick(position={"x": 60, "y": 8})
    offer.click()
    sends(page, "Since when?")
    expect(page.locator(".comment__on")).to_have_text(f"on “{marked}”")
    expect(said).to_be_hidden()
    kept = Comment.objects.get()
    assert (kept.quote, kept.place) == (marked, 1)
    assert BODY[kept.begins :].startswith(marked)


def test_words_are_marked_from_the_keyboard(enter, carol, page_of):
    page = enter(carol, page_of)
    text = page.locator("[data-markable]")
    expect(text).to_have_attribute("tabindex", "0")
    text.focus()
    for key in ("ArrowRight", "ArrowRight", "Shift+ArrowRight", "Shift+ArrowLeft"):
        text.press(key)
    expect(page.locator("drum-marking [role=status]")).to_have_text("level")
    text.press("Shift+ArrowRight")
    text.press("Enter")
    expect(page.locator("[data-words]")).to_have_text("level data")
    sends(page, "Which?")
    kept = Comment.objects.get()
    assert (kept.quote, kept.begins) == ("level data", 4)


def test_words_are_marked_on_a_phone_before_the_comments_were_seen(enter, bob, review):
    page = enter(bob, f"/t/tidewater/posts/{review.post_id}/", **PHONE)
    text = page.locator("[data-markable]")
    expect(text).to_have_attribute("tabindex", "0")
    # As the handles of the system do it, which no test can take hold of.
    text.evaluate(
        """text => {
          const begin = text.textContent.lastIndexOf("Forty");
          getSelection().setBaseAndExtent(text.firstChild, begin, text.firstChild, begin + 5);
        }"""
    )
    tap(page.get_by_role("button", name="Comment on this"))
    expect(page.locator("[data-words]")).to_have_text("Forty")
    sends(page, "All?")
    kept = Comment.objects.get()
    assert (kept.quote, kept.place, kept.begins) == ("Forty", 2, 0)
