"""What a finger holds for a moment is carried, on a tablet; a swipe scrolls and carries none."""

from datetime import datetime, time, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from posts.services import schedule
from posts.states import Stage
from posts.times import from_utc
from tests.browser.hands import swipe, tap
from tests.browser.mouse import centre, rest
from tests.factories.posts import PostFactory
from tests.factories.publishers import ChannelFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TABLET = {"viewport": {"width": 1440, "height": 1000}, "has_touch": True, "is_mobile": True}


@pytest.fixture
def first():
    """The first day of next month: nothing of that month has passed yet."""
    return (timezone.localdate().replace(day=1) + timedelta(days=32)).replace(day=1)


@pytest.fixture
def make(team, bob):
    channel = ChannelFactory(team=team)

    def planned(title, on=None):
        post = PostFactory(team=team, author=bob, title=title, body=title, channels=[channel])
        if on is not None:
            moment = datetime.combine(on, time(11, 30), tzinfo=team.zone)
            schedule.plan(post=post, at=from_utc(moment, team.time_zone), by=bob)
        return post

    return planned


def carry(page, what, target, hold=260):
    """Press, wait as long as a finger is meant to carry, go there in steps, let go."""
    swipe(page, centre(what), centre(target), hold=hold, rest=100)


def chip(page, post):
    return page.locator(f"[id^='chip-{post.pk}-']")


def test_on_the_calendar(enter, alice, bob, team, make, first):
    post, other = make("Forty buoys", first + timedelta(8)), make("Lamp", first + timedelta(9))
    waiting = make("Some day")
    address = f"/t/tidewater/calendar/?month={first:%Y-%m}"
    page, theirs = enter(bob, address, **TABLET), enter(alice, address)
    rest(page)
    there = page.locator(f"#day-{first + timedelta(16)}")
    carry(page, chip(page, post), there, hold=0)
    expect(page.locator(".toast, [aria-busy=true], .is-moving")).to_have_count(0)
    carry(page, chip(page, post), there)
    expect(page.locator(".toast")).to_contain_text("Moved to")
    expect(there).to_contain_text("11:30")
    expect(theirs.locator(f"#day-{first + timedelta(16)}")).to_contain_text("Forty buoys")
    tap(page.locator(".toast").get_by_role("button", name="Undo"))
    expect(page.locator(f"#day-{first + timedelta(8)}")).to_contain_text("Forty buoys")

    expect(page.locator("#drawer")).to_be_visible()
    carry(page, page.locator(f"#draft-{waiting.pk}"), there)
    expect(there).to_contain_text("Some day")
    expect(page.locator("#drawer-count")).to_have_text("0")
    carry(page, chip(page, waiting), page.locator("#drawer-list"))
    expect(page.locator("#drawer-list")).to_contain_text("Some day")
    expect(page.locator(".toast").last).to_contain_text("Taken off the calendar.")
    waiting.refresh_from_db()
    assert waiting.planned_at is None
    # All that is chosen goes along.
    tap(page.get_by_role("button", name="Select posts"))
    for one in (post, other):
        chip(page, one).locator("a.post-chip__link").tap()
    expect(page.locator("#selection [data-count]")).to_have_text("2 chosen")
    carry(page, chip(page, post), there)
    expect(page.locator(".toast").last).to_contain_text("2 posts have moved.")
    expect(page.locator(f"#day-{first + timedelta(17)}")).to_contain_text("Lamp")


def test_on_the_board_and_over_the_hours(enter, bob, team, make, first):
    post = make("Forty buoys")
    page = enter(bob, "/t/tidewater/board/", **TABLET)
    rest(page)
    carry(page, page.locator(f"#card-{post.pk}"), page.locator("#list-idea"))
    expect(page.locator(".toast")).to_contain_text("Moved to Ideas")
    expect(page.locator("#column-idea")).to_contain_text("Forty buoys")
    carry(page, page.locator(f"#card-{post.pk}"), page.locator("#list-approved"))
    expect(page.locator(".toast").last).to_contain_text("Only a review approves a post.")
    expect(page.locator("#column-idea")).to_contain_text("Forty buoys")
    post.refresh_from_db()
    assert post.stage == Stage.IDEA
    monday = first + timedelta(days=-first.weekday() % 7)
    timed = make("Lamp", monday)
    page.goto(f"/t/tidewater/calendar/week/?week={monday}")
    rest(page)
    carry(page, chip(page, timed), page.locator(f"#hour-{monday + timedelta(days=1)}-13"))
    expect(page.locator(f"#hour-{monday + timedelta(days=1)}-13")).to_contain_text("13:30")
