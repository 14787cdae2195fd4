"""How many deliveries each platform may still take."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from delivery import dispatcher, gates
from delivery.models import Breaker
from publishers.models import RateWindow
from tests.factories.delivery import channel_of, claimed, due_delivery, sending, unknown

pytestmark = pytest.mark.django_db
with_threads = pytest.mark.django_db(transaction=True)


def breaker_of(platform, state="open", seconds=60):
    retry_at = timezone.now() + timedelta(seconds=seconds) if state != "closed" else None
    return Breaker.objects.create(platform=platform, state=state, retry_at=retry_at)


def window(platform="parrot_app", *, remaining, seconds=60, **fields):
    resets_at = timezone.now() + timedelta(seconds=seconds)
    row = {"name": "quarter", "limit": 3, "resets_at": resets_at, **fields}
    return RateWindow.objects.create(platform=platform, remaining=remaining, **row)


def at_once(number, work) -> list:
    """What `work` returned in so many threads, each with a connection of its own."""
    together, results = threading.Barrier(number), []

    def run() -> None:
        try:
            together.wait()
            results.append(work())
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


# -- slots


def test_every_platform_of_this_installation_has_its_slots(platform, django_assert_num_queries):
    with django_assert_num_queries(2):
        room = gates.room()

    assert room["parrot_read"] == room["x"] == gates.PLATFORM_SLOTS
    assert room["parrot_app"] == 3


def test_what_is_claimed_or_sent_takes_a_slot_of_its_platform_alone(platform, team, other_team):
    claimed(due_delivery(team))
    sending(due_delivery(other_team))
    unknown(due_delivery(team))
    due_delivery(team)

    room = gates.room()

    assert room["parrot_read"] == gates.PLATFORM_SLOTS - 2
    assert room["parrot_key"] == gates.PLATFORM_SLOTS


def test_a_full_platform_has_no_room_and_others_have(platform, team, monkeypatch):
    monkeypatch.setattr(gates, "PLATFORM_SLOTS", 1)
    sending(due_delivery(team, channel=channel_of(team, "parrot_read")))

    room = gates.room()

    assert room["parrot_read"] == 0
    assert room["parrot_key"] == 1


# -- budgets


def test_an_apps_budget_is_taken_by_what_is_claimed(platform, team):
    window(remaining=2)
    assert gates.room()["parrot_app"] == 2

    sending(due_delivery(team, channel=channel_of(team, "parrot_app")))
    assert gates.room()["parrot_app"] == 1

    RateWindow.objects.update(remaining=0)
    assert gates.room()["parrot_app"] == 0


def test_what_is_kept_for_reading_is_not_taken(platform):
    window(remaining=3, reserve=2)

    assert gates.room()["parrot_app"] == 1


def test_a_window_that_is_over_is_full_again(platform):
    window(remaining=0, seconds=-3600)

    assert gates.room()["parrot_app"] == 3


def test_a_channels_window_is_no_matter_of_its_platform(platform, team):
    channel = channel_of(team, "parrot_own")
    window("parrot_own", remaining=0, channel=channel)

    assert gates.room()["parrot_own"] == gates.PLATFORM_SLOTS


# -- the breaker


@pytest.mark.parametrize(
    ("state", "seconds", "room"),
    [
        ("closed", 0, gates.PLATFORM_SLOTS),
        ("open", 60, 0),
        ("open", -3600, 1),
        ("half_open", -3600, 1),
        ("half_open", 60, 1),
    ],
)
def test_an_open_breaker_leaves_room_for_one_when_its_time_has_come(platform, state, seconds, room):
    breaker_of("parrot_read", state, seconds)

    assert gates.room()["parrot_read"] == room


def test_while_the_probe_is_under_way_nothing_follows_it(platform, team):
    probe = due_delivery(team)
    claimed(probe)
    breaker_of("parrot_read", "half_open", -3600)

    assert gates.room()["parrot_read"] == 0


def test_at_most_two_statements_whatever_the_weather(platform, django_assert_num_queries):
    breaker_of("parrot_read", "half_open", -3600)
    breaker_of("parrot_key", "open", 60)
    window(remaining=2)

    with django_assert_num_queries(2):
        room = gates.room()

    assert (room["parrot_read"], room["parrot_key"], room["parrot_app"]) == (1, 0, 2)


# -- two claims at the same moment


@with_threads
@pytest.mark.parametrize("state", ["open", "half_open"])
def test_many_dispatchers_send_one_probe(platform, team, state):
    for _ in range(6):
        due_delivery(team)
    breaker_of("parrot_read", state, -3600)

    claims = [claim for some in at_once(6, dispatcher.tick) for claim in some]

    assert len(claims) == 1
    assert Breaker.objects.get(platform="parrot_read").state == "half_open"


@with_threads
def test_many_dispatchers_take_the_last_of_a_budget_once(platform, team):
    for _ in range(6):
        due_delivery(team, channel=channel_of(team, "parrot_app"))
    window(remaining=2)

    claims = [claim for some in at_once(6, dispatcher.tick) for claim in some]

    assert len(claims) == 2


@with_threads
def test_whoever_read_before_anothers_turn_gets_nothing(platform, monkeypatch):
    """Both have read that nobody is under way; only the first may go."""
    breaker_of("parrot_read", "open", -3600)
    window(remaining=1)
    read, turns = threading.Barrier(3), gates._turns

    def together(asked):
        read.wait()
        return turns(asked)

    monkeypatch.setattr(gates, "_turns", together)

    def ask() -> tuple[int, int]:
        with transaction.atomic():
            room = gates.room()
            return room["parrot_read"], room["parrot_app"]

    granted = at_once(3, ask)

    assert sum(probe for probe, _ in granted) == 1
    assert sum(post for _, post in granted) == 1
    assert Breaker.objects.get(platform="parrot_read").state == "half_open"


@with_threads
def test_a_dispatcher_that_hangs_in_its_claim_keeps_nobody_waiting(platform):
    breaker_of("parrot_read", "open", -3600)

    with transaction.atomic():
        assert gates.room()["parrot_read"] == 1
        [room] = at_once(1, gates.room)

    assert room["parrot_read"] == 0
    assert room["parrot_key"] == gates.PLATFORM_SLOTS


@with_threads
def test_what_has_just_opened_again_lets_nobody_through(platform, monkeypatch):
    breaker_of("parrot_read", "half_open", -3600)
    turns = gates._turns

    def after_a_failure(asked):
        Breaker.objects.update(state="open", retry_at=timezone.now() + timedelta(minutes=1))
        return turns(asked)

    monkeypatch.setattr(gates, "_turns", after_a_failure)

    assert gates.room()["parrot_read"] == 0
    assert Breaker.objects.get(platform="parrot_read").state == "open"
