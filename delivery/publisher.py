"""The second path, which needs only PostgreSQL: publishes while the dispatch tick is silent.

Run by `manage.py publisher`. Whatever that tick says, it also takes offers whose message was lost,
and does the work of any other tick that is not heard.
"""

import threading
import time
from collections.abc import Callable, Sequence
from datetime import timedelta

import structlog
from django.db import DatabaseError, InterfaceError, connection

from delivery import aftermath, dispatcher, instance, looks, reaper, sentinel, tally, turns
from delivery.lane import Work
from delivery.lanes import DRAIN_SECONDS, THREADS, Lanes
from delivery.queries.records import TICKS
from posts.workflow import Claim

log = structlog.get_logger(__name__)

SILENCE = timedelta(seconds=5)
WATCH_EVERY = 1.0
WORK_EVERY = 0.5
REAP_EVERY = 5.0
LOOK_EVERY = 10.0
LOST_EVERY = 5.0
# People hear of what is late whichever path is alive.
WATCH_OTHERS_EVERY = 10.0
AHEAD_EVERY = 2.0
TALLY_EVERY = 60.0


class Publisher:
    """`threads` for each platform; `look_every`, `reap_every` in seconds: the fault tests cannot
    wait as long as people can.
    """

    def __init__(
        self,
        threads: int = THREADS,
        stop: threading.Event | None = None,
        *,
        look_every: float = LOOK_EVERY,
        reap_every: float = REAP_EVERY,
    ) -> None:
        self.stop = stop or threading.Event()
        self._lanes = Lanes(threads)
        # The other path's ticks but its claims, by the names under which they are heard.
        self._ticks: dict[str, tuple[float, Callable[[], None]]] = {
            "reap": (reap_every, self._reap),
            "finish": (reap_every, self._finish),
            "tally": (TALLY_EVERY, self._add_up),
            "reconcile": (look_every, self._look),
            "preflight": (AHEAD_EVERY, self._look_ahead),
        }
        self._silent: set[str] = set()
        self._next: dict[str, float] = {}
        self._alone = False

    def run(self) -> None:
        """Until `stop` is set; then what has begun is finished."""
        try:
            while not self.stop.is_set():
                self.stop.wait(self._round())
        finally:
            self._lanes.close()
            self._lanes.join(DRAIN_SECONDS)
            connection.close()

    def _round(self) -> float:
        try:
            self._listen()
            # Standing by, the tick itself says whether anything is published.
            locked = instance.locked() if self._alone else None
            if self._alone:
                self._start(dispatcher.tick())
                # Of ours, too: a thread whose connection is gone loses what it was given.
                self._now_and_then("lost", LOST_EVERY, self._take_lost)
            else:
                self._take_lost()
            for name, (seconds, work) in self._ticks.items():
                if self._alone or name in self._silent:
                    self._now_and_then(name, seconds, work)
            self._now_and_then("watch", WATCH_OTHERS_EVERY, self._watch)
            if not locked:
                self._now_and_then("beat", WATCH_EVERY * 2, lambda: dispatcher.beat("publisher"))
        except (DatabaseError, InterfaceError) as error:
            log.warning("publisher.database_away", error=type(error).__name__)
            connection.close()
            return WATCH_EVERY
        return WORK_EVERY if self._alone else WATCH_EVERY

    def _listen(self) -> None:
        """Whether we publish alone, and which other ticks nobody carries out: their queue may
        have no worker, or somebody switched one off.
        """
        silence = dispatcher.silences()
        alone = silence.get("dispatch", timedelta.max) > SILENCE
        if alone != self._alone:
            log.warning("publisher.takes_over" if alone else "publisher.steps_back")
        self._alone = alone
        silent = {name for name in self._ticks if silence.get(name, timedelta.max) > TICKS[name][1]}
        if silent - self._silent and not alone:
            log.warning("publisher.fills_in", ticks=sorted(silent))
        self._silent = silent

    def _start(self, claims: Sequence[Claim]) -> None:
        for claim in claims:
            self._lanes.publish(claim)

    def _now_and_then(self, name: str, seconds: float, work: Callable[[], None]) -> None:
        if time.monotonic() >= self._next.get(name, 0):
            self._next[name] = time.monotonic() + seconds
            work()

    def _take_lost(self) -> None:
        self._start(dispatcher.lost_offers())

    def _reap(self) -> None:
        reaper.reap()
        reaper.sweep()

    def _finish(self) -> None:
        aftermath.finish_left()
        dispatcher.beat("finish")

    def _watch(self) -> None:
        self._lanes.run("watch", Work(0, sentinel.watch), 1)

    def _add_up(self) -> None:
        self._lanes.run("tally", Work(0, _fold), 1)

    def _look_ahead(self) -> None:
        for turn in turns.take(without=self._lanes.behind):
            self._lanes.ahead(turn)
        dispatcher.beat("preflight")

    def _look(self) -> None:
        looks.begin(self._lanes)
        dispatcher.beat("reconcile")


def _fold() -> None:
    tally.fold()
    dispatcher.beat("tally")
