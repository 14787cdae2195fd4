"""A platform that is down is spared, asked once in a while, and used again when it answers."""

from datetime import timedelta

import pytest
from django.db import OperationalError
from django.utils import timezone

from delivery import breaker, dispatcher, gates, worker
from delivery.breaker import ALONE, CHANNELS
from delivery.models import Breaker
from notifications.models import LiveEvent
from tests.delivery.parrot import Parrot
from tests.factories.delivery import channel_of, due_delivery

pytestmark = pytest.mark.django_db

FAILURES = 5
PAUSES = [timedelta(seconds=seconds) for seconds in (30, 60, 120, 300)]
DOWN = "Parrot answered with status 503."
HERE, THERE = 1, 2


def fail(times=1, channels=(HERE, THERE), platform="parrot_read"):
    for number in range(times):
        breaker.learn(platform, channels[number % len(channels)], DOWN)


def row(platform="parrot_read") -> Breaker:
    return Breaker.objects.get(platform=platform)


def let_the_pause_pass() -> None:
    opened = Breaker.objects.filter(platform="parrot_read")
    opened.update(retry_at=timezone.now() - timedelta(hours=1))


def test_it_opens_after_so_many_failures_in_a_row_and_says_why(platform):
    fail(FAILURES - 1)
    assert row().state == "closed"
    assert gates.room()["parrot_read"] > 0

    fail()
    opened = row()

    assert (opened.state, opened.reason, opened.failures) == ("open", DOWN, FAILURES)
    assert timedelta(seconds=25) < opened.retry_at - timezone.now() <= PAUSES[0]
    assert gates.room()["parrot_read"] == 0


def test_one_channel_alone_does_not_soon_speak_for_its_platform(platform):
    fail(FAILURES * ALONE - 1, channels=(HERE,))
    assert row().state == "closed"

    fail(channels=(THERE,))
    assert row().state == "open"
    assert len(row().channels) == CHANNELS


def test_the_only_channel_is_heard_in_the_end(platform):
    fail(FAILURES * ALONE, channels=(HERE,))
    assert row().state == "open"


def test_how_many_and_how_long_is_a_setting(platform, settings):
    settings.DELIVERY_BREAKER_FAILURES, settings.DELIVERY_BREAKER_SECONDS = 2, 3
    fail(2)

    assert row().state == "open"
    assert row().retry_at - timezone.now() <= timedelta(seconds=3)


def test_an_answer_in_between_begins_the_count_anew(platform):
    fail(FAILURES - 1)
    breaker.learn("parrot_read", HERE, "")
    fail(FAILURES - 1)

    assert row().state == "closed"
    assert row().failures == FAILURES - 1


def test_an_answer_heard_while_another_process_failed_counts_too(platform):
    """Without a statement of its own: the next failure here knows of it."""
    fail(FAILURES - 1)
    breaker.remember(frozenset())
    breaker.learn("parrot_read", HERE, "")
    fail()

    assert (row().state, row().failures) == ("closed", 1)


def test_what_was_not_asked_says_nothing(platform):
    breaker.learn("parrot_read", HERE, None)

    assert not Breaker.objects.exists()


def test_while_all_is_well_it_costs_nothing(platform, django_assert_num_queries):
    breaker.learn("parrot_read", HERE, "")

    with django_assert_num_queries(0):
        for channel in range(100):
            breaker.learn("parrot_read", channel, "")
    assert not Breaker.objects.exists()


def test_a_failed_probe_opens_it_for_longer_each_time(platform):
    fail(FAILURES)
    for pause in (*PAUSES[1:], PAUSES[-1]):
        let_the_pause_pass()
        assert gates.room()["parrot_read"] == 1
        assert row().state == "half_open"

        fail()

        left = row().retry_at - timezone.now()
        assert row().state == "open"
        assert pause - timedelta(seconds=5) < left <= pause
        assert gates.room()["parrot_read"] == 0


def test_a_probe_that_is_answered_closes_it(platform):
    fail(FAILURES)
    let_the_pause_pass()
    gates.room()

    breaker.learn("parrot_read", THERE, "")
    closed = row()

    assert (closed.state, closed.failures, closed.channels) == ("closed", 0, [])
    assert closed.retry_at is None
    assert gates.room()["parrot_read"] == gates.PLATFORM_SLOTS


def test_what_opens_again_soon_was_not_well_in_between(platform):
    fail(FAILURES)
    breaker.learn("parrot_read", HERE, "")
    fail(FAILURES)
    assert row().retry_at - timezone.now() > PAUSES[0]

    breaker.learn("parrot_read", HERE, "")
    Breaker.objects.update(since=timezone.now() - breaker.SOON)
    fail(FAILURES)
    assert row().retry_at - timezone.now() <= PAUSES[0]


