"""A watcher elsewhere hears once a minute that nothing is late, and nothing when something is."""

import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.db.models.functions import Now

from delivery import dispatcher, pulse, sentinel
from delivery.models import Heartbeat
from tests.factories.delivery import due_delivery
from tests.processes import free_port

pytestmark = pytest.mark.django_db

SECRET = "/ping/8f14e45f"


class Watcher:
    """What it heard, and how it answers."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.status = 200
        watcher = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                watcher.heard.append(self.path)
                self.send_response(watcher.status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}{SECRET}"
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()


@pytest.fixture
def watcher(settings):
    one = Watcher()
    settings.PULSE_URL = one.url
    yield one
    one.server.shutdown()
    one.server.server_close()


@pytest.fixture(autouse=True)
def ticking(platform):
    """Something publishes, on a platform that answers."""
    dispatcher.beat("dispatch")


def a_minute_later() -> None:
    Heartbeat.objects.filter(name=pulse.NAME).update(at=Now() - timedelta(minutes=1))


def test_once_a_minute_whoever_watches(watcher):
    sentinel.watch()
    sentinel.watch()
    assert watcher.heard == [SECRET]
    a_minute_later()
    sentinel.watch()
    assert watcher.heard == [SECRET] * 2


def test_silent_while_something_is_late_also_after_people_were_told(watcher, team, bob):
    delivery = due_delivery(team, bob, seconds=-70)
    sentinel.watch()
    sentinel.watch()
    assert watcher.heard == []
    type(delivery).objects.update(due_at=Now() + timedelta(hours=1))
    sentinel.watch()
    assert watcher.heard == [SECRET]


def test_nobody_is_called_without_an_address(watcher, settings):
    settings.PULSE_URL = ""
    sentinel.watch()
    assert watcher.heard == []


@pytest.mark.parametrize("how", ["refuses", "is away"])
def test_a_watcher_in_trouble_stops_no_other_part_and_no_secret_is_logged(
    watcher, settings, caplog, how
):
    watcher.status = 500
    if how == "is away":
        settings.PULSE_URL = f"http://127.0.0.1:{free_port()}{SECRET}"
    sentinel.watch()
    assert Heartbeat.objects.filter(name="sentinel").exists()
    said = caplog.text
    assert "pulse.not_heard" in said
    assert SECRET not in said
