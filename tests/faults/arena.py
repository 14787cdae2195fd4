"""A Drumbeat that may be broken, beside platforms that are not: each has a PostgreSQL of its own.

    with Arena(folder) as arena, arena.here():
        arena.run("worker", "beat")
        arena.kill("worker")

`here` lets the models and services of this process work on the arena: those of the sandbox on the
platforms' database, all others on the product's. Used by soak.py and by conftest.py.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg
from django.conf import settings

from bench.scene import read_migrated
from config.supervisor.postgres import EmbeddedPostgres
from config.supervisor.processes import kill_group
from config.supervisor.stack import ROOT, Options, jobs_for
from publishers.sandbox.models import Fault
from tests.faults.here import pointed_at
from tests.processes import RunningStack, free_port

SETTINGS = "config.settings.journey"
HASTY_SETTINGS = "tests.faults.settings"
# What `run` starts; "web" is the product's own.
DELIVERY = ("worker", "beat", "publisher")
# In bytes: for a few hundred thousand lines of the flight recorder.
SMALL_DISK = 64_000_000
WRAPPED = ROOT / "tests" / "faults" / "altered.py"


@dataclass(frozen=True)
class Patience:
    """What the product waits for, in seconds: shorter than in life, so that a run ends.

    `quiet`: how long absence proves nothing. `gap`: between two reads that must agree.
    """

    quiet: float = 6
    gap: float = 2


class Arena:
    def __init__(
        self,
        folder: Path,
        *,
        patience: Patience = Patience(),
        redis_url: str = "",
        web: bool = False,
        settings_module: str = SETTINGS,
        env: Mapping[str, str] | None = None,
    ) -> None:
        self.folder, self.patience = folder, patience
        self._collects = web and "DRUMBEAT_STATIC" not in (env or {})
        self.database = EmbeddedPostgres(folder / "database")
        self.platform_database = EmbeddedPostgres(
            folder / "platforms-database", database="platforms", durable=False
        )
        self.platforms = RunningStack(
            Options(
                data=folder / "platforms",
                port=free_port(),
                database_url=self.platform_database.url(),
                settings="tests.faults.unpooled",
                children=("web",),
                env={
                    "EMAIL_HOST": "",
                    "PYTHONPATH": str(ROOT),
                    "DRUMBEAT_SANDBOX_REFUSES_REPEATS": "0",
                },
                prepare=False,
                demo=False,
            ),
            log=folder / "platforms.log",
        )
        self.product = RunningStack(
            Options(
                data=folder / "product",
                port=free_port(),
                database_url=self.database.url(),
                redis_url=redis_url,
                settings=settings_module,
                children=("web",) if web else (),
                env={
                    "EMAIL_HOST": "",
                    "PYTHONPATH": str(ROOT),
                    "DRUMBEAT_SANDBOX_URL": self.sandbox_url,
                    "DRUMBEAT_QUIET_SECONDS": f"{patience.quiet:g}",
                    "DRUMBEAT_READ_GAP_SECONDS": f"{patience.gap:g}",
                    "DRUMBEAT_LOG_LEVEL": "WARNING",
                    # The keys of this process, for processes that must read what it writes.
                    "DRUMBEAT_SECRET_KEY": settings.SECRET_KEY,
                    "DRUMBEAT_TOKEN_KEYS": ",".join(settings.TOKEN_KEYS),
                    **(env or {}),
                },
                prepare=False,
                demo=False,
            ),
            log=folder / "product.log",
        )
        self._jobs = {job.name: job for job in jobs_for(self.product.options.port)}
        self._down = threading.Lock()
        self._special: set[str] = set()
        self.small_disk = False

    @property
    def sandbox_url(self) -> str:
        return f"{self.platforms.address}/sandbox"

    @property
    def media(self) -> Path:
        return self.folder / "product" / "media"

    # -- beginning and end

    def __enter__(self) -> "Arena":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        for stack in (self.product, self.platforms):
            stack.home.path.mkdir(parents=True, exist_ok=True)
        self._make_small_disk()
        try:
            with ThreadPoolExecutor(2) as both:
                list(both.map(lambda make: make(), (self._make_product, self._make_platforms)))
            self.product.start()
        except BaseException:
            self.stop()
            raise

    @property
    def journal(self) -> Path:
        return self.folder / "product" / "journal"

    def _make_small_disk(self) -> None:
        """The flight recorder gets a disk of its own that can be filled; only root can make one."""
        self.journal.mkdir(parents=True, exist_ok=True)
        command = ["mount", "-t", "tmpfs", "-o", f"size={SMALL_DISK}", "drumbeat", self.journal]
        made = os.geteuid() == 0 and subprocess.run(command, capture_output=True, check=False)
        self.small_disk = bool(made) and made.returncode == 0

    def _make_platforms(self) -> None:
        self.platform_database.start()
        self._manage(self.platforms, "migrate", "sandbox", "-v0")
        self.platforms.start()

    def _make_product(self) -> None:
        self.database.start()
        # A crash of PostgreSQL loses nothing that was written; only one of the machine would.
        with psycopg.connect(self.database.url(), autocommit=True) as direct:
            direct.execute("ALTER SYSTEM SET fsync = off")
            direct.execute("ALTER SYSTEM SET full_page_writes = off")
            direct.execute("SELECT pg_reload_conf()")
        read_migrated(self.database.url())
        self._manage(self.product, "migrate", "-v0")
        self._manage(self.product, "createcachetable", "-v0")
        if self._collects:
            self._manage(self.product, "collectstatic", "--no-input", "-v0")

    def _manage(self, stack: RunningStack, *command: str) -> None:
        env = {**stack.environment(), "DRUMBEAT_LOG_LEVEL": "ERROR"}
        subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=env, check=True)

    def stop(self) -> None:
        self.thaw(self.children)
        for stack in (self.product, self.platforms):
            stack.hurry()
            stack.stop()
        self.database.stop()
        self.platform_database.stop()
        if self.small_disk:
            self.small_disk = False
            subprocess.run(["umount", "-l", self.journal], check=False)

    def remove(self) -> None:
        """What is left on the disk, also where PostgreSQL was put because root may not run it."""
        for server in (self.database, self.platform_database):
            pointer = server.home / "elsewhere"
            if pointer.exists():
                shutil.rmtree(pointer.read_text().strip(), ignore_errors=True)
        shutil.rmtree(self.folder, ignore_errors=True)

    # -- this process

    @contextlib.contextmanager
    def here(self) -> Iterator["Arena"]:
        """Point models, settings and adapters of this process at the arena."""
        urls = self.database.url(), self.platform_database.url()
        own = {"SANDBOX_URL": self.sandbox_url, "MEDIA_ROOT": self.media}
        with pointed_at(*urls, DATA_DIR=self.folder / "product", **own):
            yield self

    # -- processes: "worker", "worker-2", … are the same job, several times

    @property
    def children(self) -> list[str]:
        crew = self.product.crew
        return [name for name in (crew.children if crew else ()) if name != "web"]

    def run(self, *names: str, env: Mapping[str, str] | None = None, altered: bool = False) -> None:
        """Have exactly these delivery processes, beside the web server; those that are there stay.

        `altered`: with the changes of altered.py that `env` asks for. Such a process is never kept
        for the next one who asks.
        """
        stay = set() if env or altered else set(names) - self._special
        self.end(*(name for name in self.children if name not in stay))
        self.add(*(name for name in names if name not in self.children), env=env, altered=altered)

    def add(self, *names: str, env: Mapping[str, str] | None = None, altered: bool = False) -> None:
        assert self.product.crew
        self._special = (self._special - set(names)) | (set(names) if env or altered else set())
        self.product.crew.start([self._job(name, env or {}, altered) for name in names])

    def _job(self, name: str, env: Mapping[str, str], altered: bool):
        job = self._jobs[name.partition("-")[0]]
        command = job.command
        if altered:
            command = (command[0], str(WRAPPED), *command[1:])
        return replace(job, name=name, command=command, env={**job.env, **env})

    def end(self, *names: str, kill: bool = True) -> None:
        """End them for good: at once, or as a deployment does."""
        crew = self.product.crew
        gone = [crew.children.pop(name) for name in names if crew and name in crew.children]
        for child in gone:
            if kill:
                kill_group(child.pid)
            child.terminate()
        for child in gone:
            child.wait(40)
            child.sweep()

    def pid(self, name: str) -> int:
        return self.product.pid(name)

    def kill(self, name: str) -> int:
        """SIGKILL; the supervisor puts it back. The pid it had, 0 when it was not there."""
        return self._signal(name, signal.SIGKILL)

    def terminate(self, name: str) -> int:
        if pid := self.pid(name):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)
        return pid

    def freeze(self, name: str) -> int:
        return self._signal(name, signal.SIGSTOP)

    def thaw(self, names: Iterable[str]) -> None:
        for name in names:
            self._signal(name, signal.SIGCONT)

    def _signal(self, name: str, number: signal.Signals) -> int:
        pid = self.pid(name)
        if pid:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(pid, number)
        return pid

    @property
    def environment(self) -> dict[str, str]:
        """What the product's processes see, for others like them."""
        return self.product.environment()

    def heal(self) -> None:
        """Nothing frozen, nothing armed on the platforms."""
        self.thaw(self.children)
        Fault.objects.exclude(remaining=0).update(remaining=0)

    def crash_database(self, down: float = 0.0) -> None:
        """As if PostgreSQL had died, and somebody started it again after so many seconds."""
        with self._down:
            process = self.database.process
            assert process is not None
            process.send_signal(signal.SIGQUIT)
            process.wait(20)
            time.sleep(down)
            self.database.start()

    @property
    def log(self) -> str:
        return self.product.log
