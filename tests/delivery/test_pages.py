"""The deliveries page and one delivery: who sees what, and what a decision does."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from delivery import dispatcher
from delivery.models import Heartbeat
from posts import workflow
from posts.models import Delivery
from posts.states import DeliveryState
from publishers.models import Channel
from tests.factories.delivery import channel_of, due_delivery, sending, troubled, unknown

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def known_platform(platform):
    """The factories' channels are on a platform that answers."""


PAGES = {
    "delivery": "delivery:delivery",
    "retry": "delivery:delivery_retry",
    "cancel": "delivery:delivery_cancel",
    "confirm": "delivery:delivery_confirm",
    "drop": "delivery:delivery_drop",
}


def list_url(team, query: str = "") -> str:
    return reverse("delivery:list", args=[team.slug]) + query


def url(delivery: Delivery, name: str = "delivery", *, team=None) -> str:
    return reverse(PAGES[name], args=[(team or delivery.team).slug, delivery.pk])


def partials(response) -> set[str]:
    return {template.name for template in response.templates}


# -- the list


def test_the_list_says_why_each_is_where_it_is(as_user, team, alice, bob):
    troubled(due_delivery(team, bob), "failed", "The text is not allowed.")
    troubled(due_delivery(team, bob), "needs_human", "No clear answer.")
    troubled(due_delivery(team, bob), "missed", "It was too late.")
    unknown(due_delivery(team, bob))
    due_delivery(team, bob, seconds=3600)
    sending(due_delivery(team, bob))
    due_delivery(team, bob, seconds=-30, problem="Too many posts.", failures=1)

    page = as_user(bob).get(list_url(team)).content.decode()

    for words in (
        "The text is not allowed.",
        "No clear answer.",
        "It was too late.",
        "Approved and ready",
        "Too many posts.",
        "Being sent now",
        "It is live",
        "Not live, send again",
        "Try again",
        "Publish now",
    ):
        assert words in page


@pytest.mark.parametrize(
    ("stopped", "why"),
    [
        ({"state": "reconnect"}, "Waits until the channel is connected again"),
        ({"paused": True}, "Waits: publishing on this channel is paused"),
    ],
)
def test_what_a_channel_holds_back_promises_no_next_try(as_user, team, alice, bob, stopped, why):
    held = due_delivery(team, bob, seconds=-30, problem="Connect the account again.", failures=1)
    Channel.objects.filter(pk=held.channel_id).update(**stopped)

    response = as_user(alice).get(list_url(team))

    page = response.content.decode()
    assert [(section.key, section.total) for section in response.context["sections"]] == [
        ("waiting", 1)
    ]
    assert why in page
    assert "Next try" not in page
    assert ("Reconnect" in page) == ("state" in stopped)
    lanes = {lane.key: lane.count for lane in response.context["overview"].lanes}
    assert (lanes["due"], lanes["retrying"]) == (1, 0)


def test_the_list_is_a_fragment_for_htmx(as_user, team, bob):
    due_delivery(team, bob)

    response = as_user(bob).get(list_url(team), headers=HTMX)

    assert "delivery_list" in partials(response)
    assert b"<html" not in response.content


def test_an_empty_list_says_so(as_user, team, bob):
    assert b"Nothing waits" in as_user(bob).get(list_url(team)).content


@pytest.mark.parametrize(
    ("show", "seen"),
    [
        ("attention", "The failed one"),
        ("failed", "The failed one"),
        ("due", "The coming one"),
        ("published", "Nothing here"),
    ],
)
def test_a_lane_shows_only_its_own(as_user, team, bob, show, seen):
    one = due_delivery(team, bob)
    type(one.post).objects.filter(pk=one.post_id).update(title="The failed one")
    troubled(one, "failed")
    two = due_delivery(team, bob, seconds=3600)
    type(two.post).objects.filter(pk=two.post_id).update(title="The coming one")

    page = as_user(bob).get(list_url(team, f"?show={show}")).content.decode()

    assert seen in page
    assert len({"The failed one", "The coming one"} & set(_titles(page))) <= 1


def test_an_unknown_lane_is_not_found(as_user, team, bob):
    assert as_user(bob).get(list_url(team, "?show=everything")).status_code == 404


