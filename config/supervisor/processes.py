"""Child processes that are kept alive: in sessions of their own, restarted when they die."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

import psutil

WIDTH = 9
LONGEST_PAUSE = 10.0
# A child that lived this long was well: its next death counts as the first.
WELL_AFTER = 30.0


@dataclass(frozen=True)
class Job:
    name: str
    command: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict)


class Child:
    """One process and all it started: it leads a session, so a signal can reach the whole group."""

    def __init__(self, job: Job, env: Mapping[str, str], cwd: Path, out: TextIO) -> None:
        self.job, self.env, self.cwd, self.out = job, env, cwd, out
        self.process: subprocess.Popen[bytes] | None = None
        self.deaths = 0
        self.started = 0.0
        self.again_at = 0.0

    @property
    def pid(self) -> int:
        return self.process.pid if self.process else 0

    @property
    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def start(self) -> None:
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            self.job.command,
            env={**self.env, **self.job.env},
            cwd=self.cwd,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        threading.Thread(target=self._pass_on, args=(self.process,), daemon=True).start()

    def _pass_on(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdout
        for line in process.stdout:
            say(self.job.name, line.decode(errors="replace").rstrip("\n"), self.out)

    def terminate(self) -> None:
        if self.alive and self.process:
            self.process.send_signal(signal.SIGTERM)

    def wait(self, seconds: float) -> bool:
        """Whether it has ended by then."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            if self.process:
                self.process.wait(max(seconds, 0))
        return not self.alive

    def sweep(self) -> None:
        """Kill what is left of the group: a dead parent may leave workers behind."""
        if self.process:
            kill_group(self.process.pid)
            self.process.wait()

    def revive(self) -> None:
        """Called often: notice a death, clear up, and start again after a pause that grows."""
        if self.alive:
            return
        now = time.monotonic()
        if not self.again_at:
            self.deaths = 1 if now - self.started > WELL_AFTER else self.deaths + 1
            pause = min(0.25 * 2 ** (self.deaths - 1), LONGEST_PAUSE)
            self.again_at = now + pause
            code = self.process.returncode if self.process else "unknown"
            self.sweep()
            say(self.job.name, f"ended ({code}), starting again in {pause:g} s", self.out)
        elif now >= self.again_at:
            self.again_at = 0.0
            self.start()


class Crew:
    """The children of one supervisor, and a file that lets the next one find those left alone."""

    def __init__(self, env: Mapping[str, str], cwd: Path, ledger: Path, out: TextIO) -> None:
        self.env, self.cwd, self.ledger, self.out = env, cwd, ledger, out
        self.children: dict[str, Child] = {}

    def start(self, jobs: Sequence[Job]) -> None:
        with undisturbed():
            for job in jobs:
                child = Child(job, self.env, self.cwd, self.out)
                child.start()
                self.children[job.name] = child
            self._note()

    def revive(self) -> None:
        # A copy: whoever else has this crew may start and end some of it meanwhile.
        children = list(self.children.values())
        with undisturbed():
            before = [child.pid for child in children]
            for child in children:
                child.revive()
            if before != [child.pid for child in children]:
                self._note()

    def stop(self, patience: float) -> None:
        """Ask all at once, wait, then insist."""
        for child in self.children.values():
            child.terminate()
        end = time.monotonic() + patience
        for child in self.children.values():
            child.wait(end - time.monotonic())
            child.sweep()
        self.children.clear()
        self.ledger.unlink(missing_ok=True)

    def kill(self) -> None:
        for child in self.children.values():
            kill_group(child.pid)

    def _note(self) -> None:
        born = {}
        for child in list(self.children.values()):
            with contextlib.suppress(psutil.Error):
                born[child.pid] = psutil.Process(child.pid).create_time()
        self.ledger.write_text(json.dumps(born))


def end_leftovers(ledger: Path) -> bool:
    """A killed supervisor could not stop its children. End those that still are the same."""
    if not ledger.exists():
        return False
    with contextlib.suppress(ValueError):
        for pid, born in json.loads(ledger.read_text()).items():
            try:
                # Not to the tick: the time is reckoned from the machine's start, which wavers.
                same = abs(psutil.Process(int(pid)).create_time() - born) < 2
            except psutil.NoSuchProcess:
                # No process can have this number while a group is still named after it.
                same = True
            if same:
                kill_group(int(pid))
    ledger.unlink()
    return True


@contextlib.contextmanager
def undisturbed() -> Iterator[None]:
    """Hold signals back for a moment: a child whose start they interrupt would belong to nobody."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[int] = []
    usual = {
        number: signal.signal(number, lambda which, _: came.append(which))
        for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield
    finally:
        for number, handler in usual.items():
            signal.signal(number, handler)
    if came:
        signal.raise_signal(came[0])


def kill_group(pid: int) -> None:
    if pid <= 0:
        return
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def say(name: str, line: str, out: TextIO = sys.stdout) -> None:
    out.write(f"{name:<{WIDTH}}| {line}\n")
    out.flush()
