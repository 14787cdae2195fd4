"""Dragging or carrying one of several chosen posts takes all of them along, once that is agreed."""

import re
from datetime import datetime, time, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from posts.models import Blackout
from posts.services import schedule
from posts.states import Stage
from posts.times import from_utc
from tests.browser.mouse import centre, drag, drop, lift
from tests.factories.posts import PostFactory
from tests.factories.publishers import ChannelFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BOARD, CALENDAR = "/t/tidewater/board/", "/t/tidewater/calendar/"
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@pytest.fixture
def channel(team):
    return ChannelFactory(team=team)


@pytest.fixture
def first():
    """The first day of next month: nothing of that month has passed yet."""
    return (timezone.localdate().replace(day=1) + timedelta(days=32)).replace(day=1)


@pytest.fixture
def month(first):
    return f"{CALENDAR}?month={first:%Y-%m}"


@pytest.fixture
def monday(first):
    """The first of that month's Mondays."""
    return first + timedelta(days=-first.weekday() % 7)


@pytest.fixture
def make(team, bob, channel):
    """`make("Title", day, time(9, 15))`, or without a time."""

    def planned(title, on=None, at=time(11, 30), **fields):
        post = PostFactory(
            team=team, author=bob, title=title, body=title, channels=[channel], **fields
        )
        if on is not None:
            moment = datetime.combine(on, at, tzinfo=team.zone)
            schedule.plan(post=post, at=from_utc(moment, team.time_zone), by=bob)
            post.refresh_from_db()
        return post

    return planned


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
    for post in posts:
        link(page, post).focus()
        page.keyboard.press("x")
    expect(page.locator("#selection [data-count]")).to_have_text(f"{len(posts)} chosen")


def agree(page):
    """The button that does it has the focus already."""
    expect(page.locator("#move-dialog [name=confirm]")).to_be_focused()
    page.keyboard.press("Enter")


def lines(page):
    return page.locator("#move-dialog .sweep__line")


def when(post):
    post.refresh_from_db()
    return post.planned_at and timezone.localtime(post.planned_at, post.team.zone)


def test_in_the_month_by_mouse(enter, bob, make, month, first):
    posts = [make("Buoy", first + timedelta(8)), make("Lamp", first + timedelta(9), time(9, 15))]
    stays = make("Pier", first + timedelta(9))
    page = enter(bob, month)
    choose(page, *posts)
    lift(page, chip(page, posts[0]))
    expect(page.locator("body > .post-chip")).to_have_attribute("data-along", "2 posts")
    expect(chip(page, posts[1])).to_have_class(re.compile("is-along"))
    expect(chip(page, stays)).not_to_have_class(re.compile("is-along"))
    drop(page, day(page, first + timedelta(15)))
    dialog = page.get_by_role("dialog")
    expect(lines(page)).to_have_count(2)
    expect(dialog.get_by_label("Days")).to_have_value("7")
    expect(dialog.get_by_label("Hours")).to_have_value("")
    # Nothing has moved yet.
    expect(day(page, first + timedelta(8))).to_contain_text("Buoy")
    expect(page.locator(".is-along, .is-target, [data-along], [aria-busy=true]")).to_have_count(0)
    agree(page)
    expect(page.locator(".toast")).to_contain_text("2 posts have moved.")
    expect(dialog).to_be_hidden()
    expect(day(page, first + timedelta(15))).to_contain_text("Buoy")
    expect(day(page, first + timedelta(16))).to_contain_text("09:15")
    expect(day(page, first + timedelta(9))).to_contain_text("Pier")
    expect(page.locator("#selection")).to_be_hidden()
    page.locator(".toast").get_by_role("button", name="Undo").click()
    expect(day(page, first + timedelta(8))).to_contain_text("Buoy")
    assert [when(post).day for post in posts] == [9, 10]


