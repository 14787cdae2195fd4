"""Decisions about many at once, by htmx and without, and the way back from them."""

import json
import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.urls import reverse
from django.utils import timezone

from delivery.models import Undo
from posts.models import Delivery
from posts.states import DeliveryState
from publishers.models import Channel
from tests.delivery.pages import CHOICES, HTMX, choice_url, list_url, partials, sections
from tests.factories.delivery import due_delivery, sending, troubled

pytestmark = pytest.mark.django_db

TOMORROW = {"day": f"{timezone.now() + timedelta(days=1):%Y-%m-%d}", "time": "09:30"}


@pytest.fixture(autouse=True)
def known_platform(platform):
    """The factories' channels are on a platform that answers."""


def chosen(*deliveries, **more) -> dict:
    return {"id": [delivery.pk for delivery in deliveries], **TOMORROW, **more}


def states(*deliveries) -> list[str]:
    found = dict(Delivery.objects.values_list("pk", "state"))
    return [found[delivery.pk] for delivery in deliveries]


def toast(response) -> dict:
    return json.loads(response.headers["HX-Trigger"])["drum:toast"]


# -- what a decision does


@pytest.mark.parametrize(
    ("act", "before", "after"),
    [
        ("retry", ("failed", "missed", "needs_human"), "queued"),
        ("reschedule", ("failed", "missed", "missed"), "queued"),
        ("live", ("failed", "missed", "needs_human"), "published"),
        ("cancel", ("failed", "missed", "needs_human"), "cancelled"),
    ],
)
@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])
def test_it_is_done_for_each(as_user, team, bob, act, before, after, headers):
    rows = [troubled(due_delivery(team, bob), state) for state in before]

    response = as_user(bob).post(
        choice_url(team, act), chosen(*rows, looked="yes"), headers=headers
    )

    assert states(*rows) == [after] * 3
    if headers:
        assert response.status_code == 200
        assert "delivery_rows" in partials(response)
        assert "3 deliveries" in toast(response)["message"]
    else:
        assert response.status_code == 302
        assert urlsplit(response["Location"]).path == list_url(team)


def test_what_may_be_live_stays_when_nobody_said_that_they_looked(as_user, team, bob):
    failed, doubted = (troubled(due_delivery(team, bob), s) for s in ("failed", "needs_human"))

    response = as_user(bob).post(choice_url(team, "retry"), chosen(failed, doubted), headers=HTMX)

    assert states(failed, doubted) == ["queued", "needs_human"]
    assert "Say first whether it is" in toast(response)["message"]


def test_what_is_only_waiting_can_be_dropped(as_user, team, bob):
    coming = due_delivery(team, bob, seconds=3600)

    as_user(bob).post(choice_url(team, "cancel"), chosen(coming))

    assert states(coming) == ["cancelled"]


def test_new_times_keep_their_distance(as_user, team, bob):
    one = troubled(due_delivery(team, bob, seconds=-90), "missed")
    two = troubled(due_delivery(team, bob, seconds=-30), "missed")

    as_user(bob).post(choice_url(team, "reschedule"), chosen(one, two))

    one.refresh_from_db()
    two.refresh_from_db()
    assert f"{timezone.localtime(one.due_at, team.zone):%Y-%m-%d %H:%M}" == (
        f"{TOMORROW['day']} {TOMORROW['time']}"
    )
    assert timedelta(seconds=59) < two.due_at - one.due_at < timedelta(seconds=61)


def test_the_list_that_comes_back_is_the_one_that_was_asked_for(as_user, team, bob):
    failed = troubled(due_delivery(team, bob), "failed")
    other = troubled(due_delivery(team, bob), "missed")

    response = as_user(bob).post(
        choice_url(team, "cancel"), chosen(failed, back="state=missed"), headers=HTMX
    )

    assert [job.delivery.pk for job in response.context["jobs"]] == [other.pk]


def test_some_are_done_and_the_others_say_why_not(as_user, team, bob):
    failed = troubled(due_delivery(team, bob), "failed")
    sent = due_delivery(team, bob)
    sending(sent)

    response = as_user(bob).post(choice_url(team, "cancel"), chosen(failed, sent), headers=HTMX)

    assert response.status_code == 200
    assert states(failed, sent) == ["cancelled", "sending"]
    said = toast(response)["message"]
    assert "1 delivery" in said
    assert "being published right now" in said


# -- the way back


@pytest.mark.parametrize("act", ["reschedule", "cancel"])
def test_it_can_be_taken_back(as_user, team, bob, act):
    rows = [troubled(due_delivery(team, bob), state) for state in ("failed", "missed")]
    client = as_user(bob)
    done = client.post(choice_url(team, act), chosen(*rows), headers=HTMX)

    response = client.post(toast(done)["undo"], headers=HTMX)

    assert response.status_code == 200
    assert states(*rows) == ["failed", "missed"]
    assert sections(response) == {"failed": 1, "missed": 1}


