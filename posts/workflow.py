"""The only writer of `Post.stage` and `Delivery.state`. Called by this room's services and above.

Every change is a compare-and-swap: it names the state it expects and treats "no row" as somebody
having been first. The caller holds the transaction.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import connection

from accounts.models import User
from notifications.live import announce
from posts import states
from posts.errors import IllegalMove, LostRace
from posts.models import Activity, Delivery, Post
from posts.states import DeliveryState, Stage


def move(
    row: Post | Delivery,
    event: str,
    *,
    by: User | None = None,
    name: str = "",
    expect: Mapping[str, Any] | None = None,
    note: Mapping[str, Any] | None = None,
    **fields: Any,
) -> None:
    """Take `row` through `event`, writing `fields` with it, if it is still where `row` says.

    `expect` adds columns that must still hold (a worker passes its attempt number: the fence).
    Raises IllegalMove when the tables have no such step, LostRace when the row has moved on.
    """
    column = "stage" if isinstance(row, Post) else "state"
    target = _target(row, event)
    old = getattr(row, column)
    changed = (
        type(row)
        ._default_manager.filter(pk=row.pk, **{column: old}, **(expect or {}))
        .update(**{column: target}, **fields)
    )
    if not changed:
        raise LostRace(f"{row} was moved by somebody else first.")
    for field, value in {column: target, **fields}.items():
        setattr(row, field, value)
    _record(
        row, event, by=by, name=name, note={"from": str(old), "to": str(target), **(note or {})}
    )


def _target(row: Post | Delivery, event: str) -> Stage | DeliveryState:
    if isinstance(row, Post):
        target: Stage | DeliveryState | None = states.POST[Stage(row.stage)].get(event)
        now = row.stage
    else:
        target, now = states.DELIVERY[DeliveryState(row.state)].get(event), row.state
    if target is None:
        raise IllegalMove(f"Not possible now: this is {now.replace('_', ' ')}.")
    return target


def _record(
    row: Post | Delivery, event: str, *, by: User | None, name: str, note: Mapping[str, Any]
) -> None:
    if isinstance(row, Post):
        record(row, f"post.{event}", by=by, name=name, data=note)
        return
    data = {"delivery": row.pk, "channel": row.channel_id, **note}
    Activity.objects.create(
        team_id=row.team_id,
        post_id=row.post_id,
        kind=f"delivery.{event}",
        actor=by,
        actor_name=name,
        data=data,
    )
    announce(row.team_id, f"post:{row.post_id}", f"delivery:{row.pk}", "deliveries")


def record(
    post: Post,
    kind: str,
    *,
    by: User | None = None,
    name: str = "",
    data: Mapping[str, Any] | None = None,
) -> Activity:
    """Append what happened, and tell open pages to look again."""
    entry = Activity.objects.create(
        team_id=post.team_id,
        post=post,
        kind=kind,
        actor=by,
        actor_name=name or str(by or ""),
        data=dict(data or {}),
    )
    announce(post.team_id, f"post:{post.pk}")
    return entry


# -- what happened before this database: the demo's past


def insert_posts(rows: Iterable[tuple[Post, Stage]]) -> None:
    """New rows, already where their story left them. Nothing moves and nobody is told."""
    posts = []
    for post, stage in rows:
        post.stage = stage
        posts.append(post)
    Post.objects.bulk_create(posts, batch_size=1000)


def insert_deliveries(rows: Iterable[tuple[Delivery, DeliveryState]]) -> None:
    deliveries = []
    for delivery, state in rows:
        delivery.state = state
        deliveries.append(delivery)
    Delivery.objects.bulk_create(deliveries, batch_size=1000)


# -- the claim: many rows at once, so it is SQL; still one compare-and-swap per row


@dataclass(frozen=True)
class Claim:
    """A permit to try once: every later write must name this `attempt_no`."""

    delivery_id: int
    attempt_no: int
    platform: str


_CLAIM = """
WITH pick AS (
  SELECT c.id AS channel_id, d.id
  FROM publishers_channel c
  CROSS JOIN LATERAL (
    SELECT d.id, d.run_at FROM posts_delivery d
    WHERE d.channel_id = c.id AND d.state = 'queued'
      AND d.run_at <= now() + %(ahead)s::interval AND d.due_at + d.late_after > now()
      AND EXISTS (
        SELECT 1 FROM posts_approval a
        WHERE a.post_id = d.post_id AND a.content_hash = d.content_hash AND a.revoked_at IS NULL
          AND (a.not_before IS NULL OR a.not_before <= now() + %(ahead)s::interval))
    ORDER BY d.run_at, d.id LIMIT 1) d
  WHERE NOT c.paused AND c.state = 'connected' AND c.next_slot_at <= now() + %(ahead)s::interval
    AND NOT EXISTS (
      SELECT 1 FROM posts_delivery f
      WHERE f.channel_id = c.id AND f.state IN ('claimed', 'sending'))
  ORDER BY d.run_at, d.id
  LIMIT %(limit)s
  FOR NO KEY UPDATE OF c SKIP LOCKED)
UPDATE posts_delivery d
SET state = 'claimed', attempt_no = d.attempt_no + 1, owner = %(owner)s,
    lease_until = now() + %(lease)s::interval
FROM pick p, publishers_channel c
WHERE d.id = p.id AND c.id = p.channel_id AND d.state = 'queued'
RETURNING d.id, d.attempt_no, c.platform
"""


def claim_due(*, owner: str, limit: int, ahead: timedelta, lease: timedelta) -> Sequence[Claim]:
    """Lease what falls due within `ahead`, at most one delivery per channel, oldest first.

    Locks channel rows, skipping those that another dispatcher holds; two dispatchers never get the
    same row. Not their keys: a page that adds a delivery must not keep its channel waiting. Only
    content with a valid approval is claimed.
    """
    with connection.cursor() as cursor:
        times = {"ahead": f"{ahead.total_seconds()} s", "lease": f"{lease.total_seconds()} s"}
        cursor.execute(_CLAIM, {"owner": owner, "limit": limit, **times})
        return [Claim(*row) for row in cursor.fetchall()]
