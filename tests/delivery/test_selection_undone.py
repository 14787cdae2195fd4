"""The way back from decisions about many at once."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from delivery.models import Undo
from tests.delivery.choices import chosen, states, toast
from tests.delivery.pages import HTMX, choice_url, list_url, sections
from tests.factories.delivery import due_delivery, troubled

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("platform")]


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


def test_a_forged_way_to_a_page_leads_to_the_list(as_user, team, bob):
    """Digits of another script are digits too, and in no address."""
    failed = troubled(due_delivery(team, bob), "failed")
    as_user(bob).post(choice_url(team, "cancel"), chosen(failed), headers=HTMX)

    back = reverse("delivery:undo", args=[team.slug, Undo.objects.get().pk])
    response = as_user(bob).post(back, {"to": "\u0663"})

    assert (response.status_code, states(failed)) == (302, ["failed"])


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
