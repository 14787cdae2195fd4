"""Open pages read themselves again for what came after they were drawn, and for nothing else."""

import re
from datetime import time

import pytest
from playwright.sync_api import expect

from calendar_app.models import Slot
from notifications.live import announce
from notifications.models import LiveEvent
from notifications.queries import MISSED_AT_MOST
from posts.models import Post
from publishers.models import Channel
from tests.factories.posts import PostFactory
from tests.factories.publishers import ChannelFactory, grant_for

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
CALENDAR = "/t/tidewater/calendar/"
BOARD = "/t/tidewater/board/"


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


def test_what_waits_for_the_same_reads_again_by_itself(enter, bob, team):
    """Two that are told of one change while both are reading do not keep each other reading."""
    page = enter(bob, BOARD)
    held = {"board": [], "counts": []}

    def hold(asked):
        held["board" if BOARD in asked.request.url else "counts"].append(asked)

    page.route(re.compile("/(board|counts)/$"), hold)
    expect(page.locator("drum-live")).to_have_attribute("data-state", "live")

    def answered(name):
        # It is held a moment after it was asked for.
        while not held[name]:
            page.evaluate("0")
        asked = held[name].pop()
        with page.expect_request_finished(lambda one: one == asked.request):
            asked.continue_()

    with page.expect_request("**/counts/"):
        announce(team.pk, "board")
    announce(team.pk, "board")
    last = str(LiveEvent.objects.latest("pk").pk)
    page.wait_for_function("last => document.querySelector('drum-live').last === last", arg=last)
    with page.expect_request(f"**{BOARD}"):
        answered("board")
    answered("board")
    # Both would be told in one moment, the board first.
    with page.expect_request("**/counts/"):
        answered("counts")
    assert held["board"] == []


def test_an_answer_that_knows_less_than_a_reading_does_not_end_it(enter, alice, team):
    """The answer puts another list in the place of the one that reads."""
    one = ChannelFactory(team=team, name="One", paused=True)
    grant_for(one)
    two = ChannelFactory(team=team, name="Two")
    page, acts, readings = enter(alice, "/t/tidewater/channels/"), [], []
    expect(page.locator("drum-live")).to_have_attribute("data-state", "live")
    page.route("**/pause/", lambda route: acts.append((route, route.fetch())))
    page.route("**/channels/", lambda route: readings.insert(0, route))
    card = page.locator(f"#channel-{one.pk}")
    with page.expect_request("**/channels/"):
        card.get_by_role("button", name="Resume").click()
    Channel.objects.filter(pk=two.pk).update(name="Two and a half")
    [(act, answer)] = acts
    act.fulfill(response=answer)
    expect(card.get_by_role("button", name="Resume")).to_have_count(0)
    page.unroute("**/channels/")
    readings[0].continue_()
    expect(page.locator("#channels")).to_contain_text("Two and a half")


def test_a_menu_that_stays_open_keeps_nothing_asking(enter, bob, team):
    post = PostFactory(team=team, author=bob, title="Buoy 42")
    page, asked = enter(bob, f"/t/tidewater/posts/{post.pk}/"), []
    expect(page.locator("drum-live")).to_have_attribute("data-state", "live")
    page.locator("[popovertarget=post-more]").click()
    expect(page.locator("#post-more")).to_be_visible()
    # The press is over.
    page.wait_for_timeout(400)
    page.on("request", lambda one: asked.append(one.headers.get("hx-target") == "post-head"))
    Post.objects.filter(pk=post.pk).update(title="Buoy 43")
    announce(team.pk, f"post:{post.pk}")
    # As long as three readings would take, one after another.
    page.wait_for_timeout(1500)
    assert asked.count(True) == 1
    expect(page.get_by_role("heading", level=1)).to_have_text("Buoy 42")
    page.keyboard.press("Escape")
    expect(page.get_by_role("heading", level=1)).to_have_text("Buoy 43")


def test_what_is_pressed_after_menus_closed_one_after_another_is_left(enter, bob):
    page = enter(bob)
    page.clock.install()
    page.goto(BOARD)
    page.evaluate("""() => {
      window.calm = 0;
      document.addEventListener("drum:idle", () => { window.calm += 1; });
    }""")
    for menu in ("#menu-me", "#menu-more"):
        page.evaluate(
            """(menu) => new Promise((closed) => {
              const one = document.querySelector(menu);
              one.addEventListener("toggle", (e) => e.newState === "closed" && closed());
              one.showPopover();
              one.hidePopover();
            })""",
            menu,
        )
    page.mouse.move(5, 5)
    page.mouse.down()
    page.clock.run_for(1000)
    assert page.evaluate("calm") == 0
    page.mouse.up()
    page.clock.run_for(1000)
    assert page.evaluate("calm") == 1


# It is gone before it is answered; what it asked for goes to a place that stays.
ASKS = """() => {
  const main = document.querySelector("main");
  const asked = '<a id="asks" hx-get="/no/" hx-target="#there">Ask</a>';
  main.insertAdjacentHTML("afterbegin", `<p id="there"></p>${asked}`);
  htmx.process(main);
  const asks = document.getElementById("asks");
  asks.click();
  asks.remove();
}"""


def test_what_has_only_just_come_is_heard(enter, bob, team, write):
    """A press at the same moment is no form sent without scripts, which leads to another page."""
    write("Forty buoys")
    page = enter(bob, BOARD)
    page.evaluate("""() => document.addEventListener("htmx:afterSwap", ({ target }) => {
      const button = target.querySelector("[data-move-form] button:not([disabled])");
      if (button) queueMicrotask(() => button.form.requestSubmit(button));
    })""")
    with page.expect_request(
        lambda asked: asked.method == "POST" and "/move/" in asked.url
    ) as sent:
        page.locator("a[data-move]").click()
    assert sent.value.headers.get("hx-request") == "true"


def test_what_is_refused_where_it_was_asked_for_did_not_fail(enter, bob):
    page = enter(bob, BOARD)
    page.route("**/no/", lambda route: route.fulfill(status=422, body="<b>Not so</b>"))
    page.evaluate(ASKS)
    expect(page.locator("#there")).to_have_text("Not so")
    expect(page.locator(".toast")).to_have_count(0)


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
