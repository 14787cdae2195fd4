"""Open pages read themselves again for what came after they were drawn, and for nothing else."""

from datetime import time

import pytest
from playwright.sync_api import expect

from calendar_app.models import Slot
from notifications.live import announce
from notifications.queries import MISSED_AT_MOST
from tests.factories.posts import PostFactory
from tests.factories.publishers import ChannelFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
CALENDAR = "/t/tidewater/calendar/"


@pytest.fixture
def write(team, bob):
    """A post without a time, as everybody is told of it."""
    channel = ChannelFactory(team=team)

    def made(title):
        PostFactory(team=team, author=bob, title=title, channels=[channel])
        announce(team.pk, "board", "calendar")

    return made


def hide(page, hidden):
    """As when another tab comes before it."""
    page.evaluate(
        """hidden => {
          Object.defineProperty(document, "hidden", {value: hidden, configurable: true});
          document.dispatchEvent(new Event("visibilitychange"));
        }""",
        hidden,
    )


def test_what_was_just_drawn_is_not_read_again(enter, bob, team, write):
    write("Forty buoys")
    page = enter(bob)
    again = []
    page.on("request", lambda asked: "hx-request" in asked.headers and again.append(asked.url))
    page.goto(CALENDAR)
    expect(page.locator("drum-live")).to_have_attribute("data-state", "live")
    expect(page.locator("#drawer-list")).to_contain_text("Forty buoys")
    # Whatever was told before is read before.
    with page.expect_request("**/counts/"):
        announce(team.pk, "deliveries")
    assert [url for url in again if CALENDAR in url] == []


def test_what_came_while_nobody_looked_is_read_at_once(enter, bob, team, write):
    page = enter(bob, CALENDAR)
    hide(page, True)
    write("Said meanwhile")
    announce(team.pk, *(f"post:{number}" for number in range(MISSED_AT_MOST + 1)))
    hide(page, False)
    expect(page.locator("#drawer-list")).to_contain_text("Said meanwhile")


@pytest.mark.parametrize("refused", [False, True])
def test_an_answer_is_heard_though_what_asked_was_read_again(enter, team, bob, channel, refused):
    """The button stands in what a post's page reads again as soon as the act is done."""
    Slot.objects.bulk_create(
        Slot(team=team, channel=channel, weekday=day, at=time(9, 30)) for day in range(7)
    )
    post = PostFactory(team=team, author=bob, title="Forty buoys", channels=[channel])
    page, late = enter(bob, f"/t/tidewater/posts/{post.pk}/"), []
    page.route("**/queue/", lambda route: late.append((route, route.fetch())))
    expect(page.locator("drum-live")).to_have_attribute("data-state", "live")
    page.locator("summary", has_text="Schedule").click()
    page.get_by_role("button", name="Add to queue").click()
    planned = page.locator("#post-head .crumbs")
    expect(planned).to_contain_text("09:30")
    [(route, answer)] = late
    if refused:
        route.fulfill(status=500)
        expect(page.locator(".toast")).to_contain_text("That did not work on our side.")
        return
    route.fulfill(response=answer)
    page.locator(".toast").get_by_role("button", name="Undo").click()
    expect(planned).to_contain_text("No time yet")
