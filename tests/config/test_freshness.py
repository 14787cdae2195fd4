"""When a tick is too old to be carried out."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from celery.worker.state import revoked as dropped

from config.celery import app
from config.freshness import FreshRequest

# A connection in a transaction would be closed before it is asked.
pytestmark = pytest.mark.django_db(transaction=True)

SOON = timedelta(seconds=5)
AN_HOUR = timedelta(hours=1)


def tick(until: datetime | None) -> FreshRequest:
    request = object.__new__(FreshRequest)
    request._expires, request._request_dict = until, {"id": "the tick"}
    request.id = "the tick"
    return request


@pytest.fixture(autouse=True)
def forgotten():
    yield
    dropped.discard("the tick")


def ahead(by: timedelta):
    """This process's clock; the database's is what it was."""
    return time_machine.travel(datetime.now(UTC) + by)


def test_what_has_no_end_is_always_carried_out():
    assert not tick(None).maybe_expire()


@pytest.mark.parametrize("by", [timedelta(0), AN_HOUR, -AN_HOUR])
def test_what_is_in_time_is_carried_out_whatever_the_clock_of_the_worker_says(by):
    fresh = tick(datetime.now(UTC) + SOON)
    with ahead(by):
        assert not fresh.maybe_expire()
    assert "the tick" not in dropped


@pytest.mark.parametrize("by", [timedelta(0), AN_HOUR])
def test_what_is_old_is_dropped(by):
    old = tick(datetime.now(UTC) - SOON)
    with ahead(by):
        assert old.maybe_expire()
    assert "the tick" in dropped


def test_every_tick_is_asked_about_so():
    app.loader.import_default_modules()
    ticks = [entry["task"] for entry in app.conf.beat_schedule.values()]
    assert {app.tasks[name].Request for name in ticks} == {"config.freshness:FreshRequest"}
