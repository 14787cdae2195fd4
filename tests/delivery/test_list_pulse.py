"""What the deliveries page says of those who publish, and how an open page learns of it."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from delivery import dispatcher
from delivery.models import Heartbeat
from tests.delivery.pages import HTMX, list_url
from tests.factories.delivery import due_delivery

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def known_platform(platform):
    """The factories' channels are on a platform that answers."""


def test_an_open_page_asks_whether_anything_publishes(as_user, team, bob, vera, mallory):
    address = reverse("delivery:pulse", args=[team.slug])
    dispatcher.beat("dispatch")
    page = as_user(bob).get(list_url(team)).content.decode()
    assert f'hx-get="{address}?well=1" hx-trigger="every 15s"' in page
    assert "Ask whoever runs this." not in page
    Heartbeat.objects.update(at=timezone.now() - timedelta(minutes=1))

    told = as_user(vera).get(f"{address}?well=1", headers=HTMX).content.decode()

    assert "Nothing is publishing since" in told
    assert "What is due waits. Ask whoever runs this." in told
    again = as_user(vera).get(f"{address}?well=0", headers=HTMX).content.decode()
    assert 'id="deliveries-pulse"' in again
    assert "deliveries-silence" not in again
    assert as_user(mallory).get(address).status_code == 404


def test_it_says_whether_anything_publishes(as_user, team, bob):
    client = as_user(bob)
    assert b"Nothing is publishing" in client.get(list_url(team)).content

    dispatcher.beat("dispatch")
    assert b"Workers running" in client.get(list_url(team)).content

    Heartbeat.objects.update(at=timezone.now() - timedelta(minutes=1))
    assert b"Nothing is publishing" in client.get(list_url(team)).content


def test_ticks_are_told_when_one_is_silent_and_to_who_runs_this(as_user, team, bob, alice):
    due_delivery(team, bob, seconds=3600)
    for name in ("dispatch", "publisher", "reap", "sentinel"):
        dispatcher.beat(name)
    alice.is_staff = True
    alice.save(update_fields=["is_staff"])
    assert b"Dispatcher" in as_user(alice).get(list_url(team)).content
    assert b"Dispatcher" not in as_user(bob).get(list_url(team)).content

    Heartbeat.objects.filter(name="reap").update(at=timezone.now() - timedelta(minutes=2))
    assert b"Reaper" in as_user(bob).get(list_url(team)).content
