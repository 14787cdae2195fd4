"""All that is chosen goes along with the one that is dragged or carried."""

import re
from datetime import datetime, time, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from posts.models import Blackout
from posts.services import schedule
from posts.states import Stage
from posts.times import from_utc
from tests.browser.mouse import drag, drop, lift, rest
from tests.factories.posts import PostFactory
from tests.factories.publishers import ChannelFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BOARD, CALENDAR = "/t/tidewater/board/", "/t/tidewater/calendar/"


@pytest.fixture
def channel(team):
    return ChannelFactory(team=team)


@pytest.fixture
def first():
    """The first day of next month: nothing of that month has passed yet."""
    return (timezone.localdate().replace(day=1) + timedelta(days=32)).replace(day=1)


@pytest.fixture
def monday(first):
    """The first of that month's Mondays."""
    return first + timedelta(days=-first.weekday() % 7)


@pytest.fixture
def make(team, bob, channel):
    """`make("Title", day, time(9, 15))`, or without a time."""

    def planned(title, on=None, at=time(11, 30), **fields):
        said = {"title": title, "body": title, **fields}
        post = PostFactory(team=team, author=bob, channels=[channel], **said)
        if on is not None:
            move(post, on, at)
        return post

    return planned


def move(post, on, at=time(11, 30)):
    moment = datetime.combine(on, at, tzinfo=post.team.zone)
    schedule.plan(post=post, at=from_utc(moment, post.team.time_zone), by=post.author)


def chip(page, post):
    return page.locator(f"[id^='chip-{post.pk}-']")


def day(page, on):
    return page.locator(f"#day-{on:%Y-%m-%d}")


def hour(page, on, number):
    return page.locator(f"#hour-{on:%Y-%m-%d}-{number:02}")


def link(page, post):
    return page.locator(
        f"[id^='chip-link-{post.pk}-'], #draft-link-{post.pk}, #card-link-{post.pk}"
    )


def choose(page, *posts):
    rest(page)
    for post in posts:
        link(page, post).focus()
        page.keyboard.press("x")
    expect(page.locator("#selection [data-count]")).to_have_text(f"{len(posts)} chosen")


def when(post):
    post.refresh_from_db()
    return post.planned_at and timezone.localtime(post.planned_at, post.team.zone)


def test_in_the_month_with_somebody_else_at_it(enter, bob, make, first):
    posts = [make("Buoy", first + timedelta(8)), make("Lamp", first + timedelta(9), time(9, 15))]
    other = make("Pier", first + timedelta(9))
    page = enter(bob, f"{CALENDAR}?month={first:%Y-%m}")
    choose(page, *posts)
    # The calendar is read anew, and what is chosen outlives it.
    with page.expect_response(lambda answer: "calendar/?month" in answer.url):
        move(other, first + timedelta(10))
    lift(page, chip(page, posts[0]))
    expect(page.locator("body > .post-chip")).to_have_attribute("data-along", "2 posts")
    expect(chip(page, posts[1])).to_have_class(re.compile("is-along"))
    expect(chip(page, other)).not_to_have_class(re.compile("is-along"))
    move(other, first + timedelta(11))
    page.wait_for_timeout(400)
    drop(page, day(page, first + timedelta(15)))
    expect(page.locator(".toast")).to_contain_text("2 posts have moved.")
    expect(day(page, first + timedelta(15))).to_contain_text("Buoy")
    expect(day(page, first + timedelta(16))).to_contain_text("09:15")
    expect(day(page, first + timedelta(11))).to_contain_text("Pier")
    expect(page.locator("#selection")).to_be_hidden()
    expect(page.locator(".is-along, .is-target, [data-along], [aria-busy=true]")).to_have_count(0)
    expect(link(page, posts[0])).to_be_focused()
    assert [f"{when(post):%d %H:%M}" for post in posts] == ["16 11:30", "17 09:15"]
    page.locator(".toast").get_by_role("button", name="Undo").click()
    expect(day(page, first + timedelta(8))).to_contain_text("Buoy")
    expect(day(page, first + timedelta(9))).to_contain_text("Lamp")
    # Who is not among the chosen goes alone.
    choose(page, *posts)
    drag(page, chip(page, other), day(page, first + timedelta(15)))
    expect(page.locator(".toast").last).to_contain_text("Moved to")
    assert [when(post).day for post in (*posts, other)] == [9, 10, 16]


