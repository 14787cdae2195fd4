"""How old a tick may be: what nobody fetched in time is dropped, since the next does the same work.

Celery compares with the clock of the worker. One that is an hour ahead would drop every tick that
it gets, and what it drops no other worker sees.
"""

from datetime import UTC, datetime
from typing import Literal

from celery.worker.request import Request
from celery.worker.state import revoked as dropped
from django.db import Error, close_old_connections

from posts import clock


class FreshRequest(Request):
    """Too old only when the database says so, too. It is asked about what seems to be too old."""

    def maybe_expire(self) -> Literal[True] | None:
        until = self.expires
        if until is None or _in_time(until, datetime.now(UTC)) or _in_time(until, _now()):
            return None
        dropped.add(self.id)
        return True


def _in_time(until: datetime, now: datetime) -> bool:
    return now <= (until if until.tzinfo else until.replace(tzinfo=UTC))


def _now() -> datetime:
    """Without the database nothing of what ticks do can be done: as this machine says, then."""
    close_old_connections()
    try:
        return clock.ask()
    except Error:
        return datetime.now(UTC)
