"""Row 33: everything that publishes loses the database; the web server, beside it, does not.

Those processes reach it through a name that can be taken away. What they have open is cut, and
what they open anew finds nobody.
"""

import contextlib
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import requests

from config.supervisor.postgres import EmbeddedPostgres
from tests.faults.arena import DELIVERY, Arena
from tests.processes import wait_until

PATIENCE = 90


@dataclass
class Partition:
    """After how many seconds the health page said so, and what it said meanwhile."""

    red_after: float
    green_after: float
    red: dict[str, Any]


class Way:
    """A name for the folder of the server's socket; without it nobody finds the server."""

    def __init__(self, server: EmbeddedPostgres, name: Path) -> None:
        self.server, self.name = server, name

    @property
    def url(self) -> str:
        return self.server.url().replace(str(self.server.socket), str(self.name))

    def open(self) -> None:
        self.name.symlink_to(self.server.socket, target_is_directory=True)

    def close(self) -> None:
        self.name.unlink()
        with psycopg.connect(self.server.url(), autocommit=True) as admin:
            admin.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE"
                " backend_type = 'client backend' AND application_name <> 'faults'"
                " AND pid <> pg_backend_pid()"
            )


def happened(arena: Arena, **_: Any) -> Partition:
    way = Way(arena.database, arena.folder / "way")
    way.open()
    arena.run(*DELIVERY, env={"DATABASE_URL": way.url})
    page = f"{arena.product.address}/health/ready"
    wait_until(lambda: _says(page, 200), PATIENCE, "a healthy page")
    way.close()
    begun = time.monotonic()
    try:
        red = wait_until(lambda: _says(page, 503), PATIENCE, "a red page")
        red_after = time.monotonic() - begun
    finally:
        way.open()
    begun = time.monotonic()
    wait_until(lambda: _says(page, 200), PATIENCE, "a healthy page")
    return Partition(red_after, time.monotonic() - begun, red)


def _says(page: str, status: int) -> dict[str, Any] | None:
    """Its facts, if it answers with this status. A page whose connection was cut may fail once."""
    with contextlib.suppress(requests.RequestException):
        answer = requests.get(page, timeout=20)
        if answer.status_code == status and answer.headers["Content-Type"] == "application/json":
            facts: dict[str, Any] = answer.json()
            # That page's own connection was cut, too; it is the next one that counts.
            return facts if facts["database"]["ok"] else None
    return None
