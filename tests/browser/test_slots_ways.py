"""Free slots filled, a queue reshuffled, days set aside; and many posts at once by keys alone."""

import re
from datetime import time, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from calendar_app.models import Slot
from calendar_app.services import queue
from posts.models import Blackout, Post
from tests.browser.hands import PHONE, go, press, tap, whole
from tests.factories.posts import PostFactory
from tests.factories.publishers import ChannelFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TEAM = "/t/tidewater"
FILL = f"{TEAM}/slots/fill/"


@pytest.fixture
def channel(team):
    channel = ChannelFactory(team=team, name="News")
    Slot.objects.bulk_create(
        Slot(team=team, channel=channel, weekday=day, at=time(9, 30)) for day in range(7)
    )
    return channel


@pytest.fixture
def make(team, bob, channel):
    def waiting(*titles):
        said = {"team": team, "author": bob, "channels": [channel]}
        return [PostFactory(title=title, body=title, **said) for title in titles]

    return waiting


def test_free_slots_are_filled(enter, alice, bob, make):
    make("Buoy", "Lamp", "Pier", "Dune")
    page, theirs = enter(bob, f"{TEAM}/calendar/"), enter(alice, FILL)
    page.locator("#drawer-list a").last.focus()
    press(page, page.get_by_role("link", name="Fill the next free slots"))
    press(page, page.get_by_role("checkbox", name=re.compile("Buoy")), "Space")
    press(page, page.get_by_role("button", name="Show the times"))
    theirs.get_by_role("checkbox", name=re.compile("Lamp")).check()
    theirs.get_by_role("button", name="Show the times").click()
    press(page, page.get_by_role("button", name="Give 1 post its slot"))
    expect(page.locator(".toast")).to_contain_text("1 post has a slot now.")
    # That slot was shown to her, too.
    theirs.get_by_role("button", name="Give 1 post its slot").click()
    expect(theirs.get_by_role("alert")).to_be_visible()
    theirs.get_by_role("button", name="Give 1 post its slot").click()
    expect(theirs.locator(".toast")).to_contain_text("1 post has a slot now.")

    phone = enter(bob, FILL, **PHONE)
    tap(phone.get_by_role("checkbox", name=re.compile("Pier")))
    whole(phone)
    tap(phone.get_by_role("button", name="Show the times"))
    give = phone.get_by_role("button", name="Give 1 post its slot")
    give.wait_for()
    whole(phone)
    tap(give)
    expect(phone.locator(".toast")).to_contain_text("1 post has a slot now.")
    plain = enter(bob, FILL, java_script_enabled=False)
    plain.get_by_role("checkbox", name=re.compile("Dune")).check()
    plain.get_by_role("button", name="Show the times").click()
    plain.get_by_role("button", name="Give 1 post its slot").click()
    expect(plain.get_by_text("1 post has a slot now.")).to_be_visible()
    times = Post.objects.values_list("planned_at", flat=True)
    assert None not in times
    assert len(set(times)) == 4
    plain.get_by_role("button", name="Undo").click()
    expect(plain.get_by_text("1 post is as it was.")).to_be_visible()
    page.goto(FILL)
    press(page, page.get_by_role("checkbox", name=re.compile("Dune")), "Space")
    press(page, page.get_by_role("button", name="Show the times"))
    press(page, page.get_by_role("button", name="Give 1 post its slot"))
    expect(page.locator(".toast")).to_contain_text("1 post has a slot now.")
    page.keyboard.press("Control+z")
    expect(page.locator(".toast")).to_contain_text("1 post is as it was.")
    assert list(Post.objects.filter(planned_at=None).values_list("title", flat=True)) == ["Dune"]


def test_two_at_the_slots_take_nothing_from_each_other(enter, alice, bob, channel):
    page, theirs = enter(bob, f"{TEAM}/slots/"), enter(alice, f"{TEAM}/slots/")
    expect(page.locator("drum-live")).to_have_attribute("data-state", "live")
    add = page.locator(".slot-acts form").first
    page.locator("summary", has_text="Pause").click()
    page.get_by_label("Reason").fill("Sea trial")
    add.get_by_label("Monday").check(force=True)
    at = page.locator(f"#slot-at-{channel.pk}")
    at.fill("10:15")
    theirs.get_by_role("button", name="Remove Friday, 09:30").click()
    expect(page.get_by_text("6 slots a week")).to_be_visible()
    expect(at).to_have_value("10:15")
    expect(at).to_be_focused()
    expect(add.get_by_label("Monday")).to_be_checked()
    expect(page.get_by_label("Reason")).to_have_value("Sea trial")
    # What was refused stays as it was typed, too.
    at.fill("")
    add.evaluate("form => { form.noValidate = true; }")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("alert")).to_be_visible()
    theirs.locator("summary", has_text="Pause").click()
    theirs.get_by_role("button", name="Pause the queue").click()
    expect(page.get_by_text("The queue is paused")).to_be_visible()
    expect(add.get_by_label("Monday")).to_be_checked()


