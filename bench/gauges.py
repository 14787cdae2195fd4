"""What processes cost: CPU and memory of a child with all it started, and the machine's facts."""

import os
import platform
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import psutil


@dataclass(frozen=True)
class Reading:
    """CPU seconds, at one moment or between two: by part, and of the whole machine."""

    at: float
    cpu: Mapping[str, float]
    machine: float

    def since(self, before: "Reading") -> "Reading":
        cpu = {name: spent - before.cpu.get(name, 0.0) for name, spent in self.cpu.items()}
        return Reading(self.at - before.at, cpu, self.machine - before.machine)

    @property
    def elsewhere(self) -> float:
        """Between two: so many cores were busy with other things. Figures want next to none."""
        return round(max(0.0, self.machine - sum(self.cpu.values())) / self.at, 2)


def read(pids: Mapping[str, int]) -> Reading:
    """Of these parts, and of this process as `bench`."""
    cpu = {name: _cpu_seconds(pid) for name, pid in pids.items()}
    times = psutil.cpu_times()
    # What the host took away counts as busy: we could not have it. Guests are in `user` already.
    busy = sum(times) - times.idle - times.iowait - times.guest - times.guest_nice
    return Reading(time.monotonic(), cpu | {"bench": time.process_time()}, float(busy))


def _family(pid: int) -> list[psutil.Process]:
    try:
        first = psutil.Process(pid)
        return [first, *first.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def _cpu_seconds(pid: int) -> float:
    """User and system time of a process, of those it started, and of those that have ended."""
    total = 0.0
    for process in _family(pid):
        try:
            used = process.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += used.user + used.system + used.children_user + used.children_system
    return total


def memory_mb(pid: int) -> float:
    total = 0
    for process in _family(pid):
        try:
            total += process.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return round(total / 2**20, 1)


def machine() -> dict[str, object]:
    return {
        "cores": os.cpu_count(),
        "model": _model(),
        "memory_gb": round(psutil.virtual_memory().total / 2**30, 1),
        "python": platform.python_version(),
        "load_before": round(os.getloadavg()[0], 2),
    }


def _model() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    named = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return named[0] if named else platform.processor()
