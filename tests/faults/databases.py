"""Databases that are dumped, restored, copied and swapped under a product that goes on.

The simulated platforms live in a database of their own, so that what they have accepted is still
there when the product's database has gone back in time.
"""

import contextlib
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from config.supervisor.postgres import USER, EmbeddedPostgres
from config.supervisor.processes import kill_group
from config.supervisor.stack import ROOT, Options
from tests.processes import RunningStack, database_url_of_this_test, free_port

# A product that holds more connections than this is not ours.
MOST_CONNECTIONS = 400


def named(name: str) -> str:
    """The address of another database on the same server."""
    parts = conninfo_to_dict(database_url_of_this_test())
    return make_conninfo(**{**parts, "dbname": name})


def url_of(name: str) -> str:
    ours = connection.get_connection_params()["dbname"]
    return database_url_of_this_test().replace(f"/{ours}?", f"/{name}?")


def run(*words: str | sql.Composable) -> None:
    """Statements that no transaction can hold, on the server rather than on a database."""
    with psycopg.connect(named("postgres"), autocommit=True) as admin:
        for word in words:
            admin.execute(word)


def statement(words: str, *names: str) -> sql.Composed:
    return sql.SQL(words).format(*(sql.Identifier(name) for name in names))


def copy(source: str, target: str) -> None:
    """Nobody may be connected to the source; whoever is, is sent away."""
    connection.close()
    drop(target)
    with psycopg.connect(named("postgres"), autocommit=True) as admin:
        admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [source]
        )
        admin.execute(statement("CREATE DATABASE {} TEMPLATE {}", target, source))


def drop(name: str) -> None:
    run(statement("DROP DATABASE IF EXISTS {} WITH (FORCE)", name))


def swap_in(fresh: str, ours: str) -> None:
    """As a restore that was prepared beside it: everybody is sent away and finds the other one."""
    connection.close()
    drop(ours)
    run(statement("ALTER DATABASE {} RENAME TO {}", fresh, ours))


def value(name: str, query: str) -> Any:
    """One value out of another database on the same server."""
    with psycopg.connect(named(name)) as there:
        return there.execute(query).fetchone()[0]


def program(name: str, *arguments: str) -> None:
    server: EmbeddedPostgres = settings.TEST_POSTGRES
    subprocess.run([str(server._bin / name), *arguments], check=True, timeout=120)


def dump(file: Path) -> None:
    """While the product runs."""
    program("pg_dump", "--format=custom", f"--file={file}", database_url_of_this_test())


def restore(file: Path, *, beside: str) -> None:
    """The dump, in place of the database that this test and the product use."""
    ours = connection.get_connection_params()["dbname"]
    drop(beside)
    run(statement("CREATE DATABASE {} TEMPLATE template0", beside))
    program("pg_restore", "--exit-on-error", f"--dbname={url_of(beside)}", str(file))
    swap_in(beside, ours)


class Machine:
    """A database server of its own, whose files can be put back to what they were."""

    def __init__(self, folder: Path) -> None:
        self.server = EmbeddedPostgres(folder / "postgres", durable=False)
        self._kept = folder / "kept"
        self._usual = dict(connection.settings_dict)

    def take_over(self, backup: Path) -> None:
        """From now on this test, and what it starts, uses this server; as the dump has it."""
        dump(backup)
        self.server.start()
        program("pg_restore", "--exit-on-error", f"--dbname={self.server.url()}", str(backup))
        connection.close()
        where = {"NAME": self.server.database, "USER": USER, "HOST": str(self.server.socket)}
        connection.settings_dict.update(where, PASSWORD="", PORT="")

    def keep(self) -> None:
        """A copy of all its files, as a snapshot of the volume would be."""
        self._swap(lambda: self._copy(self.server._data, self._kept))

    def put_back(self) -> None:
        """Same server, same history, same everything, but older."""
        self._swap(lambda: self._copy(self._kept, self.server._data))

    def _swap(self, change: Callable[[], None]) -> None:
        connection.close()
        self.server.stop()
        change()
        self.server.start()

    def _copy(self, source: Path, target: Path) -> None:
        shutil.rmtree(target, ignore_errors=True)
        subprocess.run(["cp", "-a", str(source), str(target)], check=True)

    def give_back(self) -> None:
        connection.close()
        connection.settings_dict.update(self._usual)
        self.server.stop()
        # For root it lives outside of the test's folder, which only root may enter.
        shutil.rmtree(self.server._data, ignore_errors=True)


