"""Threads that carry out what was claimed, a lane for each platform. One `Lanes` in each process.

A platform that takes thirty seconds for a call fills its own lane and no other. Within a lane the
teams take turns. What is not due yet waits without a thread; a channel that has become free goes on
with its next delivery at once. Called by the tasks and by the publisher.
"""

import heapq
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog
from django.db import connection

from delivery import aftermath, dispatcher, preflight, turns, worker
from delivery.turns import Turn
from posts.workflow import Claim

log = structlog.get_logger(__name__)

THREADS = 16
# A thread without work keeps its database connection for so long.
IDLE_SECONDS = 10.0
RESTED = 1.0
# A thread is given what is due this soon; the rest waits in the queue.
SOON = 0.25
# Posts are finished together, since many go out in the same second.
GATHER_SECONDS = 0.25
ASK_SECONDS = 0.2
FINISHING = "posts"
# The longest call and what belongs to it.
DRAIN_SECONDS = 35.0


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


def _key(claim: Claim) -> tuple[int, int]:
    return claim.delivery_id, claim.attempt_no


class Lanes:
    """All lanes of a process."""

    def __init__(self, threads: int = THREADS) -> None:
        self._threads = threads
        self._lanes: dict[str, Lane] = {}
        self._lock = threading.Lock()
        self._live: set[int] = set()
        self._offered: set[tuple[int, int]] = set()
        self._asked = 0.0
        self._closed = False

    @property
    def load(self) -> int:
        """How much waits or is under way, looks and all."""
        return sum(lane.load for lane in list(self._lanes.values()))

    def load_of(self, name: str) -> int:
        lane = self._lanes.get(name)
        return lane.load if lane else 0

    @property
    def closed(self) -> bool:
        return self._closed

    def publish(self, claim: Claim) -> None:
        """Carry out a claim; it is given back when the process ends before.

        Until a thread has taken it, it is still an offer: handed over again, it waits once.
        """
        with self._lock:
            if _key(claim) in self._offered:
                return
            self._offered.add(_key(claim))
        self.run(
            claim.platform,
            Work(claim.team_id, lambda: self._prepare(claim), lambda: dispatcher.take_back(claim)),
        )

    def ahead(self, turn: Turn) -> None:
        """A few at once, so that what is due now has the machine to itself."""
        work = Work(turn.team_id, lambda: preflight.run(turn), lambda: turns.give_back(turn))
        self.run(f"{turn.platform} ahead", work, turns.AT_ONCE)

    def run(self, name: str, work: Work, threads: int = 0, at: float = 0.0) -> None:
        """Any work that asks a platform, in the lane of that name."""
        with self._lock:
            if name not in self._lanes:
                self._lanes[name] = Lane(name, threads or self._threads)
                if self._closed:
                    self._lanes[name].close()
            lane = self._lanes[name]
        lane.put(work, at)

    def close(self) -> None:
        """Begin nothing more, and give back what has not begun."""
        with self._lock:
            self._closed = True
            lanes = list(self._lanes.values())
        for lane in lanes:
            lane.close()

    def join(self, seconds: float) -> None:
        """After `close`: wait so long for what has begun."""
        until = time.monotonic() + seconds
        for lane in list(self._lanes.values()):
            lane.join(until)
        self._finish()

    # -- one claim, in two pieces of work: until its moment no thread waits for it

    def _prepare(self, claim: Claim) -> None:
        try:
            run = worker.prepare(claim.delivery_id, claim.attempt_no)
        finally:
            with self._lock:
                self._offered.discard(_key(claim))
        if run is None:
            return
        if run.wait <= SOON:
            self._send(claim, run)
            return
        at = time.monotonic() + run.wait - SOON / 2
        work = Work(claim.team_id, lambda: self._send(claim, run), run.give_back)
        self.run(claim.platform, work, at=at)

    def _send(self, claim: Claim, run: worker.Run) -> None:
        if run.send(lambda: self._closed):
            self._note(run.delivery.post_id)
        if self._closed:
            return
        following = dispatcher.following(claim)
        if following is not None:
            self.publish(following)
        elif self._lanes[claim.platform].load <= self._threads:
            self._ask_for_more()

    def _ask_for_more(self) -> None:
        """A lane that runs empty before the next tick comes looks for itself."""
        with self._lock:
            now = time.monotonic()
            too_soon = now < self._asked + ASK_SECONDS
            self._asked = self._asked if too_soon else now
        if not too_soon:
            for claim in dispatcher.tick():
                self.publish(claim)

    def _note(self, post_id: int) -> None:
        with self._lock:
            first = not self._live
            self._live.add(post_id)
        if first:
            at = time.monotonic() + GATHER_SECONDS
            self.run(FINISHING, Work(0, self._finish, self._finish), 1, at)

    def _finish(self) -> None:
        with self._lock:
            live, self._live = self._live, set()
        if live:
            aftermath.finish(*live)