def test_escape_gives_a_drag_up(enter, bob, make, month, first):
    posts = [make("Buoy", first + timedelta(8)), make("Lamp", first + timedelta(9))]
    page = enter(bob, month)

    def give_up():
        lift(page, chip(page, posts[0]))
        x, y = centre(day(page, first + timedelta(15)))
        page.mouse.move(x, y, steps=8)
        expect(day(page, first + timedelta(15))).to_have_class(re.compile("is-target"))
        page.keyboard.press("Escape")
        expect(page.locator(".is-along, .is-target, .is-moving, .is-origin")).to_have_count(0)
        expect(day(page, first + timedelta(8))).to_contain_text("Buoy")
        page.mouse.up()
        page.wait_for_timeout(200)
        expect(page.get_by_role("dialog")).to_have_count(0)
        assert page.url.endswith(month)

    give_up()
    choose(page, *posts)
    give_up()
    expect(page.locator("#selection [data-count]")).to_have_text("2 chosen")
    # And a later drag is one like any other.
    drag(page, chip(page, posts[0]), day(page, first + timedelta(15)))
    expect(lines(page)).to_have_count(2)
    expect(page.locator("#move-dialog [name=confirm]")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(link(page, posts[0])).to_be_focused()
    expect(page.locator("#selection [data-count]")).to_have_text("2 chosen")
    assert when(posts[0]).day == 9


def test_one_that_is_not_chosen_moves_alone(enter, bob, make, month, first):
    posts = [make("Buoy", first + timedelta(8)), make("Lamp", first + timedelta(9))]
    alone = make("Pier", first + timedelta(10))
    page = enter(bob, month)
    choose(page, *posts)
    drag(page, chip(page, alone), day(page, first + timedelta(15)))
    expect(page.locator(".toast")).to_contain_text("Moved to")
    assert [when(post).day for post in (*posts, alone)] == [9, 10, 16]


def test_what_may_not_go_and_what_somebody_moved_meanwhile(
    enter, alice, bob, team, make, month, first
):
    posts = [make("Buoy", first + timedelta(8)), make("Lamp", first + timedelta(9))]
    barred = make("Pier", first + timedelta(10))
    closed = first + timedelta(17)
    Blackout.objects.create(
        team=team, name="Regatta", blocks=True, starts_on=closed, ends_on=closed
    )
    page = enter(bob, month)
    choose(page, *posts, barred)
    drag(page, chip(page, posts[0]), day(page, first + timedelta(15)))
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("1 post stays as it is")
    expect(dialog).to_contain_text("Regatta")
    moment = datetime.combine(first + timedelta(20), time(8), tzinfo=team.zone)
    schedule.plan(post=posts[1], at=from_utc(moment, team.time_zone), by=alice)
    agree(page)
    expect(dialog).to_contain_text("2 posts stay as they were")
    expect(dialog).to_contain_text("It changed after you looked.")
    assert [when(post).day for post in (*posts, barred)] == [16, 21, 11]


def test_to_and_from_the_drawer(enter, bob, make, month, first):
    planned = [make("Buoy", first + timedelta(8)), make("Lamp", first + timedelta(9))]
    waiting = make("Pier")
    page = enter(bob, month)
    choose(page, *planned)
    drag(page, chip(page, planned[0]), page.locator("#drawer-list"))
    expect(lines(page).filter(has_text="no time")).to_have_count(2)
    agree(page)
    expect(page.locator(".toast")).to_contain_text("2 posts are off the schedule.")
    expect(page.locator("#drawer-count")).to_have_text("3")
    choose(page, planned[0], waiting)
    drag(page, page.locator(f"#draft-{waiting.pk}"), day(page, first + timedelta(15)))
    expect(page.get_by_role("dialog").get_by_label("Day")).to_have_value(
        f"{first + timedelta(15):%Y-%m-%d}"
    )
    agree(page)
    expect(page.locator(".toast").last).to_contain_text("2 posts have moved.")
    expect(page.locator("#drawer-count")).to_have_text("1")
    assert {when(post).day for post in (planned[0], waiting)} == {16}


def test_in_the_month_by_keyboard(enter, bob, make, month, first):
    posts = [make("Buoy", first + timedelta(8)), make("Lamp", first + timedelta(9))]
    page = enter(bob, month)
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
    expect(page.get_by_role("dialog").get_by_label("Days")).to_have_value("6")
    agree(page)
    expect(page.locator(".toast").last).to_contain_text("2 posts have moved.")
    expect(day(page, first + timedelta(15))).to_contain_text("Lamp")
    assert [when(post).day for post in posts] == [15, 16]


def test_over_the_hours_of_a_week(enter, bob, make, monday):
    posts = [make("Buoy", monday), make("Lamp", monday + timedelta(1), time(9, 15))]
    waiting = make("Pier")
    page = enter(bob, f"{CALENDAR}week/?week={monday}")
    choose(page, *posts, waiting)
    drag(page, chip(page, posts[0]), hour(page, monday + timedelta(2), 14))
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Days")).to_have_value("2")
    expect(dialog.get_by_label("Hours")).to_have_value("3")
    agree(page)
    expect(page.locator(".toast")).to_contain_text("3 posts have moved.")
    expect(hour(page, monday + timedelta(3), 12)).to_contain_text("12:15")
    said = [f"{when(post):%a %H:%M}" for post in (*posts, waiting)]
    assert said == ["Wed 14:30", "Thu 12:15", "Wed 14:00"]


def test_by_touch_on_the_day(enter, bob, make, monday):
    posts = [make("Buoy", monday, time(9)), make("Lamp", monday, time(10, 15))]
    page = enter(bob, f"{CALENDAR}day/?day={monday}", **PHONE)
    page.get_by_role("button", name="Select posts").tap()
    for post in posts:
        link(page, post).tap()
    expect(page.locator("#selection [data-count]")).to_have_text("2 chosen")
    hand = page.context.new_cdp_session(page)

    def touch(kind, *at):
        points = [{"x": x, "y": y} for x, y in at]
        hand.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    x, y = centre(chip(page, posts[0]))
    touch("touchStart", (x, y))
    page.wait_for_timeout(400)
    # The hours grow and shrink under the finger as the post passes.
    for _ in range(3):
        below = centre(hour(page, monday, 11))[1]
        for step in range(1, 6):
            touch("touchMove", (x, y + (below - y) * step / 5))
        y = below
        page.wait_for_timeout(150)
    expect(hour(page, monday, 11)).to_have_class(re.compile("is-target"))
    expect(page.locator("body > .post-chip")).to_have_attribute("data-along", "2 posts")
    page.wait_for_timeout(150)
    touch("touchEnd")
    expect(page.get_by_role("dialog").get_by_label("Hours")).to_have_value("2")
    page.locator("#move-dialog [name=confirm]").tap()
    expect(page.locator(".toast")).to_contain_text("2 posts have moved.")
    expect(hour(page, monday, 12)).to_contain_text("12:15")
    assert [f"{when(post):%H:%M}" for post in posts] == ["11:00", "12:15"]


# -- on the board


def test_to_another_column(enter, alice, bob, make):
    drafts = [make("Buoy"), make("Lamp")]
    idea = make("Pier", stage=Stage.IDEA)
    page = enter(bob, BOARD)
    choose(page, *drafts, idea)
    drag(page, page.locator(f"#card-{drafts[0].pk}"), page.locator("#list-idea"))
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("It is there already.")
    expect(page.locator("#column-draft .post-card")).to_have_count(2)
    agree(page)
    expect(dialog).to_contain_text("1 post stays as it was")
    expect(page.locator("#column-idea .post-card")).to_have_count(3)
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    choose(page, *drafts)
    drag(page, page.locator(f"#card-{drafts[0].pk}"), page.locator("#list-approved"))
    expect(lines(page).filter(has_text="Only a review approves a post.")).to_have_count(2)
    expect(dialog).to_be_visible()
    expect(dialog.locator("[name=confirm]")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(page.locator("#column-idea .post-card")).to_have_count(3)
    drag(page, page.locator(f"#card-{drafts[0].pk}"), page.locator("#list-review"))
    agree(page)
    expect(page.locator("#column-review .post-card")).to_have_count(2)


def test_the_board_by_keyboard(enter, bob, make):
    drafts = [make("Buoy"), make("Lamp")]
    page = enter(bob, BOARD)
    choose(page, *drafts)
    page.keyboard.press("m")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Stage")).to_be_focused()
    dialog.get_by_label("Stage").select_option("idea")
    expect(lines(page)).to_have_count(2)
    dialog.get_by_role("button", name=re.compile("^Move")).press("Enter")
    expect(page.locator(".toast")).to_contain_text("2 posts have moved.")
    expect(page.locator("#column-idea .post-card")).to_have_count(2)


def test_lanes_of_people(enter, alice, bob, make):
    drafts = [make("Buoy"), make("Lamp")]
    page = enter(bob, f"{BOARD}?group=assignee")
    choose(page, *drafts)
    card = page.locator(f"#card-{drafts[0].pk}")
    drag(page, card, page.locator(f"#list-draft-{alice.pk}"))
    expect(lines(page)).to_have_count(2)
    agree(page)
    expect(page.locator(f"#list-draft-{alice.pk} .post-card")).to_have_count(2)
    choose(page, *drafts)
    drag(page, card, page.locator("#list-idea-none"))
    expect(page.locator(".toast").last).to_contain_text("Several at once go to another stage")
    expect(page.locator(f"#list-draft-{alice.pk} .post-card")).to_have_count(2)