def test_long_lists_have_pages_and_a_bounded_number_of_statements(
    as_user, team, bob, django_assert_max_num_queries
):
    channel = channel_of(team)
    for number in range(3):
        due_delivery(team, bob, channel=channel, seconds=3600 + number)
    client = as_user(bob)
    with django_assert_max_num_queries(16) as few:
        client.get(list_url(team))
    for number in range(45):
        due_delivery(team, bob, channel=channel, seconds=7200 + number)
    with django_assert_max_num_queries(len(few.captured_queries)):
        client.get(list_url(team))

    with django_assert_max_num_queries(16):
        page = client.get(list_url(team, "?show=due"))
    assert page.content.count(b'class="job"') == 40
    second = client.get(list_url(team, "?show=due&page=2"))
    assert second.content.count(b'class="job"') == 8


def test_it_says_whether_anything_publishes(as_user, team, bob):
    client = as_user(bob)
    assert b"Nothing is publishing" in client.get(list_url(team)).content

    dispatcher.beat("dispatch")
    assert b"Workers running" in client.get(list_url(team)).content

    Heartbeat.objects.update(at=timezone.now() - timedelta(minutes=1))
    assert b"Nothing is publishing" in client.get(list_url(team)).content


def test_a_waiting_delivery_names_what_it_waits_for(as_user, team, bob):
    due_delivery(team, bob)
    Channel.objects.update(state="reconnect")
    assert b"until the channel is connected again" in as_user(bob).get(list_url(team)).content

    Channel.objects.update(state="connected", paused=True)
    assert b"publishing on this channel is paused" in as_user(bob).get(list_url(team)).content


def test_a_crowded_hour_keeps_every_status_in_sight(as_user, team, bob):
    now = timezone.now()
    troubled(due_delivery(team, bob), "failed")
    for _ in range(9):
        due_delivery(team, bob, seconds=1)

    page = as_user(bob).get(list_url(team)).content.decode()

    clock = page.split('class="clock"')[1].split("</section>")[0]
    assert clock.count("<i ") <= 12
    if now.hour == (now - timedelta(seconds=20)).hour == (now + timedelta(seconds=1)).hour:
        assert 'data-status="dead"' in clock
        assert 'data-status="due"' in clock


# -- one delivery


def test_one_delivery_shows_its_attempts(as_user, team, bob):
    delivery = due_delivery(team, bob)
    sending(delivery)
    delivery.attempts.update(
        outcome="ambiguous", status=504, detail="No full answer came back.", ended_at=timezone.now()
    )
    workflow.move(delivery, "lose", owner="", lease_until=None, unknown_since=timezone.now())

    page = as_user(bob).get(url(delivery)).content.decode()

    assert "504" in page
    assert "No full answer came back." in page
    assert "No clear answer" in page


@pytest.mark.parametrize(("query", "name"), [("", "delivery_sheet"), ("?as=row", "delivery_row")])
def test_one_delivery_as_fragments(as_user, team, bob, query, name):
    delivery = due_delivery(team, bob)

    response = as_user(bob).get(url(delivery) + query, headers=HTMX)

    assert name in partials(response)
    assert f'data-live="delivery:{delivery.pk}"' in response.content.decode()


def test_what_is_published_links_to_it(as_user, team, bob):
    delivery = due_delivery(team, bob)
    sending(delivery)
    link = "https://parrot.example/p1"
    workflow.move(
        delivery,
        "publish",
        remote_id="p1",
        permalink=link,
        owner="",
        lease_until=None,
        published_at=timezone.now(),
    )

    assert link in as_user(bob).get(url(delivery)).content.decode()
    assert link in as_user(bob).get(list_url(team, "?show=published")).content.decode()


# -- who may

ACTS = ("retry", "cancel", "confirm", "drop")


@pytest.mark.parametrize("name", ["delivery", *ACTS])
def test_another_team_finds_nothing(as_user, team, bob, mallory, other_team, name):
    delivery = troubled(due_delivery(team, bob), "failed")
    client = as_user(mallory)
    send = client.get if name == "delivery" else client.post

    assert send(url(delivery, name)).status_code == 404
    assert send(url(delivery, name, team=other_team)).status_code == 404
    assert client.get(list_url(team)).status_code == 404
    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.FAILED


@pytest.mark.parametrize("name", ACTS)
def test_a_viewer_reads_and_does_not_decide(as_user, team, bob, vera, name):
    delivery = troubled(due_delivery(team, bob), "failed")
    client = as_user(vera)

    assert client.post(url(delivery, name)).status_code == 403
    page = client.get(url(delivery))
    assert page.status_code == 200
    assert b"Try again" not in page.content