def test_over_the_hours_where_not_all_can_go(enter, bob, team, make, monday):
    posts = [make("Buoy", monday), make("Lamp", monday + timedelta(1), time(9, 15))]
    waiting, barred = make("Dune"), make("Pier", monday + timedelta(2))
    on = monday + timedelta(4)
    Blackout.objects.create(team=team, name="Regatta", blocks=True, starts_on=on, ends_on=on)
    page = enter(bob, f"{CALENDAR}week/?week={monday}")
    choose(page, *posts, waiting, barred)
    drag(page, chip(page, posts[0]), hour(page, monday + timedelta(2), 14))
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("3 posts have moved.")
    expect(dialog).to_contain_text("1 post stays as it was")
    expect(dialog).to_contain_text("Regatta")
    dialog.get_by_role("link", name="Close").click()
    expect(link(page, posts[0])).to_be_focused()
    expect(hour(page, monday + timedelta(3), 12)).to_contain_text("12:15")
    expect(hour(page, monday + timedelta(2), 11)).to_contain_text("Pier")
    said = [f"{when(post):%a %H:%M}" for post in (*posts, waiting, barred)]
    assert said == ["Wed 14:30", "Thu 12:15", "Wed 14:00", "Wed 11:30"]
    choose(page, *posts)
    drag(page, chip(page, posts[0]), page.locator("#drawer-list"))
    expect(page.locator(".toast").last).to_contain_text("2 posts are off the schedule.")
    expect(page.locator("#drawer-count")).to_have_text("2")
    assert [when(post) for post in posts] == [None, None]


def test_in_the_month_by_keyboard(enter, bob, make, first):
    posts = [make("Buoy", first + timedelta(8)), make("Lamp", first + timedelta(9))]
    page = enter(bob, f"{CALENDAR}?month={first:%Y-%m}")
    choose(page, *posts)
    link(page, posts[0]).focus()
    page.keyboard.press("m")
    expect(page.locator("drum-carry")).to_contain_text("2 posts picked up.")
    expect(chip(page, posts[1])).to_have_class(re.compile("is-along"))
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    expect(page.locator("drum-carry")).to_have_text("Put back.")
    expect(page.locator(".is-along, [data-along]")).to_have_count(0)
    expect(page.locator("#selection [data-count]")).to_have_text("2 chosen")
    page.keyboard.press("m")
    for key in ("ArrowDown", "ArrowLeft", "Enter"):
        page.keyboard.press(key)
    expect(page.locator(".toast").last).to_contain_text("2 posts have moved.")
    expect(day(page, first + timedelta(15))).to_contain_text("Lamp")
    expect(link(page, posts[0])).to_be_focused()
    assert [when(post).day for post in posts] == [15, 16]
    page.keyboard.press("Control+z")
    expect(day(page, first + timedelta(8))).to_contain_text("Buoy")
    assert [when(post).day for post in posts] == [9, 10]


def test_on_the_board_what_it_means_is_shown_first(enter, alice, bob, make):
    drafts, idea = [make("Buoy"), make("Lamp")], make("Pier", stage=Stage.IDEA)
    page = enter(bob, BOARD)
    choose(page, *drafts, idea)
    drag(page, page.locator(f"#card-{drafts[0].pk}"), page.locator("#list-idea"))
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("It is there already.")
    expect(page.locator("#column-draft .post-card")).to_have_count(2)
    expect(dialog.locator("[name=confirm]")).to_be_focused()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(link(page, drafts[0])).to_be_focused()
    expect(page.locator("#selection [data-count]")).to_have_text("3 chosen")
    rest(page)
    drag(page, page.locator(f"#card-{drafts[0].pk}"), page.locator("#list-idea"))
    expect(dialog.locator("[name=confirm]")).to_be_focused()
    page.keyboard.press("Enter")
    expect(dialog).to_contain_text("1 post stays as it was")
    expect(page.locator("#column-idea .post-card")).to_have_count(3)
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    # By keyboard.
    choose(page, *drafts)
    page.keyboard.press("m")
    expect(dialog.get_by_label("Stage")).to_be_focused()
    dialog.get_by_label("Stage").select_option("draft")
    expect(dialog.locator(".sweep__line")).to_have_count(2)
    # Sent in the moment before it is set up, it is answered by a page.
    expect(dialog.locator(".htmx-added, .htmx-settling")).to_have_count(0)
    dialog.get_by_role("button", name=re.compile("^Move")).press("Enter")
    expect(page.locator(".toast")).to_contain_text("2 posts have moved.")
    expect(page.locator("#column-draft .post-card")).to_have_count(2)


def test_to_another_person_at_once_and_back(enter, alice, bob, make):
    drafts = [make("Buoy"), make("Lamp")]
    page = enter(bob, f"{BOARD}?group=assignee")
    choose(page, *drafts)
    card = page.locator(f"#card-{drafts[0].pk}")
    drag(page, card, page.locator("#list-idea-" + str(alice.pk)))
    expect(page.locator(".toast")).to_contain_text("Several at once go to another stage")
    expect(page.locator("#list-draft-none .post-card")).to_have_count(2)
    rest(page)
    drag(page, card, page.locator(f"#list-draft-{alice.pk}"))
    expect(page.locator(f"#list-draft-{alice.pk} .post-card")).to_have_count(2)
    page.locator(".toast").get_by_role("button", name="Undo").click()
    expect(page.locator("#list-draft-none .post-card")).to_have_count(2)