def test_without_scripts_the_next_page_offers_it(as_user, team, bob):
    failed = troubled(due_delivery(team, bob), "failed")
    client = as_user(bob)

    page = client.post(choice_url(team, "cancel"), chosen(failed), follow=True).content.decode()

    assert "Dropped: 1 delivery." in page
    back = re.search(r'action="(\S*/undo/\d+/)"', page)[1]
    again = client.post(back, follow=True)
    assert states(failed) == ["failed"]
    assert b"Taken back: 1 delivery." in again.content
    assert b"Taken back" not in client.get(list_url(team)).content


@pytest.mark.parametrize("act", ["live", "retry"])
def test_what_cannot_be_taken_back_offers_nothing(as_user, team, bob, act):
    asked = troubled(due_delivery(team, bob), "needs_human")

    response = as_user(bob).post(choice_url(team, act), chosen(asked, looked="yes"), headers=HTMX)

    assert response.status_code == 200
    assert not toast(response)["undo"]
    assert not Undo.objects.exists()


def test_a_dropped_row_can_be_taken_back_for_ten_minutes(
    as_user, team, alice, bob, django_assert_max_num_queries
):
    rows = [troubled(due_delivery(team, bob), "failed") for _ in range(2)]
    client = as_user(bob)
    client.post(choice_url(team, "cancel"), chosen(*rows), headers=HTMX)
    undo = Undo.objects.get()
    address = f"/undo/{undo.pk}/"
    until = timezone.localtime(undo.created_at + timedelta(minutes=10), team.zone)

    with django_assert_max_num_queries(20):
        page = client.get(list_url(team, "?state=cancelled")).content.decode()

    assert "Take all 2 back" in page
    assert f"{until:%H:%M}</time>)" in page
    assert page.count(f'action="{page.split(address)[0].rsplit(chr(34), 1)[1]}{address}"') == 2
    one = reverse("delivery:delivery", args=[team.slug, rows[0].pk])
    assert address in client.get(one).content.decode()
    assert address not in as_user(alice).get(one).content.decode()

    back = reverse("delivery:undo", args=[team.slug, undo.pk])
    response = as_user(bob).post(back, {"to": rows[0].pk})
    assert response["Location"] == one
    assert states(*rows) == ["failed", "failed"]
    assert address not in as_user(bob).get(one).content.decode()


def test_later_nothing_is_offered(as_user, team, bob):
    failed = troubled(due_delivery(team, bob), "failed")
    client = as_user(bob)
    client.post(choice_url(team, "cancel"), chosen(failed))
    Undo.objects.update(created_at=timezone.now() - timedelta(minutes=11))

    assert b"/undo/" not in client.get(list_url(team, "?state=cancelled"), headers=HTMX).content


def test_a_way_back_is_ones_own(as_user, team, alice, bob, mallory, other_team):
    failed = troubled(due_delivery(team, bob), "failed")
    done = as_user(bob).post(choice_url(team, "cancel"), chosen(failed), headers=HTMX)
    back = toast(done)["undo"]

    assert as_user(alice).post(back).status_code == 404
    assert as_user(mallory).post(back).status_code == 404
    elsewhere = back.replace(f"/{team.slug}/", f"/{other_team.slug}/")
    assert as_user(mallory).post(elsewhere).status_code == 404
    assert states(failed) == ["cancelled"]


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])
def test_a_way_back_is_gone_once_and_says_so(as_user, team, bob, headers):
    failed = troubled(due_delivery(team, bob), "failed")
    client = as_user(bob)
    back = toast(client.post(choice_url(team, "cancel"), chosen(failed), headers=HTMX))["undo"]
    client.post(back)

    second = client.post(back, headers=headers)

    assert second.status_code == 409
    said = toast(second)["message"] if headers else second.content.decode()
    assert "too late to take this back" in said


# -- holding a channel


def test_a_channel_is_held_and_goes_on(as_user, team, alice, bob):
    delivery = due_delivery(team, bob, seconds=3600)
    client = as_user(alice)

    held = client.post(choice_url(team, "hold"), chosen(delivery), headers=HTMX)

    assert Channel.objects.get(pk=delivery.channel_id).paused
    assert sections(held) == {"waiting": 1}
    on = client.post(toast(held)["undo"], headers=HTMX)
    assert not Channel.objects.get(pk=delivery.channel_id).paused
    assert sections(on) == {"due": 1}


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])
def test_a_channel_on_hold_cannot_be_held_again(as_user, team, alice, bob, headers):
    delivery = due_delivery(team, bob, seconds=3600)
    Channel.objects.update(paused=True)

    response = as_user(alice).post(choice_url(team, "hold"), chosen(delivery), headers=headers)

    assert response.status_code == 409


