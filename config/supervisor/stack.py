"""All of Drumbeat as one object: environment, database, children. Used by __main__ and by tests."""

import os
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from config.supervisor import prepared
from config.supervisor.errors import CannotStart
from config.supervisor.home import Home
from config.supervisor.postgres import EmbeddedPostgres
from config.supervisor.processes import Crew, Job, end_leftovers, undisturbed

ROOT = Path(__file__).resolve().parents[2]
EVERYTHING = ("web", "worker", "beat", "publisher")
# A call that may be on the wire gets its answer: the longest one and a little more.
PATIENCE = 35.0
# For processes that publish: they hold no lock and no transaction for long.
STRICT = {"DRUMBEAT_DB_STRICT": "1"}


@dataclass
class Options:
    """`database_url` and `redis_url` empty: the embedded ones."""

    data: Path
    port: int = 8000
    database_url: str = ""
    redis_url: str = ""
    settings: str = "config.settings.sandbox"
    children: Collection[str] = EVERYTHING
    env: Mapping[str, str] = field(default_factory=dict)
    prepare: bool = True
    demo: bool = True


def from_environment() -> Options:
    port = os.environ.get("PORT", "8000")
    if not port.isdecimal() or not 0 < int(port) < 65536:
        raise CannotStart(f"PORT must be a number from 1 to 65535, not “{port}”.")
    return Options(
        data=Path(os.environ.get("DRUMBEAT_DATA") or ROOT / "var"),
        port=int(port),
        database_url=os.environ.get("DATABASE_URL", ""),
        redis_url=os.environ.get("REDIS_URL", ""),
    )


class Stack:
    """`start` returns when the web server answers; `tend` is called often; `stop` ends all."""

    def __init__(self, options: Options, out: TextIO = sys.stdout) -> None:
        self.options, self.out = options, out
        self.home = Home(options.data)
        self.postgres = None if options.database_url else EmbeddedPostgres(self.home.postgres)
        self.crew: Crew | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.options.port}"

    @property
    def database_url(self) -> str:
        return self.postgres.url() if self.postgres else self.options.database_url

    def start(self) -> None:
        self.home.open()
        # The port of somebody killed is free again in a moment.
        patience = 3.0 if end_leftovers(self.home.children) else 0.0
        if "web" in self.options.children:
            check_port(self.options.port, patience)
        if self.postgres:
            with undisturbed():
                self.postgres.start()
        env = self.environment()
        if self.options.prepare:
            prepared.unless_done(
                env, self.home.prepared, cwd=ROOT, demo=self.options.demo, out=self.out
            )
        self.crew = Crew(env, ROOT, self.home.children, self.out)
        jobs = [job for job in jobs_for(self.options.port) if job.name in self.options.children]
        # The web server first and alone: it is what somebody is waiting for.
        self.crew.start(jobs[:1])
        if "web" in self.options.children:
            self._wait_for_web()
        self.crew.start(jobs[1:])

    def environment(self) -> dict[str, str]:
        """What the children see: the caller's environment, our addresses, the keys."""
        own = {
            "DJANGO_SETTINGS_MODULE": self.options.settings,
            "DATABASE_URL": self.database_url,
            "REDIS_URL": self.options.redis_url,
            "DRUMBEAT_DATA": str(self.home.path),
            "DRUMBEAT_STATIC": str(self.home.static),
            "PYTHONUNBUFFERED": "1",
            # On the file system of the broker: it takes messages by moving them here.
            "TMPDIR": str(self.home.scratch),
        }
        defaults = {
            "DRUMBEAT_URL": self.address,
            "DRUMBEAT_LOG_JSON": "0" if self.out.isatty() else "1",
            # Each of glibc's arenas keeps what its busiest second needed, and threads make many.
            "MALLOC_ARENA_MAX": "2",
            **self.home.secrets(),
        }
        return {**defaults, **os.environ, **own, **self.options.env}

    def tend(self) -> None:
        """Put back what has died."""
        if self.postgres and not self.postgres.alive:
            self.out.write("PostgreSQL has ended, starting it again\n")
            self.postgres.start()
        if self.crew:
            self.crew.revive()

    def stop(self) -> None:
        if self.crew:
            self.crew.stop(PATIENCE)
        if self.postgres:
            self.postgres.stop()
        self.home.close()

    def hurry(self) -> None:
        """While stopping: wait for nobody."""
        if self.crew:
            self.crew.kill()

    def pid(self, name: str) -> int:
        """The process id of a child; 0 when it is not running."""
        child = self.crew.children.get(name) if self.crew else None
        return child.pid if child and child.alive else 0

    def _wait_for_web(self, patience: float = 60) -> None:
        end = time.monotonic() + patience
        while time.monotonic() < end:
            if answers(f"{self.address}/health/live"):
                return
            self.tend()
            time.sleep(0.05)
        raise CannotStart(
            f"The web server does not answer at {self.address}; its lines above say why."
        )


def jobs_for(port: int) -> list[Job]:
    python = sys.executable
    celery = (python, "-m", "celery", "--quiet", "-A", "config")
    granian = (python, "-m", "granian", "--interface", "asginl", "--host", "127.0.0.1")
    log = str(Path(__file__).with_name("granian.json"))
    return [
        Job(
            "web",
            (*granian, "--port", str(port), "--log-config", log, "--workers-kill-timeout", "5",
             "config.asgi:application"),
            {"DRUMBEAT_DB_POOL": "1"},
        ),
        Job(
            "worker",
            (*celery, "worker", "--pool=threads", "--concurrency=16", "--without-gossip",
             "--without-mingle", "--without-heartbeat", "--loglevel=INFO"),
            STRICT,
        ),
        Job("beat", (*celery, "beat", "--pidfile=", "--loglevel=INFO"), STRICT),
        Job("publisher", (python, "manage.py", "publisher"), STRICT),
    ]  # fmt: skip


def check_port(port: int, patience: float = 0.0) -> None:
    end = time.monotonic() + patience
    while error := _why_not(port):
        if time.monotonic() >= end:
            raise CannotStart(
                f"Port {port} cannot be used ({error}). "
                f"Choose another one: PORT={port % 60000 + 1} make run"
            )
        time.sleep(0.05)


def _why_not(port: int) -> str:
    """Why nobody could listen there now; empty when one could."""
    with socket.socket() as probe:
        # As the server will: a connection of the last run that lingers does not keep the port.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            return error.strerror or str(error)
    return ""


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5):
            return True
    except urllib.error.HTTPError as error:
        return error.code < 500
    except OSError:
        return False
