"""The tables as the migrations leave them, written down once.

Made from nothing they take some ten seconds of work, nearly all of it on models as they once
were. One worker does that; the others, and what a test starts with a database of its own, read what
it has written down. `migrate` is run upon that all the same, and finds nothing to do.
tests/config/test_own_database.py starts one that migrates for itself.
"""

import fcntl
import os
import subprocess
from pathlib import Path

import psycopg
from psycopg import sql

from bench.scene import MIGRATED, read_migrated
from config.supervisor.postgres import EmbeddedPostgres


def shared_folder(tmp_path_factory) -> Path:
    """Of this run, and of those who test beside us."""
    base: Path = tmp_path_factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


class Migrated:
    """`known` is for a worker to ask before it migrates: it waits for one that is at it.

    `keep` is for one that has, before anything is in the tables.
    """

    def __init__(self, folder: Path, server: EmbeddedPostgres, database: str) -> None:
        self.server, self.database = server, database
        self.file = folder / "migrated.sql"
        self._lock = None

    def known(self) -> bool:
        """Whether the database has all tables now."""
        lock = self.file.with_suffix(".lock").open("w")
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not self.file.exists():
            self._lock = lock
            return False
        lock.close()
        self._make_anew()
        os.environ[MIGRATED] = str(self.file)
        read_migrated(self.server.url(self.database))
        return True

    def keep(self) -> None:
        if self._lock is None:
            return
        # Where no test asks for a database there is none.
        if self._exists():
            unfinished = self.file.with_suffix(".new")
            unfinished.write_text(self._dump())
            unfinished.rename(self.file)
            # For what tests start in processes of their own.
            os.environ[MIGRATED] = str(self.file)
        self._lock.close()

    def _administrator(self) -> psycopg.Connection:
        return psycopg.connect(self.server.url("postgres"), autocommit=True)

    def _exists(self) -> bool:
        query = "SELECT 1 FROM pg_database WHERE datname = %s"
        with self._administrator() as direct:
            return direct.execute(query, [self.database]).fetchone() is not None

    def _make_anew(self) -> None:
        name = sql.Identifier(self.database)
        with self._administrator() as direct:
            direct.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
            direct.execute(sql.SQL("CREATE DATABASE {}").format(name))

    def _dump(self) -> str:
        program, url = self.server._bin / "pg_dump", self.server.url(self.database)
        command = [str(program), "--inserts", "--no-statistics", f"--dbname={url}"]
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
        # What is for psql alone.
        return "\n".join(line for line in done.stdout.split("\n") if not line.startswith("\\"))
