"""Whether database and static files are where the code is, and bringing them there when not.

The work is prepare.py in a process of its own; it is skipped when a note says that the same code
has prepared the same database before. Called by stack.py.
"""

import hashlib
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TextIO

import psycopg
from psycopg.conninfo import conninfo_to_dict

from config.supervisor.errors import CannotStart

WATCHED = (
    "*/migrations/*.py",
    "*/*/migrations/*.py",
    "static/**/*",
    "ui/**/*",
    "requirements/run.txt",
)


def unless_done(env: Mapping[str, str], note: Path, *, cwd: Path, demo: bool, out: TextIO) -> None:
    done = {"code": _code(cwd), "database": _migrations(env["DATABASE_URL"])}
    if note.exists() and note.read_text() == json.dumps(done):
        return
    out.write("Preparing the database and the static files\n")
    out.flush()
    command = [sys.executable, "-m", "config.supervisor.prepare", *(["--demo"] if demo else [])]
    result = subprocess.run(
        command, env=dict(env), cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, check=False,
    )  # fmt: skip
    if result.returncode:
        out.write(result.stdout)
        last = result.stdout.strip().splitlines()[-1:] or ["no reason given"]
        raise CannotStart(f"Preparing the database failed: {last[0]}")
    done["database"] = _migrations(env["DATABASE_URL"])
    note.write_text(json.dumps(done))


def _code(root: Path) -> str:
    """A digest of what decides the work: every migration, static file and pin."""
    digest = hashlib.sha256()
    for path in sorted(_watched(root)):
        stat = path.stat()
        digest.update(f"{path}\0{stat.st_size}\0{stat.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _watched(root: Path) -> Iterator[Path]:
    for pattern in WATCHED:
        yield from (path for path in root.glob(pattern) if path.is_file() and path.suffix != ".pyc")


def _migrations(url: str) -> str:
    """A digest of what the database says was applied; also the moment to find it unreachable."""
    try:
        with psycopg.connect(url, connect_timeout=5) as connection:
            if not _first(connection, "SELECT to_regclass('django_migrations') IS NOT NULL"):
                return ""
            rows = "SELECT string_agg(app || '.' || name, ',' ORDER BY id) FROM django_migrations"
            return hashlib.sha256(str(_first(connection, rows)).encode()).hexdigest()
    except psycopg.Error as error:
        reason = (str(error).strip() or type(error).__name__).splitlines()[0].rstrip(":.")
        raise CannotStart(
            f"The database {_shown(url)} cannot be reached: {reason}. Check DATABASE_URL."
        ) from None


def _first(connection: psycopg.Connection, query: str) -> object:
    row = connection.execute(query.encode()).fetchone()
    return row[0] if row else None


def _shown(url: str) -> str:
    """Where it is, without the password."""
    try:
        parts = conninfo_to_dict(url)
    except psycopg.Error:
        return "in DATABASE_URL"
    host, port = parts.get("host") or "localhost", parts.get("port")
    return f"“{parts.get('dbname', '')}” at {host}{f':{port}' if port else ''}"
