"""Whose preflight is next: a few per platform at once, teams in turn, the earliest due first.

Called by the preflight tick, by the publisher when it is alone, and whenever a preflight ends. Any
number of callers may ask at once: a turn is a lease that is taken by compare-and-swap, beside the
state machine and without a lock that a claim would wait for.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models.functions import Now

from delivery import instance
from posts.models import Delivery
from posts.states import DeliveryState
from publishers import registry
from publishers.contract import Spec

OPENS = timedelta(minutes=30)
# Between the first look and the beginning of the uploads a person has time to mend something.
TO_MEND = timedelta(minutes=20)
# What is due sooner belongs to the worker, which does all of it by itself.
TOO_LATE = timedelta(seconds=20)
LEASE = timedelta(seconds=90)
PAUSE = timedelta(seconds=30)
# What one process does at once for a platform, and what all of them have in hand for it.
AT_ONCE = 4
IN_HAND = 16


@dataclass(frozen=True)
class Turn:
    """A permit for one preflight: what it writes names `number`."""

    delivery_id: int
    number: int
    platform: str
    team_id: int

    def holds(self, delivery: Delivery, now: datetime) -> bool:
        """Whether the row that was just read is still ours to look at."""
        until = delivery.preflight_lease_until
        ours = until is not None and until > now and delivery.preflight_no == self.number
        return ours and delivery.state == DeliveryState.QUEUED


# Of each channel one: of those that saw it in another condition, else of those that have not been
# looked at for a while, the earliest. Not two of a channel at once: they would share its token.
WAITING = """
WITH held AS (
  SELECT f.channel_id, c.platform
  FROM posts_delivery f JOIN publishers_channel c ON c.id = f.channel_id
  WHERE f.preflight_lease_until > statement_timestamp()),
waiting AS (
  SELECT COALESCE(n.id, u.id) AS id, COALESCE(n.preflight_no, u.preflight_no) AS preflight_no,
    COALESCE(n.due_at, u.due_at) AS due_at, p.nth, p.platform, c.team_id, s.closed,
    row_number() OVER (
      PARTITION BY p.nth, c.team_id ORDER BY COALESCE(n.due_at, u.due_at)) AS of_team
  FROM unnest(%(platforms)s::text[], %(opens)s::interval[])
    WITH ORDINALITY AS p (platform, opens, nth)
  JOIN publishers_channel c ON c.platform = p.platform
  CROSS JOIN LATERAL (SELECT c.paused OR c.state <> 'connected' AS closed) s
  LEFT JOIN LATERAL (
    SELECT d.id, d.preflight_no, d.due_at FROM posts_delivery d
    WHERE d.channel_id = c.id AND d.state = 'queued' AND d.preflight_closed = NOT s.closed
      AND d.due_at > statement_timestamp() + %(too_late)s::interval
      AND d.due_at <= statement_timestamp() + p.opens
    ORDER BY d.due_at LIMIT 1) n ON true
  LEFT JOIN LATERAL (
    SELECT d.id, d.preflight_no, d.due_at FROM posts_delivery d
    WHERE d.channel_id = c.id AND d.state = 'queued' AND d.preflight_closed = s.closed
      AND d.due_at > statement_timestamp() + %(too_late)s::interval
      AND d.due_at <= statement_timestamp() + p.opens
      AND d.preflight_at <= statement_timestamp() AND n.id IS NULL
    ORDER BY d.due_at LIMIT 1) u ON true
  WHERE COALESCE(n.id, u.id) IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM held h WHERE h.channel_id = c.id)),
placed AS (
  SELECT w.*, row_number() OVER (PARTITION BY w.nth ORDER BY w.of_team, w.due_at, w.id)
      + (SELECT count(*) FROM held h WHERE h.platform = w.platform) AS place
  FROM waiting w)
SELECT id, preflight_no + 1, platform, team_id, closed FROM placed WHERE place <= %(most)s
ORDER BY nth, place
"""


def take(most: int = IN_HAND, without: Collection[str] = ()) -> Sequence[Turn]:
    """Lease what is to be looked at now, at most `most` per platform with those under way;
    nothing of the platforms in `without`.
    """
    if instance.locked():
        return []
    with connection.cursor() as cursor:
        cursor.execute(WAITING, parameters(most, without))
        waiting = cursor.fetchall()
    return [turn for *row, closed in waiting if _leased(turn := Turn(*row), closed=closed)]


def _leased(turn: Turn, *, closed: bool) -> bool:
    """Whether we were first. Until the lease is over nobody else looks, and a little longer it is
    others' turn: what ended its process must not keep its channel busy.
    """
    row = Delivery.objects.filter(
        pk=turn.delivery_id, preflight_no=turn.number - 1, state=DeliveryState.QUEUED
    )
    taken = row.update(
        preflight_no=turn.number,
        preflight_closed=closed,
        preflight_lease_until=Now() + LEASE,
        preflight_at=Now() + LEASE + PAUSE,
    )
    return taken == 1


def parameters(most: int, without: Collection[str] = ()) -> dict[str, Any]:
    """What the statement is asked with; apart from it for whoever wants to see its plan."""
    specs = [spec for spec in registry.specs() if spec.slug not in without]
    return {
        "platforms": [spec.slug for spec in specs],
        "opens": [_sql(opens(spec)) for spec in specs],
        "too_late": _sql(TOO_LATE),
        "most": most,
    }


def give_back(turn: Turn) -> None:
    """Whatever became of the delivery: nobody needs to wait for the lease."""
    Delivery.objects.filter(pk=turn.delivery_id, preflight_no=turn.number).update(
        preflight_lease_until=None, preflight_at=Now()
    )


def _sql(span: timedelta) -> str:
    return f"{span.total_seconds()} s"


def opens(spec: Spec) -> timedelta:
    """How long before it is due a post on this platform is looked at first."""
    return max(OPENS, timedelta(minutes=spec.prepare_minutes) + TO_MEND)