def test_failures_of_those_already_under_way_change_nothing_while_it_is_open(platform):
    fail(FAILURES)
    before = row()

    fail(30)

    assert (row().retry_at, row().openings) == (before.retry_at, 1)


def test_another_platform_is_not_concerned(platform):
    fail(FAILURES)

    room = gates.room()

    assert room["parrot_read"] == 0
    assert room["parrot_key"] == gates.PLATFORM_SLOTS


def test_open_pages_of_those_who_wait_look_again(platform, team, other_team):
    due_delivery(team)
    due_delivery(other_team, seconds=7200)

    fail(FAILURES)
    assert list(LiveEvent.objects.values_list("team_id", "topic")) == [(team.pk, "deliveries")]

    breaker.close("parrot_read")
    assert LiveEvent.objects.filter(team=team, topic="deliveries").count() == 2


def test_closing_what_is_closed_changes_nothing(platform):
    assert breaker.close("parrot_read") is False
    fail(2)
    assert breaker.close("parrot_read") is False
    assert row().failures == 2


# -- with a platform


def go() -> list[int]:
    """One tick, and whatever it claimed."""
    claims = dispatcher.tick()
    for claim in claims:
        worker.run(claim.delivery_id, claim.attempt_no)
    return [claim.delivery_id for claim in claims]


def test_a_platform_that_is_down_costs_those_who_wait_nothing(platform, team):
    """Refused before anything was sent; then nobody asks any more until one may try."""
    tried = [due_delivery(team, seconds=-30) for _ in range(FAILURES)]
    platform.script = ["503"] * FAILURES
    assert len(go()) == FAILURES
    waiting = [due_delivery(team) for _ in range(3)]

    assert go() == []
    assert row().reason == "Parrot answered with status 503."
    for delivery in waiting:
        delivery.refresh_from_db()
        assert (delivery.state, delivery.attempt_no, delivery.failures) == ("queued", 0, 0)
    assert len(platform.calls) == len(tried)

    let_the_pause_pass()
    assert len(go()) == 1
    assert row().state == "closed"
    assert len(go()) == 2
    assert len(platform.posts) == 3


def test_a_probe_that_fails_keeps_the_others_waiting(platform, team):
    for _ in range(FAILURES + 3):
        due_delivery(team)
    fail(FAILURES)
    let_the_pause_pass()
    platform.script = ["503"]

    assert len(go()) == 1
    assert row().state == "open"
    assert go() == []
    assert len(platform.calls) == 1


@pytest.mark.parametrize("word", ["500", "503", "500_after", "reset_after", "half"])
def test_what_is_wrong_over_there_counts(platform, team, word):
    platform.script = [word]
    due_delivery(team)
    go()

    assert row().failures == 1


@pytest.mark.parametrize("word", ["ok", "400", "401", "429", "processing"])
def test_an_answer_counts_as_one_whatever_it_says(platform, team, word):
    fail(FAILURES - 1)
    platform.script = [word]
    due_delivery(team)
    go()

    assert row().failures == 0


def test_a_platform_that_refuses_connections_is_down(platform, team, monkeypatch):
    monkeypatch.setenv("PLATFORM_PARROT_READ_API_URL", "http://127.0.0.1:9")
    due_delivery(team)
    go()

    assert row().failures == 1
    assert row().reason == "127.0.0.1 could not be reached. Nothing was sent."


def test_a_mistake_of_ours_is_not_the_platforms(platform, team, monkeypatch):
    def broken(self, payload, step):
        self.http.send("POST", f"{self.app.api_url}/posts", json={"token": "t"}, commits=True)
        raise ZeroDivisionError

    monkeypatch.setattr(Parrot, "publish", broken)
    delivery = due_delivery(team)
    [claim] = dispatcher.tick()
    with pytest.raises(ZeroDivisionError):
        worker.run(claim.delivery_id, claim.attempt_no)

    delivery.refresh_from_db()
    assert delivery.state == "unknown"
    assert not Breaker.objects.filter(platform="parrot_read").exists()


def test_one_platform_down_delays_no_other(platform, team):
    fail(FAILURES)
    due_delivery(team)
    other = due_delivery(team, channel=channel_of(team, "parrot_key"))

    assert go() == [other.pk]
    other.refresh_from_db()
    assert other.state == "published"


def test_the_answer_is_stored_when_the_breaker_cannot_be(platform, team, monkeypatch):
    def away(*args, **kwargs):
        raise OperationalError("the connection is closed")

    monkeypatch.setattr(breaker, "_failed", away)
    platform.script = ["500"]
    delivery = due_delivery(team)
    go()

    delivery.refresh_from_db()
    assert delivery.attempts.get().outcome == "ambiguous"
