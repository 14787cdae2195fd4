"""A whole Drumbeat for one measurement: a database, the platforms' site, and the product beside it.

Two stacks share the database. The web server is the platforms' side and runs all the time; worker,
beat and publisher are what is measured, and can be started and stopped.
"""

import base64
import contextlib
import os
import secrets
import shutil
import socket
import subprocess
import time
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

import psycopg
from django.conf import settings
from django.core.management import call_command

from config.celery import app
from config.supervisor.errors import CannotStart
from config.supervisor.postgres import EmbeddedPostgres
from config.supervisor.processes import kill_group, undisturbed
from config.supervisor.stack import Options, Stack

SETTINGS = "bench.settings"
PRODUCT = ("worker", "beat", "publisher")
# A file with the empty tables, for who starts many scenes: made anew they take longest of all.
MIGRATED = "BENCH_MIGRATED"


def environment(folder: Path) -> dict[str, str]:
    """For this process and all it starts. Nothing of the caller's installation shines through."""
    return {
        "DJANGO_SETTINGS_MODULE": SETTINGS,
        "DATABASE_URL": EmbeddedPostgres(folder / "postgres").url(),
        "REDIS_URL": "",
        "EMAIL_HOST": "",
        "SENTRY_DSN": "",
        "DRUMBEAT_DATA": str(folder / "bench"),
        "DRUMBEAT_STATIC": str(folder / "static"),
        # Standard output is for one JSON object.
        "DRUMBEAT_LOG_LEVEL": "ERROR",
        "DRUMBEAT_URL": f"http://127.0.0.1:{free_port()}",
        "DRUMBEAT_SECRET_KEY": secrets.token_urlsafe(50),
        "DRUMBEAT_TOKEN_KEYS": base64.urlsafe_b64encode(os.urandom(32)).decode(),
    }


class Scene:
    def __init__(
        self,
        folder: Path,
        *,
        children: Collection[str] = PRODUCT,
        redis: bool = False,
        keep: bool = False,
    ) -> None:
        self.folder, self.tally, self.keep = folder, folder / "tally", keep
        self.redis = Redis(folder) if redis else None
        self.postgres = EmbeddedPostgres(folder / "postgres")
        self._log = (folder / "drumbeat.log").open("w")
        self.tally.mkdir()
        address = os.environ["DRUMBEAT_URL"]
        static = os.environ["DRUMBEAT_STATIC"]
        Path(static).mkdir()
        shared = {
            "DRUMBEAT_URL": address,
            "DRUMBEAT_STATIC": static,
            "DRUMBEAT_LOG_LEVEL": "INFO",
        }
        self.platforms = self._stack("platforms", ("web",), shared, address.rpartition(":")[2])
        counted = {**shared, "BENCH_TALLY": str(self.tally)}
        self.product = self._stack("product", children, counted, "0")

    def _stack(
        self, name: str, children: Collection[str], env: Mapping[str, str], port: str
    ) -> Stack:
        options = Options(
            data=self.folder / name,
            port=int(port),
            database_url=self.postgres.url(),
            redis_url=self.redis.url if self.redis else "",
            settings=SETTINGS,
            children=children,
            env=env,
            prepare=False,
        )
        return Stack(options, out=self._log)

    @contextlib.contextmanager
    def open(self) -> Iterator["Scene"]:
        """The platforms are there; `product.start()` is for the caller."""
        with contextlib.ExitStack() as whole:
            whole.callback(self._log.close)
            if not self.keep:
                whole.callback(self.postgres.remove)
            whole.callback(self.postgres.stop)
            with undisturbed():
                self.postgres.start()
            read_migrated(self.postgres.url())
            call_command("migrate", interactive=False, verbosity=0)
            call_command("createcachetable", verbosity=0)
            if self.redis:
                whole.callback(self.redis.stop)
                self.redis.start()
            for stack in (self.platforms, self.product):
                whole.callback(stack.stop)
                # It is all thrown away: nobody waits for an answer that is on its way.
                whole.callback(stack.hurry)
            self.platforms.start()
            yield self

    def send_to_worker(self) -> None:
        """What this process enqueues goes where its worker looks, as from the product's web server:
        the two have folders of their own. Before anything is enqueued.
        """
        queue = str(self.product.options.data / "broker" / "queue")
        app.conf.broker_transport_options |= {"data_folder_in": queue, "data_folder_out": queue}

    def show_media(self) -> None:
        """What this process stores is what pages show. Before anything is stored."""
        stored, shown = Path(settings.MEDIA_ROOT), self.platforms.options.data / "media"
        stored.mkdir(parents=True)
        shown.symlink_to(stored)

    def pids(self) -> dict[str, int]:
        """Of every part that runs."""
        parts = {name: self.product.pid(name) for name in self.product.options.children}
        database = self.postgres.process.pid if self.postgres.process else 0
        parts |= {"web": self.platforms.pid("web"), "postgres": database}
        return {name: pid for name, pid in parts.items() if pid}

    def tend(self) -> None:
        self.product.tend()
        self.platforms.tend()


def read_migrated(url: str) -> None:
    if file := os.environ.get(MIGRATED):
        with psycopg.connect(url, autocommit=True) as direct:
            direct.execute(Path(file).read_bytes())


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Redis:
    """A redis-server that keeps nothing."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        program = shutil.which("redis-server")
        if program is None:
            raise CannotStart("redis-server is not installed; leave --redis away.")
        arguments = ["--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self.folder)]
        self._process = subprocess.Popen(
            [program, *arguments, "--save", "", "--appendonly", "no"],
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
        end = time.monotonic() + 10
        while not self._answers():
            if time.monotonic() > end:
                raise CannotStart("redis-server did not start.")
            time.sleep(0.05)

    def _answers(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def stop(self) -> None:
        if self._process:
            kill_group(self._process.pid)
            self._process.wait()