def test_a_queue_is_reshuffled(enter, bob, channel, make):
    for post in make("Buoy", "Lamp"):
        queue.add_to_queue(post=post, by=bob)
    Slot.objects.filter(channel=channel).update(at=time(10, 30))
    page = enter(bob, f"{TEAM}/slots/")
    press(page, page.get_by_role("link", name="Reshuffle"))
    page.wait_for_url("**/reshuffle/")
    press(page, page.get_by_role("link", name="Shuffled"))
    page.wait_for_url("**seed=**")
    press(page, page.get_by_role("link", name="In their order"))
    page.wait_for_url(re.compile(r"/reshuffle/\??$"))
    press(page, page.get_by_role("button", name="Move 2 posts"))
    expect(page.locator(".toast")).to_contain_text("2 posts have moved.")
    at = {timezone.localtime(post.planned_at, post.team.zone).time() for post in Post.objects.all()}
    assert at == {time(10, 30)}
    Slot.objects.filter(channel=channel).update(at=time(11, 30))
    phone = enter(bob, f"{TEAM}/slots/channels/{channel.pk}/reshuffle/", **PHONE)
    whole(phone)
    tap(phone.get_by_role("button", name="Move 2 posts"))
    expect(phone.locator(".toast")).to_contain_text("2 posts have moved.")
    Slot.objects.filter(channel=channel).update(at=time(12, 30))
    plain = enter(bob, f"{TEAM}/slots/channels/{channel.pk}/reshuffle/", java_script_enabled=False)
    plain.get_by_role("button", name="Move 2 posts").click()
    expect(plain.get_by_text("2 posts have moved.")).to_be_visible()
    at = {timezone.localtime(post.planned_at, post.team.zone).time() for post in Post.objects.all()}
    assert at == {time(12, 30)}
    Slot.objects.filter(channel=channel).update(at=time(13, 30))
    page.goto(f"{TEAM}/slots/")
    page.get_by_role("link", name="Reshuffle").click()
    page.get_by_role("link", name="Shuffled").click()
    page.wait_for_url("**seed=**")
    page.get_by_role("button", name="Move 2 posts").click()
    expect(page.locator(".toast")).to_contain_text("2 posts have moved.")
    at = {timezone.localtime(post.planned_at, post.team.zone).time() for post in Post.objects.all()}
    assert at == {time(13, 30)}


def test_days_are_set_aside(enter, alice, bob, channel):
    day = timezone.localdate() + timedelta(days=3)
    theirs = enter(bob, f"{TEAM}/calendar/?month={day:%Y-%m}")
    there = theirs.locator(f"#day-{day}")
    page = enter(alice, f"{TEAM}/slots/blackouts/")
    go(page, page.get_by_role("textbox", name="Name"))
    page.keyboard.type("Regatta")
    go(page, page.get_by_label("From"))
    page.keyboard.type(f"{day:%m%d%Y}")
    press(page, page.get_by_role("button", name="Add", exact=True))
    expect(there).to_contain_text("Regatta")
    press(page, page.get_by_role("button", name="Remove Regatta"))
    expect(there).not_to_contain_text("Regatta")
    phone = enter(alice, f"{TEAM}/slots/blackouts/", **PHONE)
    phone.get_by_role("textbox", name="Name").fill("Storm")
    phone.get_by_label("From").fill(f"{day}")
    tap(phone.get_by_role("button", name="Add", exact=True))
    expect(there).to_contain_text("Storm")
    whole(phone)
    tap(phone.get_by_role("button", name="Remove Storm"))
    expect(there).not_to_contain_text("Storm")
    assert not Blackout.objects.exists()


def test_many_at_once_by_keys_and_with_a_finger_in_the_list(enter, alice, bob, make):
    posts = make("Buoy", "Lamp", "Pier")
    for post in posts:
        queue.add_to_queue(post=post, by=bob)
    page, theirs = enter(bob, f"{TEAM}/calendar/list/"), enter(alice, f"{TEAM}/calendar/list/")
    row = [page.locator(f"#row-{post.pk}") for post in posts]
    go(page, row[0].locator(".post-line__link"))
    page.keyboard.press("x")
    go(page, row[2].locator(".post-line__link"))
    page.keyboard.press("Shift+X")
    expect(page.locator("#selection [data-count]")).to_have_text("3 chosen")
    page.keyboard.press("Shift+Enter")
    expect(page.locator("#selection [data-count]")).to_be_focused()
    press(page, page.locator("#chosen-shift"))
    dialog = page.get_by_role("dialog")
    expect(dialog.locator(".sweep__line")).to_have_count(3)
    go(page, dialog.get_by_label("Days"))
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("20")
    page.keyboard.press("Tab")
    local = timezone.localtime(Post.objects.earliest("planned_at").planned_at, posts[0].team.zone)
    late = local + timedelta(days=20)
    # Another preview comes in the place of the first.
    expect(dialog.locator(".sweep__line").first).to_contain_text(f"{late:%-d %b}")
    press(page, dialog.get_by_role("button", name=re.compile("^Shift")))
    expect(page.locator(".toast")).to_contain_text("3 posts have moved.")
    expect(theirs.locator(".listing__day").first).to_contain_text(f"{late:%-d}")
    page.keyboard.press("Control+z")
    expect(page.locator(".toast").last).to_contain_text("3 posts are as they were.")

    phone = enter(bob, f"{TEAM}/calendar/list/", **PHONE)
    tap(phone.get_by_role("button", name="Select posts"))
    for post in posts[:2]:
        phone.locator(f"#row-{post.pk} .post-line__link").tap()
    tap(phone.locator("#chosen-more"))
    tap(phone.locator("#chosen-delete"))
    dialog = phone.get_by_role("dialog")
    expect(dialog.locator(".sweep__line")).to_have_count(2)
    whole(phone)
    tap(dialog.locator("[name=confirm]"))
    expect(phone.locator(".post-line")).to_have_count(1)
    expect(theirs.locator(".post-line")).to_have_count(1)
    tap(phone.locator(".toast").get_by_role("button", name="Undo"))
    expect(phone.locator(".post-line")).to_have_count(3)
