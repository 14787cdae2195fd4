"""One measurement of delivery: a world, a warm-up, the drain, and the limit beside it."""

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from bench import calls, claims, gauges, ledger, report, tally, world
from bench.scene import Scene
from bench.world import Batch, Place
from posts import states
from posts.states import DeliveryState

MONTH = 30 * 86_400.0
WARM = 48
# Before the time: what is claimed ahead of it, and a little more.
BEFORE = 3.0
# How fast times are given to what was written: slow, so that it is certainly done in time.
ROWS_PER_SECOND = 2000
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
    crowd: int
    crowd_platform: str
    crowd_latency_ms: int | None
    pool: int
    lead: float
    patience: float
    redis: bool
    publisher_only: bool
    statements: int


class Measurement:
    def __init__(self, scene: Scene, options: Options, say: Callable[[str], None]) -> None:
        self.scene, self.options, self.say = scene, options, say
        self.pool = options.pool or calls.pool_size(_platforms(options.platform))
        self.memory: list[float] = []
        self.crowd: Batch | None = None

    def run(self) -> dict[str, Any]:
        """The report: plain data, keys as docs/measurements.md explains them."""
        options, machine = self.options, gauges.machine()
        there, warm, batch = self._world()
        claim = claims.timed(batch)
        self._warm_up(warm)
        batch = self._bring_to_time(batch)
        counted, before = tally.read(self.scene.tally), gauges.read(self.scene.pids())
        self._drain(batch)
        spent = gauges.read(self.scene.pids()).since(before)
        sql = tally.read(self.scene.tally).since(counted)
        for line in report.listing(sql, options.due, options.statements):
            self.say(line)
        seen = ledger.read(batch, options.latency_ms)
        limit, adapters, beside = self._limit(there)
        return {
            **report.timeliness(seen, batch, options.due, limit),
            **report.cost(spent, self.scene.product.options.children, options.due, adapters),
            "cpu_ms_by_part_of_limit": report.by_part(beside, limit.count + self.pool),
            **report.statements(sql, options.due),
            "states": self._states(batch),
            "claim_ms": claim,
            "memory_mb": {
                "before": self.memory[0],
                "after": self.memory[-1],
                "tenths": self.memory[1:],
            },
            "busy_elsewhere": {"drain": spent.elsewhere, "limit": beside.elsewhere},
            "options": asdict(options) | {"pool": self.pool},
            "machine": machine,
        }

    # -- before

    def _world(self) -> tuple[list[Place], Batch, Batch]:
        options = self.options
        self.say(f"making {options.channels} channels")
        there = world.places(
            options.channels,
            teams=min(options.teams, options.channels),
            platforms=_platforms(options.platform),
            latency_ms=options.latency_ms,
        )
        if options.old:
            self.say(f"writing {options.old} old deliveries")
            world.published_long_ago(there, options.old)
        if options.queued:
            self.say(f"writing {options.queued} deliveries of later days")
            world.schedule(there, "Later", options.queued, spread=MONTH)
        if options.crowd:
            self.crowd = self._crowd()
        self.say(f"writing {options.due} deliveries")
        warm = world.schedule(there, "Warm", min(WARM, options.channels))
        batch = world.schedule(there, "Due", options.due, spread=options.spread)
        return there, warm, batch

    def _crowd(self) -> Batch:
        """Another team's posts, all due with the first: they must not keep the measured ones."""
        options = self.options
        self.say(f"writing {options.crowd} deliveries of another team")
        slow = options.crowd_latency_ms
        there = world.places(
            options.channels,
            teams=1,
            platforms=_platforms(options.crowd_platform),
            latency_ms=options.latency_ms if slow is None else slow,
            label="Crowd",
        )
        return world.schedule(there, "Crowd", options.crowd)

    def _warm_up(self, warm: Batch) -> None:
        self.say("starting the processes, warming up")
        world.shift(warm, world.now())
        self.scene.product.start()
        self._wait(warm, 90)

    def _bring_to_time(self, batch: Batch) -> Batch:
        """On a whole second; back a moment before anything of it is claimed."""
        writing = (self.options.due + self.options.crowd) / ROWS_PER_SECOND
        wanted = world.now() + timedelta(seconds=max(self.options.lead, BEFORE) + writing + 1)
        batch = world.shift(batch, wanted.replace(microsecond=0))
        if self.crowd:
            world.shift(self.crowd, batch.due)
        self._pause(batch.due - timedelta(seconds=BEFORE))
        return batch

    def _pause(self, until: datetime) -> None:
        while (left := (until - world.now()).total_seconds()) > 0:
            self.scene.tend()
            time.sleep(min(left, 0.2))

    # -- the drain

    def _drain(self, batch: Batch) -> None:
        options = self.options
        self.memory.append(self._memory())
        self._pause(batch.due)
        self.say("draining")
        enough = 120 + options.spread + options.due / 5
        self._wait(batch, options.patience or enough, tenths=True)
        self.memory.append(self._memory())

    def _wait(self, batch: Batch, patience: float, *, tenths: bool = False) -> None:
        """Until every delivery has ended and every post is done; or for so long."""
        end, told, total = time.monotonic() + patience, 0, batch.rows.count()
        pause = 0.2 if total <= 2000 else 1.0
        while time.monotonic() < end:
            left = batch.rows.exclude(state=DeliveryState.PUBLISHED).count()
            if tenths and (total - left) * 10 // total > told:
                told = (total - left) * 10 // total
                self.memory.append(self._memory())
                self.say(f"{total - left} of {total} are out, the worker has {self.memory[-1]} MB")
            if not left and not batch.posts.exclude(stage=states.Stage.DONE).exists():
                return
            self.scene.tend()
            time.sleep(pause)
        self.say(f"gave up waiting: {self._states(batch)}")

    def _states(self, batch: Batch) -> dict[str, int]:
        found: dict[str, int] = {}
        for state in batch.rows.values_list("state", flat=True):
            found[state] = found.get(state, 0) + 1
        return found

    def _memory(self) -> float:
        """Of the process that publishes."""
        pids = self.scene.pids()
        return gauges.memory_mb(pids.get("worker") or pids.get("publisher", 0))

    # -- after

    def _limit(self, there: Sequence[Place]) -> tuple[calls.Pace, calls.Pace, gauges.Reading]:
        """With the product gone: its ticks are not the platforms'."""
        self.scene.product.hurry()
        self.scene.product.stop()
        count = max(LIMIT_LEAST, min(self.options.due, LIMIT_MOST))
        self.say(f"the same calls from {self.pool} bare threads")
        before = gauges.read(self.scene.pids())
        bare = calls.limit(there, count, self.pool)
        beside = gauges.read(self.scene.pids()).since(before)
        return bare, calls.adapters(there, count, self.pool), beside


def _platforms(chosen: str) -> list[str]:
    return [chosen] if chosen else calls.platforms()
