"""The banner after an outage, and the one decision about all that waits since."""

import json
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from delivery.models import Outage
from posts.models import Delivery
from tests.delivery.pages import HTMX, list_url, partials
from tests.factories.delivery import channel_of, due_delivery, troubled

pytestmark = pytest.mark.django_db

ACTS = ("paced", "reschedule", "drop")
TOMORROW = {"day": f"{timezone.now() + timedelta(days=1):%Y-%m-%d}", "time": "09:30"}


@pytest.fixture(autouse=True)
def known_platform(platform):
    """The factories' channels are on a platform that answers."""


@pytest.fixture
def outage() -> Outage:
    now = timezone.now()
    return Outage.objects.create(began_at=now - timedelta(hours=2), ended_at=now)


@pytest.fixture
def waiting(team, bob, outage) -> list[Delivery]:
    channel = channel_of(team)
    return [
        troubled(due_delivery(team, bob, channel=channel, seconds=-3600 + 60 * n), "missed")
        for n in range(3)
    ]


def url(team, act) -> str:
    return reverse(f"delivery:outage_{act}", args=[team.slug, Outage.objects.get().pk])


def states(rows) -> set[str]:
    return set(Delivery.objects.filter(pk__in=[r.pk for r in rows]).values_list("state", flat=True))


def test_it_says_from_when_to_when_and_how_many(as_user, team, bob, outage, waiting):
    page = as_user(bob).get(list_url(team)).content.decode()

    banner = page.split('id="outage"')[1].split("</section>")[0]
    assert "3 posts are too late now and wait for you." in banner
    for moment in (outage.began_at, outage.ended_at):
        assert f"{timezone.localtime(moment, team.zone):%H:%M}" in banner
    assert "Publish one by one" in banner


def test_without_anything_waiting_nothing_is_said(as_user, team, bob, outage):
    due_delivery(team, bob)

    assert b'id="outage"' not in as_user(bob).get(list_url(team)).content


def test_a_viewer_reads_it(as_user, team, vera, waiting):
    page = as_user(vera).get(list_url(team)).content.decode()

    assert "3 posts are too late" in page
    assert "Publish one by one" not in page


@pytest.mark.parametrize(
    ("act", "after"), [("paced", "queued"), ("reschedule", "queued"), ("drop", "cancelled")]
)
@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])
def test_one_decision_for_all(as_user, team, bob, waiting, act, after, headers):
    client = as_user(bob)

    response = client.post(url(team, act), TOMORROW, headers=headers)

    assert states(waiting) == {after}
    if headers:
        assert "delivery_parts" in partials(response)
        assert b'id="outage"' not in response.content
        undo = json.loads(response.headers["HX-Trigger"])["drum:toast"]["undo"]
        client.post(undo)
        assert states(waiting) == {"missed"}
    else:
        assert response["Location"].startswith(list_url(team))


@pytest.mark.parametrize("act", ACTS)
def test_who_may(as_user, team, other_team, vera, mallory, waiting, act):
    assert as_user(vera).post(url(team, act), TOMORROW).status_code == 403
    assert as_user(mallory).post(url(team, act), TOMORROW).status_code == 404
    assert as_user(mallory).post(url(other_team, act), TOMORROW).status_code == 409
    assert as_user(vera).get(url(team, act)).status_code == 403
    assert states(waiting) == {"missed"}


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])
def test_what_was_decided_already_is_left(as_user, team, bob, waiting, act, headers):
    client = as_user(bob)
    client.post(url(team, "drop"))

    response = client.post(url(team, act), TOMORROW, headers=headers)

    assert response.status_code == 409
    assert states(waiting) == {"cancelled"}


@pytest.mark.parametrize("act", ACTS)
def test_an_outage_that_never_was(as_user, team, bob, act):
    missing = reverse(f"delivery:outage_{act}", args=[team.slug, 999])

    assert as_user(bob).post(missing, TOMORROW).status_code == 404
    assert as_user(bob).get(missing).status_code == 405


@pytest.mark.parametrize("typed", [{"day": ""}, {"day": "2020-01-01"}])
def test_a_time_that_is_none(as_user, team, bob, waiting, typed):
    response = as_user(bob).post(url(team, "reschedule"), TOMORROW | typed)

    assert response.status_code == 422
    banner = response.content.decode().split('id="outage"')[1].split("</section>")[0]
    assert 'aria-invalid="true"' in banner
    assert 'value="09:30"' in banner
    assert states(waiting) == {"missed"}