# -- who may, and what is no answer


@pytest.mark.parametrize("act", CHOICES)
def test_an_outsider_finds_nothing(as_user, team, bob, mallory, other_team, act):
    failed = troubled(due_delivery(team, bob), "failed")
    client = as_user(mallory)

    assert client.post(choice_url(team, act), chosen(failed)).status_code == 404
    assert client.post(choice_url(other_team, act), chosen(failed)).status_code == 404
    assert states(failed) == ["failed"]


@pytest.mark.parametrize("act", CHOICES)
def test_a_viewer_decides_nothing(as_user, team, bob, vera, act):
    failed = troubled(due_delivery(team, bob), "failed")

    assert as_user(vera).post(choice_url(team, act), chosen(failed)).status_code == 403
    assert states(failed) == ["failed"]


@pytest.mark.parametrize("act", ["hold", "resume"])
def test_an_editor_leaves_channels_alone(as_user, team, bob, act):
    delivery = due_delivery(team, bob, seconds=3600)
    client = as_user(bob)

    assert client.post(choice_url(team, act), chosen(delivery)).status_code == 403
    assert b"Hold the channel" not in client.get(list_url(team)).content


@pytest.mark.parametrize("act", CHOICES)
@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])
def test_who_comes_too_late_is_told_and_sees_how_it_is(as_user, team, alice, bob, act, headers):
    sent = due_delivery(team, bob)
    sending(sent)
    if act == "hold":
        Channel.objects.update(paused=True)

    response = as_user(alice).post(choice_url(team, act), chosen(sent), headers=headers)

    assert response.status_code == 409
    assert states(sent) == [DeliveryState.SENDING]
    assert sections(response) == {"flight": 1}
    if headers:
        assert toast(response)["tone"] == "bad"
    else:
        assert response.context["error"]


@pytest.mark.parametrize("act", CHOICES)
def test_reading_an_action_does_nothing(as_user, team, alice, act):
    response = as_user(alice).get(choice_url(team, act))

    assert (response.status_code, response["Location"]) == (302, list_url(team))


@pytest.mark.parametrize("act", ["retry", "cancel"])
def test_nothing_chosen(as_user, team, bob, act):
    response = as_user(bob).post(choice_url(team, act), {})

    assert response.status_code == 422
    assert b"Choose at least one delivery first." in response.content


@pytest.mark.parametrize("given", ["x", "-1", "9" * 30, ""])
def test_what_is_no_id_is_not_found(as_user, team, bob, given):
    assert as_user(bob).post(choice_url(team, "cancel"), {"id": given}).status_code == 404


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"day": "tomorrow"}, b"Write the day as 2026-12-09."),
        ({"time": "25:00"}, b"Write the time as 09:30."),
        ({"day": "9999-01-01"}, b"Choose a date within five years."),
        ({"day": "2020-01-01"}, b"has passed"),
        ({"day": ""}, b"Choose a day."),
        ({"time": ""}, b"Choose a time."),
    ],
)
@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])
def test_a_time_that_is_none_is_refused_where_it_was_typed(
    as_user, team, bob, typed, said, headers
):
    failed = troubled(due_delivery(team, bob), "failed")

    response = as_user(bob).post(
        choice_url(team, "reschedule"), chosen(failed) | typed, headers=headers
    )

    assert response.status_code == 422
    bar = response.content.split(b'id="chosen-time-box"')[1].split(b"</details>")[0]
    assert bar.split(b">")[0].endswith(b" open")
    assert said in bar
    [name], [value] = typed, typed.values()
    kept = {**TOMORROW, name: value}
    assert all(f'value="{one}"'.encode() in bar for one in kept.values() if one)
    assert b'aria-invalid="true"' in bar
    assert f'value="{failed.pk}" id="pick-{failed.pk}"'.encode() in response.content
    assert b" checked>" in response.content
    assert states(failed) == ["failed"]


def test_what_may_be_live_is_marked_and_what_cannot_be_is_not_asked_about(as_user, team, bob):
    asked = troubled(due_delivery(team, bob), "needs_human")
    missed = troubled(due_delivery(team, bob), "missed")

    response = as_user(bob).get(list_url(team))

    may = {job.delivery.pk: job.may for one in response.context["sections"] for job in one.jobs}
    assert "live" in may[asked.pk]
    assert "live" not in may[missed.pk]
    page = response.content.decode()
    assert page.count(' doubt"') == 1
    assert f'popovertarget="sure-{asked.pk}"' in page
