"""One delivery: its attempts and history, who may decide about it, and what a decision does."""

import json
import re
from datetime import timedelta

import pytest
from django.utils import timezone

from posts import workflow
from posts.states import DeliveryState
from tests.delivery.pages import ACTS, HTMX, list_url, partials, url
from tests.factories.delivery import due_delivery, published, sending, troubled, unknown

pytestmark = pytest.mark.django_db

TOMORROW = {"day": f"{timezone.now() + timedelta(days=1):%Y-%m-%d}", "time": "09:30"}
LOOKED = {"looked": "yes"}
LOOKED_BUTTON = re.compile(r'<button[^>]* name="looked" value="yes">Not live, publish now</button>')


@pytest.fixture(autouse=True)
def known_platform(platform):
    """The factories' channels are on a platform that answers."""


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
    delivery = published(due_delivery(team, bob))

    assert delivery.permalink in as_user(bob).get(url(delivery)).content.decode()


# -- who may


@pytest.mark.parametrize("name", ["", *ACTS])
def test_another_team_finds_nothing(as_user, team, bob, mallory, other_team, name):
    delivery = troubled(due_delivery(team, bob), "failed")
    client = as_user(mallory)
    send = client.post if name else client.get

    assert send(url(delivery, name)).status_code == 404
    assert send(url(delivery, name, team=other_team)).status_code == 404
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

    response = as_user(bob).get(url(delivery, name))

    assert (response.status_code, response["Location"]) == (302, url(delivery))
    assert as_user(bob).put(url(delivery, name)).status_code == 405
    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.FAILED


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
        ("failed", "confirm", "published"),
        ("failed", "reschedule", "queued"),
        ("missed", "reschedule", "queued"),
    ],
)
@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])
def test_a_decision_is_done(as_user, team, bob, state, name, after, headers):
    delivery = troubled(due_delivery(team, bob), state)

    response = as_user(bob).post(url(delivery, name), {**TOMORROW, **LOOKED}, headers=headers)
    delivery.refresh_from_db()

    assert delivery.state == after
    if headers:
        assert "delivery_job" in partials(response)
        assert "drum:toast" in response.headers["HX-Trigger"]
    else:
        assert response.headers["Location"] == url(delivery)


def test_what_may_be_live_is_not_sent_by_a_button_that_did_not_ask(as_user, team, bob):
    """A page that is still open shows it as failed; meanwhile it was tried and nobody heard."""
    delivery = troubled(due_delivery(team, bob), "needs_human")

    response = as_user(bob).post(url(delivery, "retry"))
    delivery.refresh_from_db()

    assert (response.status_code, delivery.state) == (409, DeliveryState.NEEDS_HUMAN)
    assert "Say first whether it is" in response.text


def test_the_button_that_asks_says_that_somebody_looked(as_user, team, bob):
    delivery = troubled(due_delivery(team, bob), "needs_human")

    for page in (url(delivery), list_url(team)):
        assert LOOKED_BUTTON.search(as_user(bob).get(page).text)


def test_a_coming_delivery_can_be_cancelled(as_user, team, bob):
    delivery = due_delivery(team, bob, seconds=60)

    as_user(bob).post(url(delivery, "cancel"))
    delivery.refresh_from_db()

    assert delivery.state == DeliveryState.CANCELLED


def test_a_coming_delivery_is_moved_to_another_time(as_user, team, bob):
    delivery = due_delivery(team, bob, seconds=60)
    client = as_user(bob)
    assert url(delivery, "reschedule").encode() in client.get(url(delivery)).content

    client.post(url(delivery, "reschedule"), TOMORROW)
    delivery.refresh_from_db()

    assert delivery.state == DeliveryState.QUEUED
    assert f"{timezone.localtime(delivery.due_at, team.zone):%Y-%m-%d %H:%M}" == (
        f"{TOMORROW['day']} {TOMORROW['time']}"
    )


def test_a_confirmation_keeps_the_address_and_who_said_so(as_user, team, bob):
    delivery = troubled(due_delivery(team, bob), "needs_human")
    link = "https://parrot.example/p7"

    as_user(bob).post(url(delivery, "confirm"), {"permalink": link})
    delivery.refresh_from_db()

    assert (delivery.permalink, delivery.confirmed_by) == (link, bob)
    assert delivery.post.stage == "done"


@pytest.mark.parametrize("scheme", ["", "ftp://parrot.example/"])
def test_an_address_that_is_none_is_refused_and_kept(as_user, team, bob, scheme):
    delivery = troubled(due_delivery(team, bob), "needs_human")

    response = as_user(bob).post(url(delivery, "confirm"), {"permalink": f"{scheme}no address"})
    delivery.refresh_from_db()

    assert response.status_code == 422
    assert f'value="{scheme}no address"'.encode() in response.content
    assert response.content.count(b"Write the whole address of the post") == 1
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
        (unknown, "reschedule"),
    ],
)
def test_who_comes_too_late_is_told(as_user, team, bob, make, name, headers):
    delivery = due_delivery(team, bob)
    make(delivery)
    before = delivery.state

    response = as_user(bob).post(url(delivery, name), TOMORROW, headers=headers)
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


@pytest.mark.parametrize(("paused", "words"), [(False, b"Hold the"), (True, b"Resume the")])
def test_who_manages_channels_holds_them_here(as_user, team, alice, bob, paused, words):
    delivery = due_delivery(team, bob, seconds=3600)
    type(delivery.channel).objects.update(paused=paused)

    assert words in as_user(alice).get(url(delivery)).content
    assert words not in as_user(bob).get(url(delivery)).content


def test_a_decision_can_be_taken_back(as_user, team, bob):
    delivery = troubled(due_delivery(team, bob), "failed")
    client = as_user(bob)
    done = client.post(url(delivery, "drop"), headers=HTMX)

    client.post(json.loads(done.headers["HX-Trigger"])["drum:toast"]["undo"], headers=HTMX)
    delivery.refresh_from_db()

    assert delivery.state == DeliveryState.FAILED


def test_what_waits_for_its_next_try_is_tried_now(as_user, team, bob):
    delivery = due_delivery(team, bob, problem="Busy.", failures=2)
    later = timezone.now() + timedelta(minutes=10)
    type(delivery).objects.filter(pk=delivery.pk).update(run_at=later)

    as_user(bob).post(url(delivery, "retry"))
    delivery.refresh_from_db()

    assert delivery.run_at <= timezone.now()


@pytest.mark.parametrize(("typed", "status"), [({"day": "x"}, 422), ({"day": "2020-01-01"}, 422)])
def test_a_time_that_is_none_is_refused(as_user, team, bob, typed, status):
    delivery = troubled(due_delivery(team, bob), "failed")

    response = as_user(bob).post(url(delivery, "reschedule"), TOMORROW | typed)
    delivery.refresh_from_db()

    assert response.status_code == status
    assert delivery.state == DeliveryState.FAILED
