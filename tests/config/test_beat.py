"""How soon beat hears of a changed schedule, and how often it asks."""

import pytest
from django_celery_beat.models import IntervalSchedule, PeriodicTask

from config import beat
from config.celery import app

# A connection in a transaction would be closed by the scheduler.
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def scheduler():
    return beat.Scheduler(app=app)


def a_new_task() -> PeriodicTask:
    every = IntervalSchedule.objects.create(every=7, period=IntervalSchedule.SECONDS)
    return PeriodicTask.objects.create(name="new", task="delivery.dispatch", interval=every)


def test_it_is_what_beat_uses(settings):
    assert settings.CELERY_BEAT_SCHEDULER == "config.beat:Scheduler"


def test_between_two_looks_nothing_is_asked(scheduler, django_assert_num_queries):
    assert "delivery.dispatch" in scheduler.schedule
    assert scheduler.schedule
    with django_assert_num_queries(0):
        assert "delivery.dispatch" in scheduler.schedule


def test_a_change_counts_at_the_next_look(scheduler, monkeypatch):
    monkeypatch.setattr(beat, "LOOK_EVERY", 0.0)
    assert scheduler.schedule
    assert "new" not in scheduler.schedule
    a_new_task()
    assert "new" in scheduler.schedule


def test_a_change_is_not_forgotten_until_then(scheduler, monkeypatch):
    assert scheduler.schedule
    assert "new" not in scheduler.schedule
    a_new_task()
    assert "new" not in scheduler.schedule
    monkeypatch.setattr(beat, "LOOK_EVERY", 0.0)
    assert "new" in scheduler.schedule


def test_what_is_new_has_its_turn(scheduler, monkeypatch):
    monkeypatch.setattr(scheduler, "apply_entry", lambda entry, producer: None)
    monkeypatch.setattr(beat, "LOOK_EVERY", 0.0)
    scheduler.tick()
    assert "new" not in turns_of(scheduler)
    a_new_task()
    scheduler.tick()
    assert "new" in turns_of(scheduler)


def turns_of(scheduler) -> set[str]:
    return {event.entry.name for event in scheduler._heap}
