"""Posts on the month, by mouse, by keyboard and by phone, with somebody else looking on."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from posts.models import Post
from posts.services import schedule
from posts.states import Stage
from posts.times import from_utc
from tests.browser.hands import go
from tests.browser.mouse import drag, drop, lift
from tests.factories.posts import PostFactory
from tests.factories.publishers import ChannelFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
CALENDAR = "/t/tidewater/calendar/"


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
def make(team, bob, channel, first):
    """`make("Title", 9)`: a post planned for the 9th of that month, 11:30 in Lisbon."""

    def planned(title, day=None, **fields):
        # Each says something else: the same again would be pointed out when it is moved.
        said = {"title": title, "body": title, **fields}
        post = PostFactory(team=team, author=bob, channels=[channel], **said)
        if day is not None:
            moment = from_utc(
                timezone.make_aware(
                    timezone.datetime(first.year, first.month, day, 11, 30), team.zone
                ),
                team.time_zone,
            )
            schedule.plan(post=post, at=moment, by=bob)
            post.refresh_from_db()
        return post

    return planned


@pytest.fixture
def day(first):
    def locate(page, number):
        return page.locator(f"#day-{first.replace(day=number):%Y-%m-%d}")

    return locate


def chip(page, post):
    return page.locator(f"[id^='chip-{post.pk}-']")


def drawer(page):
    return page.locator("#drawer-list")


def planned_day(post):
    post.refresh_from_db()
    return post.planned_at and timezone.localtime(post.planned_at, post.team.zone)


def test_drag_keeps_the_time_and_can_be_undone(enter, alice, bob, make, month, day):
    post = make("Forty buoys", 9)
    mine, theirs = enter(bob, month), enter(alice, month)
    drag(mine, chip(mine, post), day(mine, 17))
    expect(mine.locator(".toast")).to_contain_text("Moved to")
    expect(day(mine, 17)).to_contain_text("11:30")
    expect(day(mine, 9)).not_to_contain_text("Forty buoys")
    expect(day(theirs, 17)).to_contain_text("Forty buoys", timeout=2000)
    assert mine.evaluate("document.activeElement.id").startswith(f"chip-link-{post.pk}-")
    assert planned_day(post).strftime("%d %H:%M") == "17 11:30"
    mine.get_by_role("button", name="Undo").click()
    expect(day(mine, 9)).to_contain_text("Forty buoys")
    expect(day(mine, 17)).not_to_contain_text("Forty buoys")
    expect(day(theirs, 9)).to_contain_text("Forty buoys", timeout=2000)
    assert planned_day(post).strftime("%d %H:%M") == "09 11:30"


def test_undo_by_key(enter, bob, make, month, day):
    post = make("Forty buoys", 9)
    page = enter(bob, month)
    drag(page, chip(page, post), day(page, 10))
    expect(page.locator(".toast")).to_contain_text("Moved to")
    page.keyboard.press("Control+z")
    expect(day(page, 9)).to_contain_text("Forty buoys")


def test_refused_drop_returns_the_post_and_says_why(enter, bob, make):
    post = make("Forty buoys")
    gone = timezone.localdate().replace(day=1) - timedelta(days=1)
    page = enter(bob, f"{CALENDAR}?month={gone:%Y-%m}")
    passed = page.locator(f"#day-{gone.replace(day=10):%Y-%m-%d}")
    waiting = page.locator(f"#draft-{post.pk}")
    drag(page, waiting, passed)
    expect(page.locator(".toast")).to_contain_text("has passed")
    expect(passed).not_to_contain_text("Forty buoys")
    expect(waiting).to_have_count(1)
    expect(page.locator("[aria-busy=true], .is-target, .is-moving")).to_have_count(0)


def test_without_an_answer_the_post_returns(enter, bob, make, month, day):
    post = make("Forty buoys", 9)
    page = enter(bob, month)
    page.context.route(re.compile("/move/"), lambda route: route.abort())
    drag(page, chip(page, post), day(page, 17))
    expect(page.locator(".toast").first).to_contain_text("The server did not answer")
    expect(day(page, 9)).to_contain_text("Forty buoys")
    expect(day(page, 17)).not_to_contain_text("Forty buoys")


def test_from_the_drawer_to_a_day_and_back(enter, alice, bob, make, month, day):
    post = make("Some day")
    mine, theirs = enter(bob, month), enter(alice, month)
    expect(mine.locator("#drawer-count")).to_have_text("1")
    drag(mine, mine.locator(f"#draft-{post.pk}"), day(mine, 17))
    expect(day(mine, 17)).to_contain_text("09:00")
    expect(mine.locator("#drawer-count")).to_have_text("0")
    expect(drawer(mine)).to_contain_text("Every post has a time.")
    expect(day(theirs, 17)).to_contain_text("Some day", timeout=2000)
    drag(mine, chip(mine, post), drawer(mine))
    expect(mine.locator(".toast").last).to_contain_text("Taken off the calendar.")
    expect(drawer(mine)).to_contain_text("Some day")
    expect(drawer(theirs)).to_contain_text("Some day", timeout=2000)
    assert planned_day(post) is None


def test_somebody_elses_change_waits_until_the_post_is_dropped(enter, alice, bob, make, month, day):
    post, other = make("Forty buoys", 9), make("Arrived meanwhile", 10)
    page = enter(bob, month)
    theirs = enter(alice, f"/t/tidewater/calendar/posts/{other.pk}/move/")
    lift(page, chip(page, post))
    theirs.get_by_label("Day").fill(f"{planned_day(other).replace(day=21):%Y-%m-%d}")
    theirs.get_by_role("button", name="Move").click()
    theirs.wait_for_url("**/calendar/?**")
    page.wait_for_timeout(800)
    expect(page.locator("body > .post-chip")).to_have_count(1)
    expect(day(page, 21)).not_to_contain_text("Arrived meanwhile")
    drop(page, day(page, 17))
    expect(day(page, 17)).to_contain_text("Forty buoys")
    expect(day(page, 21)).to_contain_text("Arrived meanwhile")


def test_m_arrows_enter_and_escape(enter, bob, make, month, day):
    post = make("Forty buoys", 9)
    page = enter(bob, month)
    link = chip(page, post).locator("a.post-chip__link")
    link.focus()
    page.keyboard.press("m")
    expect(page.locator(".toast")).to_contain_text("Picked up. Arrow keys to move")
    page.keyboard.press("ArrowRight")
    expect(day(page, 10)).to_have_class(re.compile("is-target"))
    expect(day(page, 10)).to_contain_text("Forty buoys")
    expect(link).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.locator("drum-carry")).to_contain_text("17")
    page.keyboard.press("Escape")
    expect(day(page, 9)).to_contain_text("Forty buoys")
    expect(link).to_be_focused()
    expect(page.locator(".is-target, .is-moving")).to_have_count(0)
    page.keyboard.press("m")
    for key in ("ArrowDown", "ArrowLeft", "Enter"):
        page.keyboard.press(key)
    expect(page.locator(".toast").last).to_contain_text("Moved to")
    expect(day(page, 15)).to_contain_text("Forty buoys")
    expect(chip(page, post).locator("a.post-chip__link")).to_be_focused()
    assert planned_day(post).strftime("%d %H:%M") == "15 11:30"
    expect(page.locator(".toast")).to_have_count(1)
    page.keyboard.press("Control+z")
    expect(day(page, 9)).to_contain_text("Forty buoys")
    expect(chip(page, post).locator("a.post-chip__link")).to_be_focused()
    # The way back from the move went with it: what is offered now is to move it again.
    expect(page.locator(".toast__act")).to_have_count(1)
    out = make("Long out", stage=Stage.DONE, planned_at=post.planned_at)
    page.reload()
    chip(page, out).locator("a.post-chip__link").focus()
    page.keyboard.press("m")
    expect(page.locator(".toast")).to_contain_text("This post cannot be moved.")


def test_m_takes_a_post_out_of_the_drawer(enter, bob, make, month, day):
    post = make("Some day")
    page = enter(bob, month)
    page.locator(f"#draft-link-{post.pk}").focus()
    page.keyboard.press("m")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#drawer-count")).to_have_text("0")
    expect(chip(page, post)).to_have_count(1)


def test_delete_takes_what_is_carried_to_the_drawer(enter, alice, bob, make, month, day):
    post = make("Forty buoys", 9)
    page, theirs = enter(bob, month), enter(alice, month)
    chip(page, post).locator("a.post-chip__link").focus()
    for key in ("m", "ArrowRight", "Delete"):
        page.keyboard.press(key)
    expect(page.locator(".toast").last).to_contain_text("Taken off the calendar.")
    expect(drawer(page)).to_contain_text("Forty buoys")
    expect(drawer(theirs)).to_contain_text("Forty buoys")
    expect(page.locator(f"#draft-link-{post.pk}")).to_be_focused()
    expect(page.locator(".is-target, .is-moving")).to_have_count(0)
    assert planned_day(post) is None


def test_arrow_keys_walk_the_days(enter, bob, make, month, day):
    make("Forty buoys", 9)
    page = enter(bob, month)
    # Also of a month without today.
    go(page, day(page, 1))
    for key in ("ArrowDown", "ArrowRight"):
        page.keyboard.press(key)
    expect(day(page, 9)).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(day(page, 16)).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(day(page, 15)).to_be_focused()
    assert day(page, 15).get_attribute("tabindex") == "0"


def test_move_dialog_keeps_a_refused_form_open(enter, bob, make, month, day, first):
    post = make("Forty buoys", 9)
    page = enter(bob, month)
    chip(page, post).hover()
    chip(page, post).get_by_role("link", name=re.compile("^Move 11:30, Forty")).click()
    dialog = page.get_by_role("dialog", name="Move post")
    dialog.get_by_label("Day").fill("2020-01-05")
    dialog.get_by_role("button", name="Move").click()
    expect(dialog).to_contain_text("has passed")
    expect(dialog.get_by_label("Day")).to_have_value("2020-01-05")
    there = first.replace(day=1) + timedelta(days=40)
    dialog.get_by_label("Day").fill(f"{there:%Y-%m-%d}")
    dialog.get_by_role("button", name="Move").click()
    expect(dialog).to_be_hidden()
    expect(day(page, 9)).not_to_contain_text("Forty buoys")
    page.get_by_role("button", name="Undo").click()
    expect(day(page, 9)).to_contain_text("Forty buoys")


def test_a_busy_day_shows_all_when_asked(enter, bob, make, month, day):
    for n in range(5):
        make(f"Post {n}", 9)
    page = enter(bob, month)
    day(page, 9).get_by_role("link", name="+2 more").click()
    for n in range(5):
        expect(page.locator("#agenda")).to_contain_text(f"Post {n}")
    expect(page.locator("#agenda")).to_be_in_viewport()


def test_the_drawer_opens_over_a_narrow_month(enter, alice, bob, make, month, day):
    post, other = make("Some day"), make("Forty buoys", 9)
    page = enter(bob, month, viewport={"width": 1024, "height": 768})
    expect(page.locator("#drawer")).to_be_hidden()
    page.locator("#drawer-open").press("Space")
    expect(page.locator("#drawer")).to_be_visible()
    drag(page, page.locator(f"#draft-{post.pk}"), day(page, 9))
    expect(day(page, 9)).to_contain_text("Some day")
    expect(page.locator(".toast")).to_contain_text("Moved to")
    expect(page.locator("#drawer")).to_be_visible()
    page.get_by_text("Close", exact=True).locator("..").click()
    expect(page.locator("#drawer")).to_be_hidden()
    assert Post.objects.filter(planned_at=None).count() == 0
    assert other.planned_at


def test_on_a_phone_a_tap_lists_the_day(enter, bob, make, month, day):
    post = make("Forty buoys", 9)
    make("Some day")
    phone = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
    page = enter(bob, month, **phone)
    day(page, 9).locator("a.day__num").tap()
    agenda = page.locator("#agenda")
    expect(agenda).to_contain_text("Forty buoys")
    expect(day(page, 9)).to_be_in_viewport()
    agenda.get_by_role("link", name=re.compile("^Move 11:30")).tap()
    dialog = page.get_by_role("dialog", name="Move post")
    dialog.get_by_label("Time").fill("16:45")
    dialog.get_by_role("button", name="Move").tap()
    expect(agenda).to_contain_text("16:45")
    assert planned_day(post).strftime("%d %H:%M") == "09 16:45"
    expect(page.locator("#drawer")).to_contain_text("Some day")
