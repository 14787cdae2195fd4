"""What the composer mends in one press, parts, times per channel and what speaks against a time."""

import re
from datetime import datetime, time, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from posts.models import Post
from posts.services import schedule
from posts.times import from_utc
from tests.approvals.gating import gate
from tests.browser.hands import PHONE, go, press, tap, whole
from tests.factories.posts import PostFactory
from tests.factories.publishers import ChannelFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NEW = "/t/tidewater/posts/new/"
TEXT = "Text for all channels"


@pytest.fixture
def short(team):
    return ChannelFactory(team=team, platform="bluesky", name="Tidewater")


@pytest.fixture
def long(team):
    return ChannelFactory(team=team, platform="linkedin", name="Tidewater Labs")


@pytest.fixture
def day():
    return timezone.localdate() + timedelta(days=9)


@pytest.fixture
def near(team, bob, short, day):
    """A post on that channel at half past nine."""
    post = PostFactory(team=team, author=bob, title="One", body="One", channels=[short])
    moment = datetime.combine(day, time(9, 30), tzinfo=team.zone)
    schedule.plan(post=post, at=from_utc(moment, team.time_zone), by=bob)
    return post


def saved(page):
    expect(page.locator("#saved")).to_contain_text("Saved", timeout=8000)


def test_one_press_mends_by_keys_and_with_a_finger(enter, team, bob, short, long):
    gate(team, "banned", "warn", words=["utilise => use", "very"])
    page = enter(bob, NEW)
    go(page, page.get_by_label(TEXT))
    page.keyboard.type("We utilise buoys.")
    press(page, page.get_by_role("button", name="Write that"))
    expect(page.get_by_label(TEXT)).to_have_value("We use buoys.")
    expect(page.get_by_label(TEXT)).to_be_focused()
    page.get_by_label(TEXT).fill("y" * 310)
    expect(page.locator("#checks")).to_contain_text("this is 10 over")
    press(page, page.locator("#checks").get_by_role("button", name="Give it its own text"))
    expect(page.locator(f"#text_{short.pk}")).to_be_focused()

    phone = enter(bob, NEW, **PHONE)
    phone.get_by_label(TEXT).fill("A very calm sea.")
    tap(phone.get_by_role("button", name="Take it out"))
    expect(phone.get_by_label(TEXT)).to_have_value("A calm sea.")
    phone.get_by_label(TEXT).fill("y" * 310)
    tap(phone.locator("#checks").get_by_role("button", name="Give it its own text"))
    expect(phone.locator(f"#text_{short.pk}")).to_be_focused()
    whole(phone)


def test_a_thread_and_its_parts(enter, team, bob, short):
    page = enter(bob, NEW)
    page.get_by_label(TEXT).fill("First part.\n---\nSecond part.")
    go(page, page.get_by_label("Type"))
    page.keyboard.type("Thr")
    preview = page.locator("#previews")
    expect(preview).to_contain_text("2 parts")
    expect(preview.locator(".preview__part")).to_have_text("Second part.")
    saved(page)
    phone = enter(bob, page.url, **PHONE)
    phone.get_by_label(TEXT).fill("First part.\n---\nSecond part.\n---\nThird part.")
    tap(phone.locator(".composer__dock").get_by_role("link", name="Preview"))
    expect(phone.locator("#previews")).to_contain_text("3 parts")
    whole(phone)
    plain = enter(bob, NEW, java_script_enabled=False)
    plain.get_by_label(TEXT).fill("One.\n---\nTwo.")
    plain.get_by_label("Type").select_option("thread")
    plain.get_by_role("button", name="Save", exact=True).first.click()
    plain.goto(f"/t/tidewater/posts/{Post.objects.latest('pk').pk}/edit/")
    expect(plain.locator("#previews")).to_contain_text("2 parts")


def test_what_speaks_against_a_time_before_it_is_taken(enter, team, bob, short, near, day):
    page, phone = enter(bob, NEW), enter(bob, NEW, **PHONE)
    take = re.compile("^Take 10:30")
    page.get_by_label(TEXT).fill("Other words")
    go(page, page.locator("input[name=when]:checked"))
    while not page.locator("input[value=pick]").is_checked():
        page.keyboard.press("ArrowDown")
    go(page, page.locator("#date"))
    page.keyboard.type(f"{day:%m%d%Y}")
    go(page, page.locator("#time"))
    page.keyboard.type("0940AM")
    expect(page.locator(".when")).to_contain_text("10 minutes after “One”")
    press(page, page.get_by_role("button", name=take))
    saved(page)
    expect(page.locator("#time")).to_have_value("10:30")

    phone.get_by_label(TEXT).fill("Words of a third")
    tap(phone.locator(".choice", has_text="Pick a time"))
    phone.locator("#date").fill(f"{day}")
    phone.locator("#time").fill("09:45")
    told = phone.locator(".when__told", has_text="15 minutes after “One”")
    expect(told).to_be_visible()
    whole(phone)


def test_each_channel_at_its_own_time(enter, team, bob, short, long, day):
    page = enter(bob, NEW)
    page.get_by_label(TEXT).fill("Each at its hour")
    page.get_by_text("Pick a time").click()
    page.locator("#date").fill(f"{day}")
    page.locator("#time").fill("09:30")
    press(page, page.get_by_role("checkbox", name="Another time per channel"), "Space")
    own = page.get_by_role("group", name=re.compile("Tidewater Labs"))
    go(page, own.get_by_label("Time"))
    page.keyboard.type("0415PM")
    saved(page)
    page.get_by_role("button", name="Save", exact=True).first.click()
    expect(page.locator(".toast")).to_contain_text("Saved")
    plain = enter(bob, page.url, java_script_enabled=False)
    plain.goto(f"/t/tidewater/posts/{Post.objects.get().pk}/edit/")
    other = plain.get_by_role("group", name=re.compile("Tidewater Labs"))
    expect(other.get_by_label("Time")).to_have_value("16:15")
