"""Ends a worker that is connected and hears nothing any more; its supervisor starts another.

After its broker was away for a moment a consumer may stay deaf for ever while all looks well. The
ticks make silence telling: a worker that has heard them once hears one every second.
"""

import os
import signal
import threading
import time
from collections.abc import Callable
from typing import Any

import structlog

log = structlog.stdlib.get_logger(__name__)

LONGEST_SILENCE = 60.0
LONGEST_END = 60.0


def end_this_process() -> None:
    """As the supervisor would: what has begun is finished. But what is deaf may also hang."""
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(LONGEST_END)
    os._exit(os.EX_SOFTWARE)


class Watchdog:
    """`silence` in seconds. Without beat there is nothing to hear: then it ends the worker once,
    and the next one, which never heard anything, is left alone.
    """

    def __init__(
        self, silence: float = LONGEST_SILENCE, end: Callable[[], None] = end_this_process
    ) -> None:
        self.silence, self._end = silence, end
        self._heard: float | None = None

    def hear(self, **_: Any) -> None:
        self._heard = time.monotonic()

    def watch(self, **_: Any) -> None:
        threading.Thread(target=self._watch, name="watchdog", daemon=True).start()

    def _watch(self) -> None:
        while self._heard is None or time.monotonic() - self._heard < self.silence:
            time.sleep(self.silence / 12)
        log.error("worker.deaf", seconds=self.silence)
        self._end()
