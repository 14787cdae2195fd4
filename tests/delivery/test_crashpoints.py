"""Named places to die at: nothing unless asked for, and never outside the sandbox."""

import os
import signal

import pytest
from django.core.exceptions import ImproperlyConfigured

from delivery import crashpoints
from delivery.crashpoints import armed, crashpoint


def test_off_they_do_nothing():
    assert crashpoints.CRASH is None
    crashpoint("after_intent")


def test_they_kill_at_the_named_place_and_time(monkeypatch):
    signals: list[int] = []
    monkeypatch.setattr(crashpoints, "CRASH", armed("after_intent:2"))
    monkeypatch.setattr(os, "kill", lambda pid, number: signals.append(number))

    crashpoint("after_claim")
    crashpoint("after_intent")
    assert signals == []
    crashpoint("after_intent")
    assert signals == [signal.SIGKILL]


def test_production_refuses_to_start_with_one(settings):
    settings.SANDBOX = False

    with pytest.raises(ImproperlyConfigured):
        armed("after_intent")
