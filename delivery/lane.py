"""A queue of work with threads of its own, in which the teams take turns. Called by lanes.py."""

import heapq
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog
from django.db import connection

log = structlog.get_logger(__name__)

# A thread without work keeps its database connection for so long.
IDLE_SECONDS = 10.0
RESTED = 1.0


def nothing() -> None:
    """What most work leaves to be undone."""


@dataclass(frozen=True)
class Work:
    """`undo` is called instead of `do` when the process ends before its turn came."""

    team_id: int
    do: Callable[[], None]
    undo: Callable[[], None] = nothing


@dataclass(order=True)
class Later:
    at: float
    number: int
    work: Work = field(compare=False)


class Lane:
    """A queue of work with threads of its own, made when there is work and gone when there is none.

    Times are those of time.monotonic().
    """

    def __init__(self, name: str, threads: int) -> None:
        self.name, self.most = name, threads
        self._changed = threading.Condition()
        self._teams: OrderedDict[int, deque[Work]] = OrderedDict()
        self._ready = self._idle = self._number = 0
        self._later: list[Later] = []
        self._threads: set[threading.Thread] = set()
        self._closed = False

    def put(self, work: Work, at: float = 0.0) -> None:
        with self._changed:
            if not self._closed:
                self._number += 1
                heapq.heappush(self._later, Later(at, self._number, work))
                self._look_at_the_time()
                if self._later and self._later[0].number == self._number:
                    # Who watches the clock has another moment to wait for.
                    self._changed.notify()
                return
        work.undo()

    def close(self) -> None:
        """Begin nothing more. What has begun is finished."""
        with self._changed:
            self._closed = True
            left = [work for queue in self._teams.values() for work in queue]
            left += [later.work for later in self._later]
            self._teams.clear()
            self._later.clear()
            self._ready = 0
            self._changed.notify_all()
        for work in left:
            work.undo()

    def join(self, until: float) -> None:
        for thread in list(self._threads):
            thread.join(max(0.0, until - time.monotonic()))

    @property
    def load(self) -> int:
        """How much waits or is under way."""
        with self._changed:
            return self._ready + len(self._later) + len(self._threads) - self._idle

    def _look_at_the_time(self) -> None:
        """What has become due takes its place behind its team's, and threads are there for it.

        A thread is woken for each, and for nothing else: threads that wake each other never rest.
        """
        now, before = time.monotonic(), self._ready
        while self._later and self._later[0].at <= now:
            work = heapq.heappop(self._later).work
            self._teams.setdefault(work.team_id, deque()).append(work)
            self._ready += 1
        # Somebody must also watch the clock for what comes later.
        wanted = self._ready - self._idle if self._ready else bool(self._later and not self._idle)
        for _ in range(min(wanted, self.most - len(self._threads))):
            thread = threading.Thread(target=self._run, name=f"lane {self.name}", daemon=True)
            self._threads.add(thread)
            thread.start()
        self._changed.notify(self._ready - before)

    def _run(self) -> None:
        rested = time.monotonic()
        try:
            while work := self._next():
                # What has rested may have been cut: no work should be what finds it out.
                if time.monotonic() - rested > RESTED and not _is_usable():
                    connection.close()
                try:
                    work.do()
                except Exception:
                    # Whatever it was: the thread goes on with what others wait for.
                    log.exception("delivery.lane_failed", lane=self.name)
                    connection.close()
                rested = time.monotonic()
        finally:
            connection.close()

    def _next(self) -> Work | None:
        """What to do now; None after a while without anything, or when the lane is closed."""
        ends = time.monotonic() + IDLE_SECONDS
        with self._changed:
            while not self._closed:
                self._look_at_the_time()
                if self._ready:
                    return self._turn()
                now = time.monotonic()
                if not self._later and now >= ends:
                    break
                self._idle += 1
                self._changed.wait((self._later[0].at if self._later else ends) - now)
                self._idle -= 1
            # Under the lock: whoever puts work in from now on starts another thread.
            self._threads.discard(threading.current_thread())
        return None

    def _turn(self) -> Work:
        """The team whose turn it is gives one piece of work and stands at the end again."""
        team_id, queue = self._teams.popitem(last=False)
        work = queue.popleft()
        self._ready -= 1
        if queue:
            self._teams[team_id] = queue
        return work


def _is_usable() -> bool:
    return connection.connection is not None and connection.is_usable()
