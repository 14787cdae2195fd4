"""A worker that hears nothing any more is ended; one that never heard anything is not."""

import threading
import time

from config.watchdog import Watchdog


def watching(silence: float) -> tuple[Watchdog, threading.Event]:
    ended = threading.Event()
    dog = Watchdog(silence, ended.set)
    dog.watch()
    return dog, ended


def test_silence_ends_it():
    dog, ended = watching(0.3)
    dog.hear()

    assert ended.wait(5)


def test_what_it_hears_keeps_it():
    dog, ended = watching(0.5)
    for _ in range(12):
        dog.hear()
        time.sleep(0.1)

    assert not ended.is_set()
    assert ended.wait(5)


def test_where_nothing_was_ever_heard_it_waits():
    _dog, ended = watching(0.1)

    assert not ended.wait(0.5)
