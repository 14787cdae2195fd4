"""Decisions about many at once, by htmx and without."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.utils import timezone

from posts.states import DeliveryState
from publishers.models import Channel
from tests.delivery.choices import TOMORROW, chosen, states, toast
from tests.delivery.pages import CHOICES, HTMX, choice_url, list_url, partials, sections
from tests.factories.delivery import due_delivery, sending, troubled

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("platform")]


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
