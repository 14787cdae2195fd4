"""The live stream from a real web server: quick, private, complete, and gentle to the database."""

import contextlib
import json
import socket
import threading
import time
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit

import pytest
import requests
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.urls import reverse

from accounts.models import Membership, User
from notifications.live import announce
from notifications.models import LiveEvent
from tests.factories.accounts import MembershipFactory

pytestmark = [pytest.mark.integration, pytest.mark.django_db(transaction=True)]


class Stream:
    """One open page: reads events in the background."""

    def __init__(self, address: str, path: str, headers: dict[str, str]):
        self.events: list[tuple[float, str, dict]] = []
        self.opened, self.over = threading.Event(), threading.Event()
        self.link = HTTPConnection(urlsplit(address).netloc, timeout=30)
        self.link.request("GET", path, headers=headers)
        self.socket = self.link.sock
        self.response = self.link.getresponse()
        self.status = self.response.status
        self.session = headers["Cookie"].partition("=")[2]
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        number = ""
        with contextlib.suppress(OSError, HTTPException):
            while line := self.response.readline().decode():
                self.opened.set()
                if line.startswith("id: "):
                    number = line[4:].strip()
                if line.startswith("data: "):
                    self.events.append((time.monotonic(), number, json.loads(line[6:])))
        self.over.set()

    @property
    def topics(self) -> list[str]:
        return [data["topic"] for _at, _number, data in self.events if "topic" in data]

    def wait_for(self, topic: str, seconds: float = 5) -> float:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for at, _number, data in self.events:
                if data.get("topic") == topic:
                    return at
            time.sleep(0.005)
        raise AssertionError(f"{topic} did not arrive; got {self.topics}")

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)
        self.over.wait(5)
        self.link.close()


@pytest.fixture
def web(stack, settings):
    keys = {
        "DRUMBEAT_SECRET_KEY": settings.SECRET_KEY,
        "DRUMBEAT_TOKEN_KEYS": ",".join(settings.TOKEN_KEYS),
    }
    return stack(children=("web",), env={**keys, "DRUMBEAT_LIVE_RIGHTS_SECONDS": "2"})


def signed_in(browser) -> dict[str, str]:
    return {"Cookie": f"sessionid={browser.cookies['sessionid'].value}"}


@pytest.fixture
def open_page(web, as_user) -> Iterator:
    with contextlib.ExitStack() as pages:

        def opened(user, team, headers=None, query="") -> Stream:
            path = reverse("notifications:live", kwargs={"team": team.slug}) + query
            page = Stream(web.address, path, {**signed_in(as_user(user)), **(headers or {})})
            pages.callback(page.close)
            if page.status == 200:
                assert page.opened.wait(10)
            return page

        yield opened


def test_what_is_committed_arrives_within_a_second_and_only_for_the_team(
    open_page, alice, bob, mallory, team, other_team
):
    mine, colleague = open_page(alice, team), open_page(bob, team)
    theirs = open_page(mallory, other_team)
    announce(team.pk, "first")
    mine.wait_for("first")
    with transaction.atomic():
        announce(team.pk, "post:12", "board")
        time.sleep(0.3)
        assert "post:12" not in mine.topics
    committed = time.monotonic()
    for page in (mine, colleague):
        assert page.wait_for("post:12") - committed < 1
        assert page.wait_for("board") - committed < 1
    announce(other_team.pk, "secret")
    theirs.wait_for("secret")
    time.sleep(0.3)
    assert "secret" not in mine.topics + colleague.topics
    assert not {"first", "post:12", "board"} & set(theirs.topics)


def test_outsiders_and_the_signed_out_get_no_stream(open_page, web, mallory, team):
    assert open_page(mallory, team).status == 404
    url = f"{web.address}{reverse('notifications:live', kwargs={'team': team.slug})}"
    assert requests.get(url, allow_redirects=False, timeout=10).status_code == 302


def test_coming_back_one_is_told_what_was_missed(open_page, alice, team):
    page = open_page(alice, team)
    announce(team.pk, "seen")
    page.wait_for("seen")
    last = page.events[-1][1]
    page.close()
    announce(team.pk, "missed:1", "missed:2")
    for headers, query in (({"Last-Event-ID": last}, ""), (None, f"?after={last}")):
        again = open_page(alice, team, headers, query)
        again.wait_for("missed:2")
        assert again.topics == ["missed:1", "missed:2"]
    announce(team.pk, "later")
    again.wait_for("later")
    long_ago = open_page(alice, team, {"Last-Event-ID": str(10**12)})
    long_ago.wait_for("*")
    last = LiveEvent.objects.get(topic="later").pk
    assert [(number, data) for _at, number, data in long_ago.events] == [
        (str(last), {"topic": "*", "id": last})
    ]


def test_fifty_streams_leave_the_database_to_the_pages(open_page, web, team, as_user):
    people = [made.user for made in MembershipFactory.create_batch(10, team=team)]
    pages = [open_page(user, team) for user in people for _ in range(5)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
        (connections,) = cursor.fetchone()
    assert connections < 16
    headers = signed_in(as_user(people[0]))
    url = f"{web.address}{reverse('notifications:changes', kwargs={'team': team.slug})}"
    for _ in range(20):
        assert requests.get(url, headers=headers, timeout=5).status_code == 200
    announce(team.pk, "to all")
    said = time.monotonic()
    assert max(page.wait_for("to all") for page in pages) - said < 1


def test_one_person_cannot_open_any_number(open_page, alice, team):
    statuses = [open_page(alice, team).status for _ in range(14)]
    assert statuses.count(200) == 12
    assert set(statuses[12:]) == {429}


def test_the_stream_survives_the_loss_of_its_connection(open_page, alice, team):
    page = open_page(alice, team)
    announce(team.pk, "before")
    page.wait_for("before")
    last = page.events[-1][1]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE query = 'LISTEN live' AND datname = current_database()"
        )
        assert cursor.rowcount == 1
    announce(team.pk, "meanwhile")
    assert page.over.wait(5), "the stream must end, so that the browser reads what it missed"
    again = open_page(alice, team, {"Last-Event-ID": last})
    again.wait_for("meanwhile")
    announce(team.pk, "after")
    again.wait_for("after")


@pytest.mark.parametrize("loss", ["left the team", "signed out", "locked out"])
def test_a_right_that_is_gone_ends_the_stream(open_page, alice, bob, team, loss):
    staying, going = open_page(alice, team), open_page(bob, team)
    if loss == "left the team":
        Membership.objects.filter(user=bob).delete()
    elif loss == "locked out":
        User.objects.filter(pk=bob.pk).update(is_active=False)
    else:
        Session.objects.filter(pk=going.session).delete()
    assert going.over.wait(6)
    assert not staying.over.is_set()
