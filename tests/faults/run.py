"""One run: the generator writes, people change their minds, the nemesis strikes; then calm.

    ran = Run(arena, Plan(seed=7, deliveries=250), broker=redis).go()

The calm is part of it: whatever is still under way must end, or wait where a person sees it.
"""

import contextlib
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import psutil
from django.db import DatabaseError, InterfaceError
from django.db.models.functions import Now

from posts.models import Delivery
from tests.faults.arena import Arena
from tests.faults.checker import check, under_way
from tests.faults.generator import Generator, Plan
from tests.faults.here import let_go
from tests.faults.history import History
from tests.faults.nemesis import Nemesis
from tests.faults.people import People
from tests.faults.report import Ran
from tests.processes import RedisServer

CHILDREN = ("worker", "worker-2", "beat", "beat-2", "publisher", "publisher-2")
# Nothing may be under way for longer than this once all is calm: lease, quiet time, three reads.
CALM = 240.0

type Told = Callable[[str, int, int], None]


def nobody(phase: str, done: int, of: int) -> None:
    """The progress of a run that nobody watches."""


class Run:
    def __init__(
        self,
        arena: Arena,
        plan: Plan,
        *,
        broker: RedisServer | None = None,
        children: tuple[str, ...] = CHILDREN,
        altered: bool = False,
        env: dict[str, str] | None = None,
        strikes: bool = True,
        calm: float = 5.0,
        log: Path | None = None,
        told: Told = nobody,
    ) -> None:
        self.arena, self.plan, self.children, self.calm = arena, plan, children, calm
        self.altered, self.env, self.strikes, self.told = altered, env, strikes, told
        self.stop, self.writing_over = threading.Event(), threading.Event()
        self.history = History(log)
        self.generator = Generator(plan, self.history, self.writing_over)
        self.people = People(self.generator, self.history, self.stop)
        self.people.quiet = arena.patience.quiet + 2 * arena.patience.gap
        self.struck = threading.Event()
        self.nemesis = Nemesis(arena, plan, self.history, self.struck, broker)
        self._failures: list[BaseException] = []

    def go(self, minutes: float | None = None) -> Ran:
        begun = time.monotonic()
        self.generator.prepare(lambda n: self.told("connecting", n, self.plan.channels))
        self.arena.run(*self.children, env=self.env, altered=self.altered)
        threads = [self._thread(self.generator.run), self._thread(self.people.run)]
        striking = self._thread(self.nemesis.run) if self.strikes else None
        before = memory(self.arena)
        try:
            self._until_written(minutes)
            self.writing_over.set()
            self.struck.set()
            if striking:
                striking.join()
            self.arena.heal()
            self._settle(lambda: under_way() + self.people.asked().count())
            # Whatever people decided last is carried out, too.
            self.stop.set()
            threads[1].join()
            self._settle(lambda: still_to_come() + under_way())
            self.told("calm", 0, 1)
            time.sleep(self.calm)
            # What visibly waited for a moment that has come meanwhile, too.
            self._settle(lambda: still_to_come() + under_way())
        finally:
            for event in (self.writing_over, self.struck, self.stop):
                event.set()
            for thread in threads:
                thread.join()
        if self._failures:
            raise self._failures[0]
        after = memory(self.arena)
        sizes = {name: {"begin": before.get(name, 0), "end": after[name]} for name in after}
        verdict = check(self.history, quiet=self.arena.patience.quiet)
        return Ran(
            plan=self.plan,
            patience=self.arena.patience,
            history=self.history,
            generator=self.generator,
            verdict=verdict,
            seconds=time.monotonic() - begun,
            memory=sizes,
            asked=self._asked(minutes),
        )

    def _asked(self, minutes: float | None) -> int:
        in_time = int(minutes * 60 * self.plan.per_second) if minutes else self.plan.deliveries
        return min(in_time, self.plan.deliveries)

    def _thread(self, work: Callable[[], None]) -> threading.Thread:
        def guarded() -> None:
            try:
                work()
            except BaseException as error:  # noqa: BLE001  (raised again by the main thread)
                self._failures.append(error)
                self.writing_over.set()

        thread = threading.Thread(target=guarded, daemon=True, name=work.__qualname__)
        thread.start()
        return thread

    def _until_written(self, minutes: float | None) -> None:
        ends = time.monotonic() + minutes * 60 if minutes else None
        while not self.generator.finished.wait(0.5) and not self._failures:
            self.told("writing", self.generator.written, self.plan.deliveries)
            if ends and time.monotonic() > ends:
                return
        # What was written last is still to come.
        self._wait_for_the_last()

    def _wait_for_the_last(self) -> None:
        ends = time.monotonic() + 15
        while time.monotonic() < ends and not self._failures:
            if self._count(still_to_come) == 0:
                return
            time.sleep(0.5)

    def _settle(self, count: Callable[[], int]) -> None:
        """Until everything is out or waits where it is seen."""
        ends = time.monotonic() + CALM
        while time.monotonic() < ends and not self._failures:
            left = self._count(count)
            self.told("settling", self.plan.deliveries - (left or 0), self.plan.deliveries)
            if left == 0:
                return
            time.sleep(1)

    def _count(self, work: Callable[[], int]) -> int | None:
        try:
            return work()
        except (DatabaseError, InterfaceError):
            let_go()
            return None


def still_to_come() -> int:
    """How many are queued for a time that comes, or has just come (`checker.why_it_waits`)."""
    just = Now() - timedelta(seconds=1)
    return Delivery.objects.filter(due_at__gt=just, state="queued").count()


def memory(arena: Arena) -> dict[str, float]:
    """Resident megabytes of each process of the run."""
    found = {}
    for name in arena.children:
        with contextlib.suppress(psutil.Error):
            if pid := arena.pid(name):
                found[name] = round(psutil.Process(pid).memory_info().rss / 1e6, 1)
    return found
