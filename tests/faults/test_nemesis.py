"""Whatever goes wrong while it strikes, the nemesis leaves nothing behind that strikes on."""

import threading
from types import SimpleNamespace

import pytest
from django.db import OperationalError

from tests.faults.history import History
from tests.faults.nemesis import Nemesis

pytestmark = pytest.mark.faults


class Arena:
    """Of its processes only their names, and one that is dead as soon as it is looked at."""

    small_disk = False

    def __init__(self):
        self.children: list[str] = []

    def add(self, name, env):
        self.children.append(name)
        self.pids = iter([17, 17])

    def end(self, name):
        self.children.remove(name)

    def pid(self, name):
        return next(self.pids, 0)


def test_a_doomed_worker_is_ended_though_its_death_cannot_be_noted(monkeypatch):
    arena = Arena()
    nemesis = Nemesis(arena, SimpleNamespace(seed=1), History(), threading.Event())

    def away(*_: object) -> None:
        raise OperationalError("the database is away")

    monkeypatch.setattr(nemesis, "_struck", away)
    with pytest.raises(OperationalError):
        nemesis.crash_somewhere()
    assert arena.children == []
