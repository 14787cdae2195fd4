"""Rows that are sent by threads, so that one who is slow keeps nobody else waiting.

The database is asked in the caller's thread alone; the threads only send.
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
    what `settle` writes. One drain per process.
    """

    threads: int
    lease: Callable[[int], Sequence[Row]]
    prepare: Callable[[Row], Callable[[], Made]]
    settle: Callable[[Row, Made], object]
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
                for row in self.lease(room):
                    under_way[pool.submit(self.prepare(row))] = row
            if not under_way:
                return handled
            done, _ = wait(under_way, timeout=LOOK, return_when=FIRST_COMPLETED)
            for future in done:
                self._done(under_way.pop(future), future)
                handled += 1

    def _done(self, row: Row, future: Future[Made]) -> None:
        """What broke in its thread is tried again when its lease ends."""
        if broken := future.exception():
            logger.error("notification_broken", extra={"row": str(row)}, exc_info=broken)
        else:
            self.settle(row, future.result())
