"""Real processes for the tests that need them: the whole stack, Redis, a mail server.

    def test_it_goes_out(stack, redis_server, smtp):
        running = stack(redis_url=redis_server.url, env=smtp.env)
        os.kill(running.pid("worker"), signal.SIGKILL)

`stack()` uses the database of the test, so that rows made by factories are seen by the processes
and the other way round; mark such a test `django_db(transaction=True)`. `stack(database_url="")`
gives it an embedded PostgreSQL of its own, `demo=True` the demo team. All of it ends with the test.
"""

import contextlib
import fcntl
import io
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default as modern
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
import redis
from aiosmtpd.controller import Controller
from django.core.management import call_command
from django.db import connection

from config.supervisor.stack import ROOT, Options, Stack
from tests.migrated import shared_folder

# Above the well-known ports and below those the system gives to outgoing connections.
# Every one that runs tests beside others looks among ports of its own.
BESIDE = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
PORTS = range(18100, 31900)[BESIDE % 8 :: 8]
_taken: set[int] = set()


def free_port() -> int:
    """A port that nobody listens on, different at every call."""
    start = os.getpid() * 7 % len(PORTS)
    for port in (*PORTS[start:], *PORTS[:start]):
        if port in _taken:
            continue
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with contextlib.suppress(OSError):
                probe.bind(("127.0.0.1", port))
                _taken.add(port)
                return port
    raise RuntimeError("no free port")


def wait_until(check: Callable[[], Any], seconds: float = 10, what: str = "it") -> Any:
    """The first true answer of `check`; fails when there is none in time."""
    end = time.monotonic() + seconds
    while True:
        if answer := check():
            return answer
        assert time.monotonic() < end, f"{what} did not happen within {seconds:g} s"
        time.sleep(0.05)


def database_url_of_this_test() -> str:
    known = connection.get_connection_params()
    parts = {name: known[name] for name in ("user", "password", "host", "port") if known.get(name)}
    return f"postgresql:///{quote(known['dbname'])}?{urlencode(parts)}"


class RunningStack(Stack):
    """A Stack whose dead children are put back by a thread, as the supervisor does."""

    def __init__(self, options: Options, log: Path | None = None) -> None:
        self._log = log
        if log:
            log.parent.mkdir(parents=True, exist_ok=True)
        self.lines = log.open("a+") if log else io.StringIO()
        super().__init__(options, out=self.lines)
        self._over = threading.Event()
        self._tending = threading.Thread(target=self._tend, daemon=True)
        # Cleared by a test that wants a killed child to stay dead.
        self.reviving = True

    def start(self) -> None:
        super().start()
        self._tending.start()

    def _tend(self) -> None:
        while not self._over.wait(0.1):
            if self.reviving:
                self.tend()

    def kill(self, name: str) -> int:
        """SIGKILL to a child and all it started; the pid it had."""
        pid = self.pid(name)
        assert pid, f"{name} is not running:\n{self.log}"
        os.killpg(pid, signal.SIGKILL)
        return pid

    def wait_for_restart(self, name: str, old: int, seconds: float = 20) -> int:
        def other() -> int:
            pid = self.pid(name)
            return pid if pid != old else 0

        return int(wait_until(other, seconds, f"a new {name}"))

    @property
    def log(self) -> str:
        return self._log.read_text() if self._log else self.lines.getvalue()

    def stop(self) -> None:
        self._over.set()
        if self._tending.is_alive():
            self._tending.join()
        super().stop()


@pytest.fixture(scope="session")
def collected_static(tmp_path_factory) -> Path:
    """The hashed static files, collected once for all stacks, also of those who test beside us."""
    shared = shared_folder(tmp_path_factory)
    folder, unfinished = shared / "static", shared / "static.new"
    with (shared / "static.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            env = {
                **os.environ,
                "DJANGO_SETTINGS_MODULE": "config.settings.journey",
                "DRUMBEAT_STATIC": str(unfinished),
            }
            command = [sys.executable, "manage.py", "collectstatic", "--no-input", "-v0"]
            subprocess.run(command, cwd=ROOT, env=env, check=True)
            unfinished.rename(folder)
    return folder


@pytest.fixture
def stack(request, tmp_path_factory) -> Iterator[Callable[..., RunningStack]]:
    """A factory: `stack(children=("web", "worker"), env={…})` starts one and returns it."""
    running: list[RunningStack] = []

    def start(
        *,
        children: tuple[str, ...] = ("web", "worker", "beat", "publisher"),
        redis_url: str = "",
        database_url: str | None = None,
        env: dict[str, str] | None = None,
        demo: bool = False,
        data: Path | None = None,
        port: int | None = None,
    ) -> RunningStack:
        extra = {"EMAIL_HOST": "", **(env or {})}
        shared = database_url is None
        if database_url is None:
            request.getfixturevalue("transactional_db")
            database_url = database_url_of_this_test()
            # The tests themselves keep their cache in memory.
            call_command("createcachetable", "cache", verbosity=0)
            if "web" in children:
                collected = request.getfixturevalue("collected_static")
                extra["DRUMBEAT_STATIC"] = str(collected)
        one = RunningStack(
            Options(
                data=data or tmp_path_factory.mktemp("stack"),
                port=port or free_port(),
                database_url=database_url,
                redis_url=redis_url,
                settings="config.settings.journey",
                children=children,
                env=extra,
                # The database of a test is migrated already.
                prepare=not shared,
                demo=demo,
            )
        )
        running.append(one)
        one.start()
        return one

    yield start
    for one in running:
        one.stop()
    # Shown by pytest when the test has failed.
    for one in running:
        print(one.log)


class RedisServer:
    """A redis-server of our own. `stop` and `start` again for tests of its absence."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        program = shutil.which("redis-server")
        assert program, "redis-server is not installed; see bin/browser-deps"
        arguments = ["--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self.folder)]
        self.process = subprocess.Popen(
            [program, *arguments, "--save", "", "--appendonly", "no"],
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
        wait_until(self._answers, what="an answer of redis-server")

    def client(self) -> redis.Redis:
        return redis.Redis(port=self.port)

    def _answers(self) -> bool:
        with contextlib.suppress(redis.ConnectionError), self.client() as client:
            return bool(client.ping())
        return False

    def stop(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None


@pytest.fixture
def redis_server(tmp_path) -> Iterator[RedisServer]:
    server = RedisServer(tmp_path)
    server.start()
    yield server
    server.stop()


class MailServer:
    """Receives mail over real SMTP and keeps it. `env` points a stack at it."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.port = free_port()
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)

    @property
    def env(self) -> dict[str, str]:
        return {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": str(self.port)}

    async def handle_DATA(self, server, session, envelope) -> str:  # noqa: N802  (aiosmtpd's name)
        self.messages.append(BytesParser(EmailMessage, policy=modern).parsebytes(envelope.content))
        return "250 OK"

    def start(self) -> None:
        self._controller.start()

    def stop(self) -> None:
        self._controller.stop()

    def to(self, address: str) -> list[EmailMessage]:
        return [message for message in self.messages if address in str(message["To"])]

    def wait_for(self, address: str, seconds: float = 15) -> EmailMessage:
        """The newest mail to `address`, once there is one."""
        return wait_until(lambda: self.to(address), seconds, f"a mail to {address}")[-1]


@pytest.fixture
def smtp() -> Iterator[MailServer]:
    server = MailServer()
    server.start()
    yield server
    server.stop()
