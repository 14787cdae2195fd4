"""Rows that are sent by threads, so that one who is slow keeps nobody else waiting.

The database is asked in the caller's thread alone; the threads only send. What was answered is
noted before anything else is done, and all of it at once: whoever is killed in between sends it
again.
"""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field

logger = logging.getLogger(__name__)

SECONDS_PER_DRAIN = 20.0
# How soon new rows are looked for while a slow one takes its time.
LOOK = 0.5


@dataclass(frozen=True)
class Crew[Row, Made]:
    """`lease` takes so many rows at most; `prepare` says what its thread is to do, which makes
    what `settle` writes, of all that are through. One drain per process.
    """

    threads: int
    lease: Callable[[int], Sequence[Row]]
    prepare: Callable[[Row], Callable[[], Made]]
    settle: Callable[[Sequence[tuple[Row, Made]]], object]
    _one: threading.Lock = field(default_factory=threading.Lock)

    def drain(self) -> int:
        """Send what is due; how many."""
        if not self._one.acquire(blocking=False):
            return 0
        try:
            with ThreadPoolExecutor(self.threads) as pool:
                return self._drain(pool)
        finally:
            self._one.release()

    def _drain(self, pool: ThreadPoolExecutor) -> int:
        handled, until = 0, time.monotonic() + SECONDS_PER_DRAIN
        under_way: dict[Future[Made], Row] = {}
        while True:
            room = self.threads - len(under_way)
            if room and time.monotonic() < until:
                ready = []
                for row in self.lease(room):
                    ready.append((row, self.prepare(row)))
                    handled += self._note(under_way)
                under_way |= {pool.submit(job): row for row, job in ready}
            if not under_way:
                return handled
            wait(under_way, timeout=LOOK, return_when=FIRST_COMPLETED)
            handled += self._note(under_way)

    def _note(self, under_way: dict[Future[Made], Row]) -> int:
        """How many were through. What broke in its thread is tried again when its lease ends."""
        through = {future: under_way.pop(future) for future in [*under_way] if future.done()}
        made = []
        for future, row in through.items():
            if broken := future.exception():
                logger.error("notification_broken", extra={"row": str(row)}, exc_info=broken)
            else:
                made.append((row, future.result()))
        if made:
            self.settle(made)
        return len(through)
