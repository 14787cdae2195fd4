"""What is done to the processes of a run, blow after blow, seeded. Every blow heals itself.

`Nemesis.run` strikes until it is stopped; the single blows are also used by the cases of the rows.
"""

import contextlib
import random
import threading
import time
from collections.abc import Callable, Iterator
from typing import get_args

import psycopg
import redis
from django.db import DatabaseError, InterfaceError
from django.db.models.functions import Now
from kombu import Connection

from delivery import crashpoints, tasks
from delivery.queues import queue_of
from posts.models import Delivery
from tests.faults import databases
from tests.faults.arena import SMALL_DISK, Arena
from tests.faults.generator import Plan
from tests.faults.here import let_go
from tests.faults.history import Blow, History
from tests.processes import RedisServer

PLACES = get_args(crashpoints.Place.__value__)
# Seconds before and after a blow that is to be seen by itself.
CALM = 12.0


class Nemesis:
    def __init__(
        self,
        arena: Arena,
        plan: Plan,
        history: History,
        stop: threading.Event,
        broker: RedisServer | None = None,
    ) -> None:
        self.arena, self.plan, self.history, self.stop = arena, plan, history, stop
        self.broker = broker
        self.rng = random.Random(plan.seed + 2)
        blows: dict[Callable[[], None], int] = {
            self.kill: 8,
            self.freeze: 4,
            self.deploy: 2,
            self.crash_somewhere: 3,
            self.crash_database: 2,
            self.lock_tables: 1,
            self.take_all_connections: 1,
            self.repeat_messages: 3,
            self.restart_everything: 1,
        }
        if broker:
            blows |= {
                self.stop_broker: 1,
                self.empty_broker: 1,
                self.cut_broker: 1,
                self.fill_broker: 1,
            }
        if arena.small_disk:
            blows[self.fill_disk] = 1
        self._blows, self._weights = list(blows), list(blows.values())

    def run(self) -> None:
        """Each kind once, in an order of the seed's choosing, then whatever comes."""
        first = self.rng.sample(self._blows, len(self._blows))
        while not self.stop.wait(self.rng.expovariate(1 / self.plan.blow_every)):
            blow = first.pop() if first else self.rng.choices(self._blows, self._weights)[0]
            try:
                blow()
            except (DatabaseError, InterfaceError, psycopg.Error, redis.RedisError) as error:
                self.history.refuse("blow", f"{blow.__name__}: {type(error).__name__}")
                let_go()
        let_go()

    def _children(self, *prefixes: str) -> list[str]:
        names = [name for name in self.arena.children if name.startswith(prefixes)]
        return [name for name in names if self.arena.pid(name)]

    def _one(self, *prefixes: str) -> str | None:
        names = self._children(*prefixes)
        return self.rng.choice(names) if names else None

    # -- processes

    def kill(self) -> None:
        """SIGKILL, at whatever it is doing; mostly to one that has something in hand."""
        busy = self._busy() if self.rng.random() < 0.8 else []
        name = self.rng.choice(busy) if busy else self._one("worker", "publisher", "beat")
        if name:
            self._struck("kill", name, self.arena.kill(name))

    def _busy(self) -> list[str]:
        """Waits a moment for somebody to have begun a call."""
        ends = time.monotonic() + 1.5
        while time.monotonic() < ends and not self.stop.is_set():
            owners = Delivery.objects.filter(state="sending").values_list("owner", flat=True)
            held = [f":{self.arena.pid(name)}:" for name in self.arena.children]
            names = [
                name
                for name, pid in zip(self.arena.children, held, strict=True)
                if any(pid in owner for owner in owners)
            ]
            if names:
                return names
            time.sleep(0.05)
        return []

    def freeze(self) -> None:
        """SIGSTOP, and later SIGCONT: as a machine that swaps, or is moved."""
        if name := self._one("worker", "publisher", "beat"):
            seconds = self.rng.uniform(0.3, self.plan.freeze)
            pid = self.arena.freeze(name)
            self.history.blow(Blow("freeze", name, time.time(), seconds))
            self._pause(seconds)
            if pid == self.arena.pid(name):
                self.arena.thaw([name])

    def deploy(self) -> None:
        """SIGTERM to all, one after the other, as a rolling deployment does."""
        for name in self._children("worker", "publisher", "beat"):
            self.history.blow(Blow("terminate", name, time.time()))
            self.arena.terminate(name)
            self._pause(self.rng.uniform(0.2, 1.5))

    def crash_somewhere(self) -> None:
        """One more worker, which dies at a named place."""
        place, times = self.rng.choice(PLACES), self.rng.randint(1, 4)
        self.arena.add("worker-doomed", env={"DRUMBEAT_CRASH": f"{place}:{times}"})
        try:
            self._watch_it_die(place)
        finally:
            # Where its death cannot be noted, too: it would go on dying when all is calm.
            self.arena.end("worker-doomed")

    def _watch_it_die(self, place: str) -> None:
        pid, until = 0, time.monotonic() + self.rng.uniform(4, 9)
        while time.monotonic() < until and not self.stop.is_set():
            pid = self.arena.pid("worker-doomed") or pid
            if pid and not self.arena.pid("worker-doomed"):
                self._struck(f"crash {place}", "worker-doomed", pid)
                return
            time.sleep(0.1)
        self._struck("kill", "worker-doomed", pid)

    def restart_everything(self) -> None:
        """As a machine that loses its power: all at once, with the database; then all again."""
        names = self.arena.children
        victims = {name: self.arena.pid(name) for name in names}
        self.history.blow(Blow("restart", "everything", time.time()))
        self.arena.end(*names)
        self.arena.crash_database()
        self._pause(self.rng.uniform(0, 1))
        self.arena.add(*names)
        self.history.restarts.append(time.time())
        for pid in victims.values():
            self._let_go_of(pid)

    def _struck(self, kind: str, name: str, pid: int) -> None:
        held = tuple(_held_by(pid)) if pid else ()
        self.history.blow(Blow(kind, name, time.time(), held=held))
        self._let_go_of(pid)

    def _let_go_of(self, pid: int) -> None:
        """What a dead process held runs out; at once, where the run cannot wait for the lease."""
        if pid and self.plan.hurried:
            Delivery.objects.filter(
                state__in=("claimed", "sending"), owner__contains=f":{pid}:"
            ).update(lease_until=Now())

    def _pause(self, seconds: float) -> None:
        self.stop.wait(seconds)

    # -- the database

    def crash_database(self) -> None:
        down = self.rng.uniform(0, self.plan.down)
        self.history.blow(Blow("crash database", "database", time.time(), down))
        self.arena.crash_database(down)

    def lock_tables(self) -> None:
        """An administrator who forgot to commit."""
        seconds = self.rng.uniform(1, 4)
        self.history.blow(Blow("lock tables", "database", time.time(), seconds))
        with psycopg.connect(self.arena.database.url()) as admin:
            admin.execute("LOCK TABLE posts_delivery IN SHARE ROW EXCLUSIVE MODE")
            self._pause(seconds)

    def take_all_connections(self) -> None:
        seconds = self.rng.uniform(1, 3)
        self.history.blow(Blow("take connections", "database", time.time(), seconds))
        with databases.all_connections(self.arena.database.url()):
            self._pause(seconds)

    def fill_disk(self) -> None:
        """No room for the flight recorder: then nothing may be sent."""
        seconds = self.rng.uniform(1, 4)
        self.history.blow(Blow("fill disk", "journal", time.time(), seconds))
        ballast = self.arena.journal / "ballast"
        try:
            with contextlib.suppress(OSError), ballast.open("wb", buffering=0) as file:
                # Never more than its disk holds: somebody may have taken that away.
                for _ in range(SMALL_DISK // 65_536 + 1):
                    file.write(b"x" * 65_536)
            self._pause(seconds)
        finally:
            ballast.unlink(missing_ok=True)

    # -- the broker

    def repeat_messages(self) -> None:
        """Messages that come several times, in another order, or long after their time."""
        rows = list(
            Delivery.objects.exclude(state="draft")
            .order_by("-due_at")
            .values_list("pk", "attempt_no", "channel__platform", "channel_id", "team_id")[:30]
        )
        messages = [row for row in rows for _ in range(self.rng.randint(1, 5))]
        self.rng.shuffle(messages)
        self.history.blow(Blow("repeat messages", "broker", time.time()))
        with (
            contextlib.suppress(OSError, redis.RedisError),
            self._broker_connection() as connection,
        ):
            for message in messages:
                tasks.publish.apply_async(
                    (message,), queue=queue_of(message[2]), connection=connection, retry=False
                )
            for tick in (tasks.dispatch, tasks.reap, tasks.reconcile_due, tasks.dispatch):
                tick.apply_async(queue="publish", connection=connection, retry=False)

    def _broker_connection(self) -> Connection:
        return Connection(self.arena.product.options.redis_url, transport_options=_IMPATIENT)

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """Every second time nothing else happens around it, so that its own effect can be told."""
        calm = 0 if self.plan.hurried or self.rng.random() < 0.5 else CALM
        self._pause(calm)
        yield
        self._pause(calm)

    def stop_broker(self) -> None:
        assert self.broker
        seconds = self.rng.uniform(2, 6)
        with self._alone():
            self.history.blow(Blow("stop broker", "redis", time.time(), seconds))
            self.broker.stop()
            self._pause(seconds)
            self.broker.start()

    def empty_broker(self) -> None:
        assert self.broker
        with self._alone(), self.broker.client() as client:
            self.history.blow(Blow("empty broker", "redis", time.time()))
            client.flushall()

    def cut_broker(self) -> None:
        """Every connection is reset, a few times."""
        assert self.broker
        with self._alone():
            self.history.blow(Blow("cut broker", "redis", time.time(), 1.5))
            for _ in range(3):
                with self.broker.client() as client:
                    client.client_kill_filter(_type="normal", skipme=True)
                self._pause(0.5)

    def fill_broker(self) -> None:
        """Out of memory, and told not to evict anything."""
        assert self.broker
        seconds = self.rng.uniform(1, 4)
        with self._alone(), self.broker.client() as client:
            self.history.blow(Blow("fill broker", "redis", time.time(), seconds))
            try:
                client.config_set("maxmemory", "1")
                self._pause(seconds)
            finally:
                client.config_set("maxmemory", "0")


_IMPATIENT = {"socket_connect_timeout": 2, "socket_timeout": 2, "max_retries": 1}


def _held_by(pid: int) -> Iterator[tuple[int, int]]:
    rows = Delivery.objects.filter(state__in=("claimed", "sending"), owner__contains=f":{pid}:")
    yield from rows.values_list("pk", "attempt_no")
