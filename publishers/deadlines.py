"""Rings when a moment has passed, unless it was switched off before. Called by the HTTP client.

One thread for all alarms of a process: a timer of its own for each call to a platform, as in the
standard library, costs more than the call's own work when many go out in the same second.
"""

import heapq
import itertools
import os
import threading
import time
from collections.abc import Callable


def boottime() -> float:
    """Seconds that also count while the machine is suspended or this process is frozen."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


class Alarm:
    """`off` may come at any time and from any thread; it may then still ring once."""

    def __init__(self, ring: Callable[[], None]) -> None:
        self.ring: Callable[[], None] | None = ring

    def off(self) -> None:
        self.ring = None


class _Clock:
    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._heap: list[tuple[float, int, Alarm]] = []
        self._number = itertools.count()
        self._thread: threading.Thread | None = None

    def set(self, seconds: float, ring: Callable[[], None]) -> Alarm:
        alarm = Alarm(ring)
        entry = (time.monotonic() + seconds, next(self._number), alarm)
        with self._changed:
            heapq.heappush(self._heap, entry)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="deadlines", daemon=True)
                self._thread.start()
            elif self._heap[0] is entry:
                self._changed.notify()
        return alarm

    def _run(self) -> None:
        while True:
            with self._changed:
                # What was switched off is dropped without waiting for it.
                while self._heap and self._heap[0][2].ring is None:
                    heapq.heappop(self._heap)
                left = self._heap[0][0] - time.monotonic() if self._heap else None
                if left is None or left > 0:
                    self._changed.wait(left)
                    continue
                ring = heapq.heappop(self._heap)[2].ring
            if ring is not None:
                ring()


_clock = _Clock()


def _begin_anew() -> None:
    """A forked child has the alarms of its parent but not the thread."""
    global _clock  # noqa: PLW0603  (the child's own)
    _clock = _Clock()


os.register_at_fork(after_in_child=_begin_anew)


def alarm(seconds: float, ring: Callable[[], None]) -> Alarm:
    """Call `ring` in that many seconds, in another thread."""
    return _clock.set(seconds, ring)
