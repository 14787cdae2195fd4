"""Named places to die at: nothing unless asked for, and never outside the sandbox."""

import signal

import pytest
from django.core.exceptions import ImproperlyConfigured

from delivery import crashpoints
from delivery.crashpoints import armed, crashpoint


def test_off_they_do_nothing():
    assert crashpoints.CRASH is None
    crashpoint("after_intent")


@pytest.mark.parametrize(
    ("order", "number"),
    [("after_intent:2", signal.SIGKILL), ("after_intent:2:STOP", signal.SIGSTOP)],
)
def test_they_kill_at_the_named_place_and_time(monkeypatch, order, number):
    signals: list[int] = []
    monkeypatch.setattr(crashpoints, "CRASH", armed(order))
    monkeypatch.setattr(signal, "pthread_kill", lambda thread, number: signals.append(number))

    crashpoint("after_claim")
    crashpoint("after_intent")
    assert signals == []
    crashpoint("after_intent")
    crashpoint("after_intent")
    assert signals == [number]


def test_production_refuses_to_start_with_one(settings):
    settings.SANDBOX = False

    with pytest.raises(ImproperlyConfigured):
        armed("after_intent")
