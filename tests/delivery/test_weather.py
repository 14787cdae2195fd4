"""What people are told about each platform, and what their posts wait for."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from delivery.models import Breaker
from delivery.queries import weather
from publishers.contract import Rate
from publishers.models import RateWindow
from tests.delivery.parrot import AppParrot
from tests.factories.delivery import channel_of, due_delivery

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.fixture
def noon():
    with timezone.override(UTC), time_machine.travel(NOON, tick=False):
        yield


def of(slug: str) -> weather.Weather:
    return next(one for one in weather.weather() if one.slug == slug)


def used_up(platform="parrot_app", *, minutes=5, left=0, **fields):
    row = {"name": "quarter", "limit": 17, "remaining": left, **fields}
    return RateWindow.objects.create(
        platform=platform, resets_at=NOON + timedelta(minutes=minutes), **row
    )


def test_every_platform_is_there_and_well(platform, noon, django_assert_num_queries):
    with django_assert_num_queries(2):
        found = weather.weather()

    assert {"x", "linkedin", "bluesky", "parrot_app"} <= {one.slug for one in found}
    assert {one.state for one in found} == {"closed"}
    assert not [one for one in found if one.wait]
    [budget] = of("parrot_app").budgets
    assert (budget.left, budget.limit, budget.resets_at) == (3, 3, None)
    assert weather.spared() == {}


def test_an_apps_budget_that_is_used_up_says_why_and_until_when(platform, noon):
    used_up()

    one = of("parrot_app")

    assert one.wait.sentence == (
        "Parrot allows 17 posts per 15 minutes for this app; the next slot is at 12:05."
    )
    assert one.wait.until == NOON + timedelta(minutes=5)
    assert weather.spared() == {"parrot_app": one.wait}
    assert (one.budgets[0].left, one.budgets[0].limit) == (0, 17)


def test_another_day_is_named(platform, noon):
    used_up(minutes=24 * 60)

    assert of("parrot_app").wait.then == "the next slot is at 21 November, 12:00"


def test_a_budget_of_which_some_is_left_keeps_nobody(platform, noon):
    used_up(left=4, reserve=1)

    assert of("parrot_app").wait is None
    assert of("parrot_app").budgets[0].left == 3


def test_a_window_that_is_over_is_full(platform, noon):
    used_up(minutes=-1)

    assert of("parrot_app").budgets[0].left == 3
    assert of("parrot_app").wait is None


@pytest.mark.parametrize(
    ("rate", "words"),
    [
        (Rate("r", "app", 10_000, 86_400), "10,000 posts per day"),
        (Rate("r", "app", 1, 3600), "1 post per hour"),
        (Rate("r", "app", 5000, 7200, cost=2), "2,500 posts per 2 hours"),
        (Rate("r", "app", 30, 60, "calls"), "30 calls per minute"),
        (Rate("r", "app", 5, 2), "5 posts per 2 seconds"),
    ],
)
def test_rates_in_words(platform, noon, monkeypatch, rate, words):
    monkeypatch.setattr(AppParrot, "spec", replace(AppParrot.spec, rates=(rate,)))

    assert of("parrot_app").budgets[0].words == f"Parrot allows {words} for this app"


def test_an_open_breaker_says_since_when_why_and_what_next(platform, noon):
    Breaker.objects.create(
        platform="parrot_read",
        state="open",
        since=NOON - timedelta(minutes=1),
        reason="Parrot answered with status 503.",
        failures=5,
        retry_at=NOON + timedelta(minutes=2),
    )

    one = of("parrot_read")

    assert (one.state, one.reason, one.failures) == ("open", "Parrot answered with status 503.", 5)
    assert one.wait.sentence == ("Parrot has had trouble since 11:59; the next try is at 12:02.")
    assert weather.spared()["parrot_read"].until == one.retry_at


def test_a_half_open_breaker_says_that_somebody_tries(platform, noon):
    Breaker.objects.create(platform="parrot_read", state="half_open", since=NOON, retry_at=NOON)

    wait = of("parrot_read").wait

    assert wait.until is None
    assert "one post tries it now" in wait.sentence


def test_a_breaker_with_some_failures_is_closed(platform, noon):
    Breaker.objects.create(platform="parrot_read", failures=3, reason="Busy.")

    one = of("parrot_read")

    assert (one.state, one.failures, one.since) == ("closed", 3, None)
    assert one.wait is None
    assert not one.well
    assert one.failing == "The last 3 calls in a row failed: Busy."


def test_channels_that_wait_for_a_budget_of_their_own(
    platform, noon, team, django_assert_num_queries
):
    full, other = channel_of(team, "parrot_own"), channel_of(team, "parrot_own")
    used_up("parrot_own", channel=full)
    used_up("parrot_own", channel=other, left=1)
    used_up("parrot_own", channel=full, name="gone")

    with django_assert_num_queries(1):
        waits = weather.channels([full.pk, other.pk])

    assert list(waits) == [full.pk]
    assert waits[full.pk].sentence == (
        "Parrot allows 17 posts per 15 minutes for this account; the next slot is at 12:05."
    )


def test_why_one_delivery_waits(platform, noon, team):
    here = due_delivery(team, channel=channel_of(team, "parrot_own"))
    there = due_delivery(team, channel=channel_of(team, "parrot_app"))
    used_up("parrot_own", channel=here.channel)
    used_up()

    assert "for this account" in weather.why(here)
    assert "for this app" in weather.why(there)
    assert weather.why(due_delivery(team)) == ""
