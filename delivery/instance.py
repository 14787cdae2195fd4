"""May this machine publish now? Asked before every claim, and before every call.

Not while the database is another installation's, while it was found to be older than what was sent
(rewind.py), or while nothing can be written to the journal. The answer holds for a second, on the
connections that it was read through: behind a new one may be another database.
"""

import threading
import time
import weakref
from dataclasses import dataclass, field

import structlog
from django.db import InterfaceError, OperationalError, connection

from delivery import journal, notices, rewind
from publishers import instance
from publishers.deadlines import boottime

log = structlog.get_logger(__name__)

GOOD_FOR = 1.0
SAY_EVERY = 10.0
AWAY = "The database does not answer."
REPLACED = "The database was replaced while this was being prepared."
UNSETTLED = (
    "The database was restored to an earlier state, and what may be live could not be put aside. "
    "The log says why."
)
UNREAD = "The journal in {folder} cannot be read ({why}), so nothing is sent."

# Which server, which of its histories, which database, which table, and since when it runs.
_QUERY = """
SELECT (SELECT key FROM publishers_instance),
       EXISTS (SELECT 1 FROM delivery_rewind WHERE done_at IS NULL),
       s.system_identifier, c.timeline_id, d.oid, pg_relation_filenode('delivery_attempt'),
       pg_postmaster_start_time()
FROM pg_control_system() s, pg_control_checkpoint() c, pg_database d
WHERE d.datname = current_database()
"""


@dataclass
class _Known:
    """The last answer; `connections` are those that lead to the database it is about.

    Held weakly: a worker opens a connection for each task, and an id would be given out again.
    """

    reason: str | None = None
    ours: bool = False
    until: float = 0.0
    connections: weakref.WeakSet[object] = field(default_factory=weakref.WeakSet)
    # Which database the journal was compared with, and since when (boot clock) it is another one.
    database: tuple[object, ...] = ()
    changed_at: float = 0.0
    said_at: float = 0.0


_known = _Known()
_asking = threading.Lock()


def locked(since: float | None = None) -> str | None:
    """Why nothing may be published from here now, in words for people; None when it may.

    `since`, on the boot clock, is when the caller began: what was prepared from a database that is
    gone must not be sent.
    """
    with _asking:
        if time.monotonic() >= _known.until or not _answered_here():
            try:
                _ask()
            except (OperationalError, InterfaceError) as error:
                log.warning("instance.database_away", error=type(error).__name__)
                return AWAY
        if since is not None and _known.changed_at > since:
            return _known.reason or REPLACED
        return _known.reason


def ours() -> bool:
    """Whether the database is this installation's, and nothing in it has yet to be doubted."""
    return locked() != AWAY and _known.ours


def database() -> str:
    """The server and timeline that was last asked, as the journal names it."""
    return ":".join(str(part) for part in _known.database[:2])


def forget() -> None:
    """Ask anew the next time."""
    _known.until, _known.database = 0.0, ()
    _known.connections.clear()


def _ask() -> None:
    with connection.cursor() as cursor:
        cursor.execute(_QUERY)
        key, rewinding, *found = cursor.fetchone()
    foreign = instance.judge(key or "")
    unsettled = foreign or _reconciled(tuple(found), rewinding)
    reason = unsettled or journal.here().trouble()
    _say(reason, alarm=not foreign)
    _known.reason, _known.ours = reason, unsettled is None
    _known.until = time.monotonic() + GOOD_FOR
    if connection.connection is not None:
        _known.connections.add(connection.connection)


def _say(reason: str | None, *, alarm: bool) -> None:
    """Where pages read it, while it lasts. A copy sends no mail to the people of the original."""
    if reason != _known.reason:
        log.warning("instance.locked" if reason else "instance.unlocked", reason=reason)
        _known.said_at = 0.0
    if (reason or _known.reason) and time.monotonic() >= _known.said_at + SAY_EVERY:
        notices.held(reason or "", alarm=alarm)
        _known.said_at = time.monotonic()


def _reconciled(found: tuple[object, ...], rewinding: bool) -> str | None:
    """The journal is compared with every database that we have not seen before."""
    try:
        if found != _known.database:
            rewind.check(journal.here())
            _known.changed_at = boottime() if _known.database else 0.0
            _known.database, rewinding = found, True
            _known.connections.clear()
        if rewinding:
            rewind.proceed()
    except (OperationalError, InterfaceError):
        raise
    except OSError as error:
        return UNREAD.format(folder=journal.here().folder, why=error.strerror)
    except Exception:
        log.exception("instance.not_reconciled")
        return UNSETTLED
    return None


def _answered_here() -> bool:
    """Whether the last answer was read through this thread's connection, and that is still open."""
    live = connection.connection
    return live is not None and not live.closed and live in _known.connections