class Platforms:
    """The simulated platforms as another site: a web server and a database of their own."""

    def __init__(self, name: str, folder: Path, static: Path) -> None:
        call_command("createcachetable", "cache", verbosity=0)
        copy(connection.get_connection_params()["dbname"], name)
        self.name, self._there = name, named(name)
        self.stack = RunningStack(
            Options(
                data=folder,
                port=free_port(),
                database_url=url_of(name),
                settings="config.settings.journey",
                children=("web",),
                env={"EMAIL_HOST": "", "DRUMBEAT_STATIC": str(static)},
                prepare=False,
                demo=False,
            )
        )

    def __enter__(self) -> "Platforms":
        self.stack.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stack.stop()
        drop(self.name)
        print(self.stack.log)

    @property
    def env(self) -> dict[str, str]:
        """Makes the product speak to these."""
        return {"DRUMBEAT_SANDBOX_URL": f"{self.stack.address}/sandbox"}

    def texts(self) -> Counter[str]:
        """What was accepted, and how often."""
        return Counter(text for text, _ in self._posts())

    def calls(self) -> int:
        """How often something was to be published, whatever came of it: some refuse a second."""
        with psycopg.connect(self._there) as there:
            words = "SELECT count(*) FROM sandbox_call WHERE does = 'publish'"
            return int(there.execute(words).fetchone()[0])

    def remote_ids(self) -> set[str]:
        return {remote_id.rpartition("/")[2] for _, remote_id in self._posts()}

    def _posts(self) -> list[tuple[str, str]]:
        with psycopg.connect(self._there) as there:
            return there.execute("SELECT text, remote_id FROM sandbox_remotepost").fetchall()


class Product:
    """The product's own publisher as a process, quick to look and to take back (lives.py)."""

    def __init__(self, folder: Path, env: dict[str, str]) -> None:
        self.folder = folder
        self.env = {**os.environ, **env, "DRUMBEAT_DATA": str(folder), "PYTHONPATH": str(ROOT)}
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> str:
        path = self.folder / "log"
        return path.read_text() if path.exists() else ""

    def start(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "log").open("a") as log:
            self.process = subprocess.Popen(
                [sys.executable, "tests/faults/lives.py", "", "0", str(self.folder / "deaths")],
                env=self.env,
                cwd=ROOT,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def kill(self) -> None:
        """At whatever it is doing, with all that it has started."""
        if self.process:
            kill_group(self.process.pid)
            self.process.wait()
            self.process = None

    def manage(self, *words: str) -> str:
        """A management command beside it."""
        done = subprocess.run(
            [sys.executable, "manage.py", *words],
            env=self.env,
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout


@contextlib.contextmanager
def all_connections(server: str) -> Iterator[list[psycopg.Connection]]:
    """Every connection that a stranger can have: with a role without the rights of ours."""
    with (
        psycopg.connect(server, autocommit=True) as admin,
        contextlib.suppress(psycopg.errors.DuplicateObject),
    ):
        admin.execute("CREATE ROLE stranger LOGIN")
    url = server.replace("drumbeat@", "stranger@", 1)
    taken: list[psycopg.Connection] = []
    try:
        with contextlib.suppress(psycopg.OperationalError):
            while len(taken) < MOST_CONNECTIONS:
                taken.append(psycopg.connect(url, connect_timeout=2))
        yield taken
    finally:
        for one in taken:
            one.close()
