"""May this machine publish now? Asked before every claim, and before every call.

Not while the database is another installation's (publishers/instance.py). The answer is read from
the database: it holds for a second, on the connections that it was read through.
"""

import threading
import time
from dataclasses import dataclass, field

import structlog
from django.db import DatabaseError, InterfaceError, connection

from publishers import instance

log = structlog.get_logger(__name__)

GOOD_FOR = 1.0
AWAY = "The database does not answer."

_QUERY = "SELECT (SELECT key FROM publishers_instance)"


@dataclass
class _Known:
    """The last answer; `connections` are the backends that have given it."""

    reason: str | None = None
    until: float = 0.0
    connections: set[int] = field(default_factory=set)


_known = _Known()
_asking = threading.Lock()


def locked() -> str | None:
    """Why nothing may be published from here now, in words for people; None when it may."""
    with _asking:
        if time.monotonic() < _known.until and _backend() in _known.connections:
            return _known.reason
        try:
            return _ask()
        except (DatabaseError, InterfaceError) as error:
            log.warning("instance.database_away", error=type(error).__name__)
            return AWAY


def forget() -> None:
    """Ask anew the next time."""
    _known.until = 0.0


def _ask() -> str | None:
    with connection.cursor() as cursor:
        cursor.execute(_QUERY)
        [key] = cursor.fetchone()
    reason = instance.judge(key or "")
    if reason != _known.reason:
        log.warning("instance.locked" if reason else "instance.unlocked", reason=reason)
    if time.monotonic() >= _known.until:
        _known.connections = set()
    _known.reason, _known.until = reason, time.monotonic() + GOOD_FOR
    _known.connections.add(_backend())
    return reason


def _backend() -> int:
    """The server process behind this thread's connection; 0 while there is none."""
    live = connection.connection
    return live.info.backend_pid if live is not None and not live.closed else 0
