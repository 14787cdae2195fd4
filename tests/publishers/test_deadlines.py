"""Alarms: they ring in their order and their time, not when they were switched off."""

import os
import threading
import time

from publishers.deadlines import alarm
from tests.processes import wait_until


def test_they_ring_in_the_order_of_their_moments():
    rung: list[tuple[str, float]] = []
    start = time.monotonic()
    for name, seconds in [("late", 0.2), ("early", 0.05)]:
        alarm(seconds, lambda name=name: rung.append((name, time.monotonic() - start)))

    wait_until(lambda: len(rung) == 2)

    assert [name for name, _ in rung] == ["early", "late"]
    assert all(at >= wanted for (_, at), wanted in zip(rung, (0.05, 0.2), strict=True))


def test_what_is_switched_off_does_not_ring():
    rung = threading.Event()
    wrong: list[str] = []
    alarm(0.05, lambda: wrong.append("off")).off()
    alarm(0.1, rung.set)

    assert rung.wait(5)
    assert not wrong


def test_also_in_a_forked_child():
    alarm(60, lambda: None)
    child = os.fork()
    if child == 0:
        rung = threading.Event()
        alarm(0.05, rung.set)
        os._exit(0 if rung.wait(5) else 1)
    assert os.waitpid(child, 0)[1] == 0
