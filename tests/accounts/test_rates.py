"""How often something may be done, with the cache that production has."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection

from accounts import rates
from config.settings import base

pytestmark = pytest.mark.django_db
NINE = datetime(2026, 11, 27, 9, tzinfo=UTC)


@pytest.fixture
def in_database(settings):
    settings.CACHES = base.CACHES
    call_command("createcachetable", verbosity=0)


@pytest.fixture
def at(in_database):
    """`at(90)`: it is a minute and a half after nine."""
    with time_machine.travel(NINE, tick=False) as clock:
        yield lambda seconds: clock.move_to(NINE + timedelta(seconds=seconds))


def test_a_steady_pace_is_never_held_back(at):
    for n in range(20):
        at(40 * n)
        assert rates.wait("steady", most=2, seconds=60) == 0


def test_an_hour_is_an_hour_and_the_wait_is_true(at):
    for n in range(3):
        at(10 * n)
        assert rates.wait("mail", most=3, seconds=3600) == 0
    at(1000)
    assert rates.wait("mail", most=3, seconds=3600) == 2600
    assert rates.wait("another", most=3, seconds=3600) == 0
    at(3590)
    assert rates.wait("mail", most=3, seconds=3600) == 10
    at(3601)
    assert rates.wait("mail", most=3, seconds=3600) == 0
    assert rates.wait("mail", most=3, seconds=3600) == 9


@pytest.mark.django_db(transaction=True)
def test_many_at_once_are_counted_each(in_database):
    def take(_n: int) -> bool:
        try:
            return rates.wait("crowd", most=5, seconds=600) == 0
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as crowd:
        assert sum(crowd.map(take, range(24))) == 5
    cache.clear()
