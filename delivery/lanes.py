"""Threads that carry out what was claimed, a lane for each platform. One `Lanes` in each process.

A platform that takes thirty seconds for a call fills its own lane and no other. What is not due yet
waits without a thread; a channel that has become free goes on with its next delivery at once.
Called by the tasks and by the publisher.
"""

import threading
import time

from delivery import aftermath, dispatcher, preflight, turns, worker
from delivery.lane import Lane, Work
from delivery.turns import Turn
from posts.workflow import Claim

THREADS = 16
# A thread is given what is due this soon; the rest waits in the queue.
SOON = 0.25
# Posts are finished together, since many go out in the same second.
GATHER_SECONDS = 0.5
ASK_SECONDS = 0.2
FINISHING = "posts"
# The longest call but those that carry files, and what belongs to it.
DRAIN_SECONDS = 35.0


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

    @property
    def behind(self) -> list[str]:
        """The platforms for which more is due than there are threads. What is looked at ahead of
        its time would only make that later.
        """
        lanes = list(self._lanes.items())
        return [name for name, lane in lanes if lane.load > self._threads]

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
