"""Working through the deliveries: by keys alone, by mouse, without scripts, while rows change."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from posts import workflow
from posts.models import Delivery
from posts.states import DeliveryState
from publishers.models import Channel
from tests.browser.test_accessibility import examine
from tests.browser.test_keyboard import go
from tests.chromium import sign_in
from tests.factories.delivery import channel_of, due_delivery, published, troubled, unknown
from tests.factories.posts import PostFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGE = "/t/tidewater/deliveries/"
PLATFORM = "bluesky"


@pytest.fixture
def make(team, bob):
    """`make("failed", "Forty buoys")`: a delivery in trouble, of a post with that title."""

    def one(state: str, title: str, **fields) -> Delivery:
        post = PostFactory(team=team, author=bob, title=title, stage="scheduled")
        seconds = fields.pop("seconds", -20.0)
        delivery = due_delivery(
            team, bob, post=post, channel=channel_of(team, PLATFORM), seconds=seconds, **fields
        )
        return troubled(delivery, state) if state != DeliveryState.QUEUED else delivery

    return one


def states() -> dict[str, str]:
    return {row.post.title: row.state for row in Delivery.objects.select_related("post")}


def bar_of(page):
    return page.get_by_role("form", name="The chosen deliveries")


def box(page, title):
    return page.get_by_role("checkbox", name=re.compile(f"^Choose {title} on"))


def test_triage_by_keys_alone(enter, team, alice, bob, make):
    for state, title in (("failed", "One"), ("failed", "Two"), ("missed", "Three")):
        make(state, title)
    page = enter(bob, PAGE)
    bar = page.get_by_role("form", name="The chosen deliveries")
    expect(bar).to_be_hidden()

    go(page, box(page, "Two"))
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    expect(box(page, "One")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(box(page, "Three")).to_be_focused()
    page.keyboard.press("Space")
    expect(bar).to_contain_text("2 chosen")
    page.keyboard.press("Enter")
    expect(bar.get_by_text("2 chosen")).to_be_focused()
    go(page, bar.get_by_role("button", name="Drop"))
    page.keyboard.press("Enter")

    expect(page.locator(".toast").last).to_contain_text("Dropped: 2 deliveries.")
    assert states() == {"One": "failed", "Two": "cancelled", "Three": "cancelled"}
    expect(bar).to_be_hidden()
    page.keyboard.press("Control+z")
    expect(page.locator(".toast").last).to_contain_text("Taken back: 2 deliveries.")
    expect(page.locator("#missed")).to_contain_text("Three")
    assert states() == {"One": "failed", "Two": "failed", "Three": "missed"}


def test_escape_chooses_none_and_the_focus_stays_near(enter, team, bob, make):
    make("failed", "One")
    page = enter(bob, PAGE)
    go(page, box(page, "One"))
    page.keyboard.press("Space")
    page.keyboard.press("Enter")

    go(page, bar_of(page).get_by_text("At another time"))
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(bar_of(page).get_by_label("Day")).to_be_focused()
    page.keyboard.press("Escape")

    expect(bar_of(page).get_by_text("At another time")).to_be_focused()
    expect(box(page, "One")).to_be_checked()
    page.keyboard.press("Escape")

    expect(box(page, "One")).not_to_be_checked()
    expect(box(page, "One")).to_be_focused()


def test_a_question_is_answered_by_keys(enter, team, bob, make):
    make("needs_human", "One")
    page = enter(bob, PAGE)
    row = page.locator(".job", has_text="One")
    expect(row).to_contain_text("and got no answer. It may be live.")

    go(page, row.get_by_role("link", name=re.compile("^Open ")))
    go(page, row.locator("summary"))
    page.keyboard.press("Enter")
    expect(row.locator(".log")).to_be_visible()
    go(page, row.get_by_role("button", name="It is live"))
    page.keyboard.press("Enter")
    expect(row).to_contain_text("Sure? This is noted for good.")
    assert states() == {"One": "needs_human"}
    go(page, row.get_by_role("button", name="Yes, it is live"))
    page.keyboard.press("Enter")

    expect(page.locator(".toast").last).to_contain_text("Noted as live")
    assert states() == {"One": "published"}


def test_a_section_is_chosen_with_one_click(enter, team, bob, make):
    make("failed", "One")
    make("failed", "Two")
    make("missed", "Three")
    page = enter(bob, PAGE)
    bar = page.get_by_role("form", name="The chosen deliveries")

    page.get_by_role("checkbox", name="Choose all of Gave up").check()
    expect(bar).to_contain_text("2 chosen")
    box(page, "One").uncheck()
    expect(bar).to_contain_text("1 chosen")
    bar.get_by_text("At another time").click()
    day = timezone.localdate() + timedelta(days=2)
    bar.get_by_label("Day").fill(f"{day:%Y-%m-%d}")
    bar.get_by_label("Time").fill("10:15")
    bar.get_by_role("button", name="Reschedule").click()

    expect(page.locator("#due")).to_contain_text("Two")
    moved = Delivery.objects.get(post__title="Two")
    assert f"{timezone.localtime(moved.due_at, team.zone):%Y-%m-%d %H:%M}" == f"{day} 10:15"
    page.locator(".toast__act").last.click()
    expect(page.locator("#failed")).to_contain_text("Two")


def test_only_what_can_be_done_is_offered(enter, team, alice, make):
    make("failed", "One")
    make("queued", "Two", seconds=3600)
    page = enter(alice, PAGE)
    bar = page.get_by_role("form", name="The chosen deliveries")

    box(page, "Two").check()
    expect(bar.get_by_role("button", name="Hold the channel")).to_be_visible()
    expect(bar.get_by_role("button", name="Publish now")).to_be_hidden()
    bar.get_by_role("button", name="Hold the channel").click()
    expect(page.locator("#waiting")).to_contain_text("Two")
    assert Channel.objects.filter(paused=True).count() == 1


def test_a_row_that_changes_shows_it_and_takes_nothing_away(enter, team, bob, make):
    """Others work and the machine goes on; what one has chosen and opened stays."""
    kept, gone = make("failed", "Kept"), make("needs_human", "Gone")
    page = enter(bob, PAGE)
    expect(page.locator("drum-live")).to_have_attribute("data-state", "live")
    box(page, "Kept").check()
    page.locator(f"#tries-{kept.pk}").click()
    box(page, "Kept").focus()

    published(gone, by=bob)

    expect(page.locator("#needs_human")).to_have_count(0)
    expect(box(page, "Kept")).to_be_checked()
    expect(page.locator(f"#log-{kept.pk}")).to_have_attribute("open", "")
    expect(box(page, "Kept")).to_be_focused()
    expect(page.get_by_role("form", name="The chosen deliveries")).to_contain_text("1 chosen")


def test_the_list_waits_while_somebody_writes_a_time(enter, team, bob, make):
    make("failed", "Kept")
    other = make("missed", "Other")
    page = enter(bob, PAGE)
    expect(page.locator("drum-live")).to_have_attribute("data-state", "live")
    bar = page.get_by_role("form", name="The chosen deliveries")
    box(page, "Kept").check()
    bar.get_by_text("At another time").click()
    bar.get_by_label("Day").fill("2031-05-06")
    with page.expect_event("console", lambda line: "held" in line.text):
        page.evaluate(
            """() => document.addEventListener("htmx:beforeSwap", (event) =>
              event.target.id === "deliveries" && setTimeout(() =>
                console.info(event.detail.shouldSwap ? "read" : "held")))"""
        )
        workflow.move(other, "cancel")
    box(page, "Kept").focus()
    expect(bar.get_by_label("Day")).to_have_value("2031-05-06")
    expect(page.locator("#missed")).to_have_count(1)

    bar.get_by_text("At another time").click()
    box(page, "Kept").focus()

    expect(page.locator("#missed")).to_have_count(0)
    expect(box(page, "Kept")).to_be_checked()


@pytest.mark.parametrize(
    ("day", "field", "said"),
    [("", "Day", "Choose a day."), ("2020-01-01", "Day", "has passed. Choose a later time.")],
)
def test_a_time_that_will_not_do_stays_where_it_was_typed(enter, bob, make, day, field, said):
    make("failed", "One")
    page = enter(bob, PAGE)
    box(page, "One").check()
    bar = bar_of(page)
    bar.get_by_text("At another time").click()
    bar.get_by_label("Day").fill(day)
    bar.get_by_label("Time").fill("10:15")

    bar.get_by_label("Time").press("Enter")

    expect(bar).to_contain_text(said)
    expect(bar.get_by_label("Time")).to_have_value("10:15")
    expect(bar.get_by_label(field)).to_be_focused()
    expect(box(page, "One")).to_be_checked()
    assert states() == {"One": "failed"}


def test_what_may_be_live_is_asked_about_before_it_is_sent(enter, bob, make):
    make("needs_human", "One")
    make("failed", "Two")
    page = enter(bob, PAGE)
    bar = bar_of(page)
    box(page, "Two").check()
    expect(bar.get_by_role("button", name="Publish now", exact=True)).to_be_visible()
    box(page, "One").check()
    expect(bar.get_by_role("button", name="Publish now", exact=True)).to_be_hidden()

    bar.get_by_role("button", name="Not live, publish now").click()
    expect(bar).to_contain_text("Did you look? 1 post may be live.")
    assert states() == {"One": "needs_human", "Two": "failed"}
    page.keyboard.press("Escape")
    expect(box(page, "One")).to_be_checked()
    bar.get_by_role("button", name="Not live, publish now").click()
    bar.get_by_role("button", name="I looked. Publish now").click()

    expect(page.locator(".toast").last).to_contain_text("On its way now: 2 deliveries.")
    assert states() == {"One": "queued", "Two": "queued"}


def test_the_focus_goes_on_to_the_next_line(enter, bob, make):
    for number, title in enumerate(("One", "Two", "Three")):
        make("failed", title, seconds=-10 - number)
    page = enter(bob, PAGE)
    drop = page.locator(".job", has_text="One").get_by_role("button", name="Drop")

    drop.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".toast").last).to_contain_text("Dropped")
    expect(page.locator("#failed")).not_to_contain_text("One")
    expect(page.get_by_role("link", name="Two", exact=True)).to_be_focused()

    go(page, box(page, "Two"))
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    go(page, bar_of(page).get_by_role("button", name="Drop"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Three", exact=True)).to_be_focused()


def test_filters_are_addresses(enter, team, bob, make):
    make("failed", "Forty buoys")
    make("missed", "A tide gauge")
    page = enter(bob, PAGE)

    page.get_by_role("combobox", name="State").select_option("missed")
    expect(page.locator(".job")).to_have_count(1)
    expect(page).to_have_url(re.compile("state=missed"))
    page.get_by_role("combobox", name="State").select_option("")
    page.get_by_label("Search posts").fill("gauge")
    expect(page).to_have_url(re.compile("q=gauge"))
    expect(page.locator(".job", has_text="Forty buoys")).to_have_count(0)
    expect(page.locator(".job", has_text="A tide gauge")).to_have_count(1)
    page.reload()
    expect(page.get_by_label("Search posts")).to_have_value("gauge")
    expect(page.locator(".job")).to_have_count(1)
    page.get_by_role("link", name=re.compile("^Needs a decision")).click()
    expect(page.locator(".job")).to_have_count(2)


def test_without_scripts(web, person, team, alice, bob, make):
    make("failed", "One")
    make("missed", "Two")
    make("queued", "Three", seconds=3600)
    page = person(web.address, java_script_enabled=False)
    sign_in(page, "bob@demo.test")
    page.goto(PAGE)

    page.get_by_role("combobox", name="State").select_option("attention")
    page.get_by_role("button", name="Show").click()
    expect(page.locator(".job")).to_have_count(2)
    expect(page.get_by_role("form", name="The chosen deliveries")).to_be_hidden()
    for title in ("One", "Two"):
        box(page, title).check()
    page.get_by_role("button", name="Drop", exact=True).last.click()
    expect(page).to_have_url(re.compile("state=attention"))
    expect(page.locator("main")).to_contain_text("Dropped: 2 deliveries.")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("main")).to_contain_text("Taken back: 2 deliveries.")
    assert states() == {"One": "failed", "Two": "missed", "Three": "queued"}

    page.locator(".job", has_text="One").get_by_role("button", name="Try again").click()
    expect(page).to_have_url(re.compile(r"/deliveries/\d+/$"))
    assert states()["One"] == "queued"


def test_no_grave_fault_with_everything_open(enter, team, alice, bob, make):
    for state in ("failed", "missed", "needs_human"):
        make(state, f"A {state} one")
    unknown(due_delivery(team, bob, channel=channel_of(team, PLATFORM)))
    page = enter(alice, PAGE, bypass_csp=True)
    for each in page.locator(".job__log summary").all():
        each.click()
    for each in page.locator("input[name=id]:not(:disabled)").all():
        each.check()
    page.locator(".selection__time summary").click()

    assert examine(page) == []