@pytest.mark.parametrize("name", ACTS)
def test_reading_an_action_does_nothing(as_user, team, bob, name):
    delivery = troubled(due_delivery(team, bob), "failed")

    assert as_user(bob).get(url(delivery, name)).status_code == 405


# -- what a decision does


@pytest.mark.parametrize(
    ("state", "name", "after"),
    [
        ("failed", "retry", "queued"),
        ("missed", "retry", "queued"),
        ("needs_human", "retry", "queued"),
        ("failed", "drop", "cancelled"),
        ("missed", "drop", "cancelled"),
        ("needs_human", "drop", "cancelled"),
        ("needs_human", "confirm", "published"),
    ],
)
@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])
def test_a_decision_is_done(as_user, team, bob, state, name, after, headers):
    delivery = troubled(due_delivery(team, bob), state)

    response = as_user(bob).post(url(delivery, name), headers=headers)
    delivery.refresh_from_db()

    assert delivery.state == after
    if headers:
        assert "delivery_job" in partials(response)
        assert "drum:toast" in response.headers["HX-Trigger"]
    else:
        assert response.headers["Location"] == url(delivery)


def test_a_coming_delivery_can_be_cancelled(as_user, team, bob):
    delivery = due_delivery(team, bob, seconds=60)

    as_user(bob).post(url(delivery, "cancel"))
    delivery.refresh_from_db()

    assert delivery.state == DeliveryState.CANCELLED


def test_a_confirmation_keeps_the_address_and_who_said_so(as_user, team, bob):
    delivery = troubled(due_delivery(team, bob), "needs_human")
    link = "https://parrot.example/p7"

    as_user(bob).post(url(delivery, "confirm"), {"permalink": link})
    delivery.refresh_from_db()

    assert (delivery.permalink, delivery.confirmed_by) == (link, bob)
    assert delivery.post.stage == "done"


def test_an_address_that_is_none_is_refused_and_kept(as_user, team, bob):
    delivery = troubled(due_delivery(team, bob), "needs_human")

    response = as_user(bob).post(url(delivery, "confirm"), {"permalink": "no address"})
    delivery.refresh_from_db()

    assert response.status_code == 422
    assert b"no address" in response.content
    assert delivery.state == DeliveryState.NEEDS_HUMAN


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])
@pytest.mark.parametrize(
    ("make", "name"),
    [
        (sending, "cancel"),
        (sending, "retry"),
        (sending, "drop"),
        (unknown, "confirm"),
        (unknown, "retry"),
        (unknown, "cancel"),
    ],
)
def test_who_comes_too_late_is_told(as_user, team, bob, make, name, headers):
    delivery = due_delivery(team, bob)
    make(delivery)
    before = delivery.state

    response = as_user(bob).post(url(delivery, name), headers=headers)
    delivery.refresh_from_db()

    assert response.status_code == 409
    assert delivery.state == before
    if headers:
        assert "delivery_job" in partials(response)


def test_of_two_decisions_the_second_is_refused(as_user, team, alice, bob):
    """One says that it is live, the other wants it sent again."""
    delivery = troubled(due_delivery(team, bob), "needs_human")

    assert as_user(alice).post(url(delivery, "confirm")).status_code == 302
    second = as_user(bob).post(url(delivery, "retry"))
    delivery.refresh_from_db()

    assert second.status_code == 409
    assert delivery.state == DeliveryState.PUBLISHED


def test_changed_content_is_not_sent_again(as_user, team, bob):
    delivery = troubled(due_delivery(team, bob), "failed")
    delivery.post.approvals.update(revoked_at=timezone.now())

    response = as_user(bob).post(url(delivery, "retry"))

    assert response.status_code == 409
    assert b"review again" in response.content


def test_decisions_from_the_page_bring_the_sheet(as_user, team, bob):
    delivery = troubled(due_delivery(team, bob), "failed")
    headers = {**HTMX, "HX-Target": f"delivery-sheet-{delivery.pk}"}

    response = as_user(bob).post(url(delivery, "retry"), headers=headers)

    assert "delivery_sheet" in partials(response)


def _titles(page: str) -> list[str]:
    return [part.split("</b>")[0] for part in page.split("<b>")[1:]]
