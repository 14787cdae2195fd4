"""What was put into a column or the queue comes out again, and what may not go there stays."""

from datetime import time

import pytest
from playwright.sync_api import expect

from calendar_app.models import Slot
from posts.models import Post
from posts.states import Stage
from tests.browser.hand import EACH, Keys
from tests.browser.hands import PHONE, STILL, swipe, tap, whole
from tests.browser.mouse import centre, rest
from tests.factories.posts import PostFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TEAM = "/t/tidewater"


def take_back(page, hand):
    undo = page.locator(".toast").last.get_by_role("button", name="Undo")
    if isinstance(hand, Keys):
        undo.wait_for()
        # Pressed twice it leads back once.
        for _ in range(2):
            page.keyboard.press("ControlOrMeta+z")
    else:
        hand.press(undo)


@pytest.mark.parametrize("way", EACH)
def test_out_of_a_column_and_out_of_the_queue(enter, team, bob, channel, way):
    """And where a card may not go it says why, on a phone, too."""
    Slot.objects.bulk_create(
        Slot(team=team, channel=channel, weekday=day, at=time(9, 30)) for day in range(7)
    )
    post = PostFactory(team=team, author=bob, title="Forty buoys", channels=[channel])
    page, asked = enter(bob, f"{TEAM}/board/", **way.options), []
    page.on("request", lambda request: asked.append(request.url))
    hand, card = way(page), f"#card-{post.pk}"
    hand.press(page.locator(f"{card} [data-move]"))
    form = page.locator("[data-move-form]")
    expect(form).to_contain_text("Only a review approves a post.")
    expect(form.get_by_role("button", name="Approved")).to_be_disabled()
    whole(page)
    hand.press(form.get_by_role("button", name="Ideas"))
    expect(page.locator(f"#column-idea {card}")).to_be_attached()
    take_back(page, hand)
    expect(page.locator(f"#column-draft {card}")).to_be_attached()
    expect(page.locator(".toast").last).to_contain_text("Moved to Drafting.")
    assert sum("/undo/" in url for url in asked) == 1
    post.refresh_from_db()
    assert post.stage == Stage.DRAFTING

    page.goto(f"{TEAM}/posts/{post.pk}/")
    hand.press(page.locator("summary", has_text="Schedule"))
    hand.press(page.get_by_role("button", name="Add to queue"))
    planned = page.locator("#post-head .crumbs")
    expect(planned).to_contain_text("09:30")
    take_back(page, hand)
    expect(planned).to_contain_text("No time yet")
    assert not Post.objects.exclude(planned_at=None).exists()


def test_by_keys_what_the_page_came_with_is_taken_back(enter, team, bob):
    post = PostFactory(team=team, author=bob, title="Forty buoys")
    page = enter(bob, f"{TEAM}/board/posts/{post.pk}/move/")
    page.get_by_role("main").get_by_role("button", name="Ideas").click()
    expect(page.locator(".toast")).to_contain_text("Moved to Ideas.")
    page.keyboard.press("ControlOrMeta+z")
    expect(page.locator(".toast")).to_contain_text("Moved to Drafting.")
    expect(page.locator(f"#column-draft #card-{post.pk}")).to_be_attached()


def test_a_finger_on_a_phone_drops_a_card_where_it_may_not_go(enter, team, bob, channel):
    """The next column shows at the edge."""
    said = {"title": "Forty buoys", "stage": Stage.IN_REVIEW}
    post = PostFactory(team=team, author=bob, channels=[channel], **said)
    page = enter(bob, f"{TEAM}/board/", **PHONE)
    rest(page)
    tap(page.get_by_role("navigation", name="Stages").get_by_role("link", name="In review"))
    card, column = page.locator(f"#card-{post.pk}"), page.locator("#column-review")
    expect(column).to_be_in_viewport(ratio=0.6)
    page.wait_for_function(STILL)
    x, y = centre(card)
    swipe(page, (x, y), (386, y), hold=260, rest=100)
    expect(page.locator(".toast")).to_contain_text("Open its review to approve it.")
    expect(column).to_contain_text("Forty buoys")
    post.refresh_from_db()
    assert post.stage == Stage.IN_REVIEW
