"""/status/: who may read it, and that it says what is wrong, and where."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from delivery.models import Breaker, Heartbeat
from delivery.queries.records import TICKS
from notifications.models import Sending
from publishers.models import Instance
from tests.factories.accounts import UserFactory
from tests.factories.delivery import channel_of, due_delivery
from tests.factories.notifications import MessageFactory

pytestmark = pytest.mark.django_db

URL = reverse("status")
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def broker(settings, tmp_path):
    settings.REDIS_URL = ""
    settings.BROKER_DIR = tmp_path / "broker"
    (settings.BROKER_DIR / "queue").mkdir(parents=True)


@pytest.fixture
def ada(as_user):
    return as_user(UserFactory(email="ada@demo.test", is_staff=True))


@pytest.fixture
def ticking():
    for name in TICKS:
        Heartbeat.objects.update_or_create(name=name, defaults={"at": timezone.now()})


def lines(response) -> dict[str, tuple[bool, str]]:
    return {line.name: (line.well, line.words) for line in response.context["lines"]}


def test_it_is_promised():
    assert URL == "/status/"


def test_all_is_well(ada, ticking):
    response = ada.get(URL)

    assert response.status_code == 200
    assert response.context["well"]
    assert b"All is well" in response.content
    assert "no-store" in response["Cache-Control"]
    assert set(lines(response)) == {
        "Database",
        "Broker",
        "Beat and workers",
        "Overdue through us",
        "Publishing",
        "Second path",
        "Reaper",
        "Watch",
        "Looking up",
        "Looking ahead",
        "Finishing",
        "Adding up",
    }


def test_it_reads_itself_as_a_fragment(ada, ticking):
    response = ada.get(URL, headers=HTMX)

    assert b"<html" not in response.content
    assert b'hx-trigger="every 10s"' in response.content


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("dispatch", "Beat and workers"),
        ("publisher", "Second path"),
        ("reap", "Reaper"),
        ("reconcile", "Looking up"),
    ],
)
def test_a_silent_tick(ada, ticking, name, part):
    Heartbeat.objects.filter(name=name).update(at=timezone.now() - timedelta(minutes=9))

    response = ada.get(URL)

    well, words = lines(response)[part]
    assert not well
    assert "8 min" in words or "9 min" in words
    assert b"Something needs you" in response.content


def test_no_tick_yet(ada):
    assert lines(ada.get(URL))["Beat and workers"] == (
        False,
        "no tick has come through yet: start beat and a worker",
    )


def test_the_broker_is_gone(ada, ticking, settings):
    (settings.BROKER_DIR / "queue").rmdir()

    assert not lines(ada.get(URL))["Broker"][0]


def test_a_copy_says_why_it_does_not_publish(ada, ticking):
    Instance.objects.update_or_create(defaults={"key": "somebody else's"})

    well, words = lines(ada.get(URL))["Publishing"]

    assert not well
    assert "another installation" in words


def test_queues_and_platforms(ada, ticking, team, bob):
    channel = channel_of(team, "bluesky")
    due_delivery(team, bob, channel=channel, seconds=-30)
    due_delivery(team, bob, channel=channel, seconds=3600)
    Sending.objects.create(message=MessageFactory(team=team, user=bob), way="email")
    Breaker.objects.create(
        platform="bluesky",
        state="open",
        retry_at=timezone.now() + timedelta(minutes=1),
        reason="It answered 503.",
    )

    response = ada.get(URL)

    [row] = response.context["depth"]
    assert (row.platform, row.state, row.number, row.due) == ("bluesky", "queued", 2, 1)
    assert 29 <= row.oldest < 60
    assert response.context["outbox"].waiting == 1
    assert b"It answered 503." in response.content


def test_who_may(client, as_user, alice, mallory, ticking):
    assert client.get(URL).status_code == 302
    for person in (alice, mallory):
        refused = as_user(person).get(URL)
        assert refused.status_code == 403
        assert b"Only the administrators of this Drumbeat may see this page." in refused.content
        assert as_user(person).get(URL, headers=HTMX).status_code == 403


def test_it_is_only_read(ada):
    assert ada.post(URL).status_code == 405


def test_staff_find_it_in_their_menu(ada, as_user, alice, team):
    team.memberships.create(user_id=int(ada.session["_auth_user_id"]), role="viewer")
    board = reverse("calendar_app:board", args=[team.slug])

    assert URL in ada.get(board).content.decode()
    assert URL not in as_user(alice).get(board).content.decode()


def test_the_statements_are_bounded(ada, ticking, team, bob, django_assert_max_num_queries):
    with django_assert_max_num_queries(24):
        ada.get(URL)


def test_calls_that_fail_are_seen_before_a_platform_is_spared(ada, ticking):
    Breaker.objects.create(platform="x", failures=41, reason="X answered with status 500.")
    response = ada.get(URL)
    assert not response.context["well"]
    assert b"The last 41 calls in a row failed: X answered with status 500." in response.content
