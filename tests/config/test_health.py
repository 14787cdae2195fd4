from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from delivery.models import Breaker, Heartbeat
from publishers.models import Channel
from tests.factories.posts import DeliveryFactory
from tests.processes import free_port

LIVE, URL = reverse("health_live"), reverse("health_ready")


def test_the_addresses_are_promised():
    """Balancers and supervisors have them written down."""
    assert (LIVE, URL) == ("/health/live", "/health/ready")


@pytest.fixture(autouse=True)
def broker(settings, tmp_path):
    settings.REDIS_URL = ""
    settings.BROKER_DIR = tmp_path / "broker"
    (settings.BROKER_DIR / "queue").mkdir(parents=True)


@pytest.fixture
def ticking(db):
    return Heartbeat.objects.update_or_create(name="dispatch", defaults={"at": timezone.now()})


def ready(client, status):
    response = client.get(URL)
    assert response.status_code == status, response.content
    assert response["Cache-Control"].startswith("max-age=0")
    return response.json()


def test_live_touches_nothing(client):
    """Without the `db` fixture any query is an error."""
    response = client.get(LIVE)
    assert (response.status_code, response.content) == (200, b"ok\n")


def test_all_is_well(client, ticking):
    said = ready(client, 200)
    assert said["ok"] is True
    assert said["database"]["ok"]
    assert said["database"]["ms"] >= 0
    assert said["broker"]["ok"]
    assert said["tick"]["age_seconds"] < 5
    assert said["overdue"]["oldest_seconds"] is None
    assert said["version"]


def test_no_tick_yet(client, db):
    assert ready(client, 503)["tick"] == {"ok": False, "age_seconds": None}


def test_the_tick_has_stopped(client, ticking):
    Heartbeat.objects.update(at=timezone.now() - timedelta(seconds=61))
    assert ready(client, 503)["tick"]["ok"] is False


@pytest.fixture
def overdue(ticking, team):
    late = timezone.now() - timedelta(seconds=90)
    return DeliveryFactory(post__team=team, queued=True, due_at=late)


def test_something_is_overdue(client, overdue):
    said = ready(client, 503)["overdue"]
    assert said["ok"] is False
    assert 90 <= said["oldest_seconds"] < 95


@pytest.mark.parametrize(
    "change",
    [
        {"paused": True},
        {"state": Channel.State.RECONNECT},
        {"next_slot_at": timezone.now() + timedelta(hours=1)},
    ],
)
def test_waiting_for_a_person_or_a_platform_is_not_overdue(client, overdue, change):
    Channel.objects.update(**change)
    assert ready(client, 200)["overdue"]["ok"]


def test_a_platform_in_trouble_is_not_our_delay(client, overdue):
    until = timezone.now() + timedelta(minutes=1)
    platform = overdue.channel.platform
    Breaker.objects.create(platform=platform, state="open", retry_at=until)
    assert ready(client, 200)["overdue"]["ok"]


def test_what_is_due_later_is_not_overdue(client, overdue):
    type(overdue).objects.update(run_at=timezone.now() + timedelta(hours=1))
    assert ready(client, 200)["overdue"] == {"ok": True, "oldest_seconds": None}


def test_redis_is_away(client, ticking, settings):
    settings.REDIS_URL = f"redis://:canary-password@127.0.0.1:{free_port()}/0"
    response = client.get(URL)
    assert response.status_code == 503
    assert response.json()["broker"] == {"ok": False}
    assert b"canary-password" not in response.content


def test_the_brokers_folder_is_away(client, ticking, settings, tmp_path):
    settings.BROKER_DIR = tmp_path / "nowhere"
    assert ready(client, 503)["broker"] == {"ok": False}


def test_the_database_is_away(client, db, monkeypatch):
    monkeypatch.setitem(connection.settings_dict, "HOST", "/nowhere")
    connection.close()
    said = ready(client, 503)
    assert said["database"] == {"ok": False}
    assert "tick" not in said


@pytest.mark.parametrize("path", [LIVE, URL])
def test_only_reading(client, path):
    assert client.post(path).status_code == 405
