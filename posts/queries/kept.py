"""What pages read of a team's plan, kept in this process until something of it changes.

Two people look at one month, and one looks at it many times; what is planned changes now and then.
The database notes each transaction that changes something (models/planchange.py), in that same
transaction. Whoever reads asks first, in one statement, whether one was committed that was not yet
when the reading began. So what is kept is never older than what would be read: a change by any
process, or by hand, counts.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Any, Concatenate

from django.db import connection
from django.utils import timezone
from django.utils.translation import get_language

from accounts.models import Team

# So long at the most: some of what is read depends on what time it is.
STEP = timedelta(minutes=5)
# The latest teams, and the latest that was read of each: a month's is some 100 kB.
TEAMS, READS = 16, 48

# Parameters: team, and PostgreSQL's snapshot from before the reading began, or none.
_UNCHANGED = """
SELECT pg_current_snapshot()::text, coalesce(
  pg_snapshot_xmax(s.seen) <= pg_snapshot_xmax(pg_current_snapshot()) AND NOT EXISTS (
    SELECT 1 FROM posts_planchange
    WHERE team_id = %(team)s AND transaction >= pg_snapshot_xmin(s.seen)::text::bigint
      AND NOT pg_visible_in_snapshot(transaction::text::xid8, s.seen)), false)
FROM (SELECT %(seen)s::pg_snapshot AS seen) s"""


class _Read:
    """What was read since `snapshot`, of a moment."""

    def __init__(self, moment: datetime, snapshot: str = "") -> None:
        self.moment = moment
        self.snapshot = snapshot
        self._known: OrderedDict[Hashable, Any] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable, read: Callable[[], Any]) -> Any:
        with self._lock:
            if key in self._known:
                self._known.move_to_end(key)
                return self._known[key]
        found = read()
        with self._lock:
            self._known[key] = found
            if len(self._known) > READS:
                self._known.popitem(last=False)
        return found


_teams: OrderedDict[int, _Read] = OrderedDict()
_lock = Lock()


class Kept:
    """A team's plan for one reader, whose language and zone may be in what is kept.

    `moment`: the time of which it is read, up to `STEP` ago.
    """

    def __init__(self, team: Team, read: _Read) -> None:
        self.moment = read.moment
        self._team = team
        self._read = read
        settings = repr([getattr(team, field.attname) for field in Team._meta.concrete_fields])
        self._reader = get_language(), timezone.get_current_timezone(), settings

    def get[**P, T](
        self, read: Callable[Concatenate[Team, P], T], *args: P.args, **asked: P.kwargs
    ) -> T:
        """`read(team, ...)`, or what it came to before, which nobody may change."""
        key = self._reader, read, args, frozenset(asked.items())
        found: T = self._read.get(key, lambda: read(self._team, *args, **asked))
        return found


def kept(team: Team) -> Kept:
    """In one statement. A transaction, which may see what nobody else does, reads for itself."""
    if connection.in_atomic_block:
        return unkept(team)
    passed = timezone.now().timestamp() // STEP.total_seconds()
    moment = datetime.fromtimestamp(passed * STEP.total_seconds(), UTC)
    with _lock:
        before = _teams.get(team.pk)
    seen = before.snapshot if before and before.moment == moment else None
    with connection.cursor() as cursor:
        cursor.execute(_UNCHANGED, {"team": team.pk, "seen": seen})
        snapshot, unchanged = cursor.fetchone()
    if before and unchanged:
        return Kept(team, before)
    fresh = _Read(moment, snapshot)
    with _lock:
        _teams[team.pk] = fresh
        _teams.move_to_end(team.pk)
        if len(_teams) > TEAMS:
            _teams.popitem(last=False)
    return Kept(team, fresh)


def unkept(team: Team) -> Kept:
    """For what depends on more than the database notes."""
    return Kept(team, _Read(timezone.now()))
