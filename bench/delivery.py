"""One measurement of delivery: a world, a warm-up, the drain, and the limit beside it."""

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from bench import calls, claims, gauges, ledger, tally, world
from bench.scene import Scene
from bench.world import Batch, Place
from posts import states
from posts.states import DeliveryState
from publishers import registry

MONTH = 30 * 86_400.0
WARM = 48
# Before the time: what is claimed ahead of it, and a little more.
BEFORE = 3.0
LIMIT_LEAST, LIMIT_MOST = 50, 2000


@dataclass(frozen=True)
class Options:
    due: int
    channels: int
    latency_ms: int
    spread: float
    teams: int
    old: int
    queued: int
    platform: str
    pool: int
    lead: float
    patience: float
    redis: bool
    publisher_only: bool
    statements: int


@dataclass(frozen=True)
class Reading:
    """CPU seconds by part, and statements, at one moment."""

    cpu: dict[str, float]
    sql: tally.Total


class Measurement:
    def __init__(self, scene: Scene, options: Options, say: Callable[[str], None]) -> None:
        self.scene, self.options, self.say = scene, options, say
        self.memory: list[float] = []

    def run(self) -> dict[str, Any]:
        options, machine = self.options, gauges.machine()
        there, warm, batch = self._world()
        claim = self._claim(batch)
        self._start(warm)
        before, batch = self._until_due(batch)
        began = time.monotonic()
        self._drain(batch)
        after = self._read()
        drained = time.monotonic() - began
        seen = ledger.read(batch, options.latency_ms)
        self.scene.product.stop()
        limit, adapters = self._limit(there)
        sql = after.sql.since(before.sql)
        self._tell(sql)
        cpu = {
            name: (after.cpu[name] - before.cpu[name]) * 1000 / options.due for name in before.cpu
        }
        total = sum(cpu.get(name, 0) for name in self.scene.product.options.children)
        seconds = max((seen.last - batch.due).total_seconds(), 0.001)
        done = options.due - seen.lost
        return {
            "lateness_ms": ledger.percentiles(seen.lateness),
            "per_second": round(done / seconds, 1),
            "limit_per_second": round(limit.per_second, 1),
            "ratio": round(done / seconds / limit.per_second, 2),
            "cpu_ms_per_delivery": round(total - adapters.cpu_ms, 2),
            "cpu_ms_total": round(total, 2),
            "cpu_ms_adapter": round(adapters.cpu_ms, 2),
            "cpu_ms_requests": round(limit.cpu_ms, 2),
            "cpu_ms_by_part": {name: round(ms, 2) for name, ms in cpu.items()},
            "sql_per_delivery": round(sql.statements / options.due, 2),
            "transactions_per_delivery": round(sql.transactions / options.due, 2),
            "connections_per_delivery": round(sql.connections / options.due, 2),
            "duplicates": seen.duplicates,
            "early": seen.early,
            "lost": seen.lost,
            "states": self._states(batch),
            "claim_ms": claim,
            "memory_mb": {
                "before": self.memory[0],
                "after": self.memory[-1],
                "tenths": self.memory[1:],
            },
            "settled_seconds": round(drained, 1),
            "options": asdict(options) | {"pool": self._pool()},
            "machine": machine,
        }

    # -- before

    def _world(self) -> tuple[list[Place], Batch, Batch]:
        options = self.options
        slugs = [options.platform] if options.platform else [s.slug for s in registry.specs()]
        self.say(f"making {options.channels} channels")
        there = world.places(
            options.channels,
            teams=min(options.teams, options.channels),
            platforms=slugs,
            latency_ms=options.latency_ms,
        )
        if options.old:
            self.say(f"writing {options.old} old deliveries")
            world.published_long_ago(there, options.old)
        if options.queued:
            self.say(f"writing {options.queued} deliveries of later days")
            world.schedule(there, "Later", options.queued, spread=MONTH)
        self.say(f"writing {options.due} deliveries")
        warm = world.schedule(there, "Warm", min(WARM, options.channels))
        batch = world.schedule(there, "Due", options.due, spread=options.spread)
        return there, warm, batch

    def _claim(self, batch: Batch) -> dict[str, float]:
        """The statement alone, with everything of the batch due, while nobody else is there."""
        soon = world.shift(batch, world.now())
        world.settle_down()
        spent = claims.timed()
        world.shift(soon, batch.due)
        world.settle_down()
        return spent

    def _start(self, warm: Batch) -> None:
        self.say("starting the processes, warming up")
        world.shift(warm, world.now())
        self.scene.product.start()
        self._wait(warm, 90)

    def _until_due(self, batch: Batch) -> tuple[Reading, Batch]:
        wanted = world.now() + timedelta(seconds=self.options.lead + 1)
        batch = world.shift(batch, wanted.replace(microsecond=0))
        self._pause(batch.due - timedelta(seconds=BEFORE + 2 * tally.EVERY))
        before = self._read()
        self.memory.append(self._memory())
        self._pause(batch.due)
        return before, batch

    def _pause(self, until: datetime) -> None:
        while (left := (until - world.now()).total_seconds()) > 0:
            self.scene.tend()
            time.sleep(min(left, 0.2))

    # -- the drain

    def _drain(self, batch: Batch) -> None:
        options = self.options
        self.say("draining")
        enough = 120 + options.spread + options.due / 5
        self._wait(batch, options.patience or enough, report=True)
        self.memory.append(self._memory())

    def _wait(self, batch: Batch, patience: float, *, report: bool = False) -> None:
        """Until every delivery has ended and every post is done; or for so long."""
        end, told, total = time.monotonic() + patience, 0, batch.rows.count()
        pause = 0.2 if total <= 2000 else 1.0
        while time.monotonic() < end:
            left = self._left(batch)
            tenth = (total - left) * 10 // total
            if report and tenth > told:
                told = tenth
                self.memory.append(self._memory())
                self.say(f"{total - left} of {total}, {self.memory[-1]} MB")
            if not left and not batch.posts.exclude(stage=states.Stage.DONE).exists():
                return
            self.scene.tend()
            time.sleep(pause)
        self.say(f"gave up: {self._states(batch)}")

    def _left(self, batch: Batch) -> int:
        return batch.rows.exclude(state=DeliveryState.PUBLISHED).count()

    def _states(self, batch: Batch) -> dict[str, int]:
        found: dict[str, int] = {}
        for state in batch.rows.values_list("state", flat=True):
            found[state] = found.get(state, 0) + 1
        return found

    def _read(self) -> Reading:
        cpu = {name: gauges.cpu_seconds(pid) for name, pid in self.scene.pids().items()}
        return Reading(cpu, tally.read(self.scene.tally))

    def _memory(self) -> float:
        """Of the process that publishes."""
        pids = self.scene.pids()
        return gauges.memory_mb(pids.get("worker") or pids.get("publisher", 0))

    # -- after

    def _pool(self) -> int:
        return self.options.pool or calls.pool_size(alone=self.options.publisher_only)

    def _limit(self, there: list[Place]) -> tuple[calls.Pace, calls.Pace]:
        size = self._pool()
        count = max(LIMIT_LEAST, min(self.options.due, LIMIT_MOST))
        self.say(f"the same calls from {size} bare threads")
        return calls.limit(there, count, size), calls.adapters(there, count, size)

    def _tell(self, sql: tally.Total) -> None:
        uses = sorted(sql.uses.items(), key=lambda item: -item[1].times)
        for text, use in uses[: self.options.statements]:
            each = use.seconds * 1000 / use.times
            share = use.times / self.options.due
            self.say(f"{share:6.2f} per delivery, {each:6.2f} ms: {text[:300]}")
