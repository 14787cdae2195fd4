"""The only writer of `Post.stage` and `Delivery.state`. Called by this room's services and above.

Every change is a compare-and-swap: it names the state it expects and treats "no row" as somebody
having been first. The caller holds the transaction, or has nothing else to write: a move is one
statement.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts import audit
from accounts.models import User
from notifications import live
from posts import audited, hearing, states, swap
from posts.errors import IllegalMove, LostRace
from posts.models import Activity, Delivery, Post
from posts.states import DeliveryState, Stage
from posts.swap import Said


def alone() -> AbstractContextManager[Any]:
    """Around one move and nothing else: a statement by itself needs no BEGIN and COMMIT. Within a
    transaction it may still be refused without ending that.
    """
    return transaction.atomic() if connection.in_atomic_block else nullcontext()


def move(
    row: Post | Delivery,
    event: str,
    *,
    by: User | None = None,
    name: str = "",
    expect: Mapping[str, Any] | None = None,
    note: Mapping[str, Any] | None = None,
    along: swap.Along | None = None,
    **fields: Any,
) -> None:
    """Take `row` through `event`, writing `fields` with it, if it is still where `row` says.

    `expect` adds columns that must still hold (a worker passes its attempt number: the fence).
    Raises IllegalMove when the tables have no such step, LostRace when the row has moved on.
    """
    column = "stage" if isinstance(row, Post) else "state"
    old, target = getattr(row, column), _target(row, event)
    expected = {column: old, **(expect or {})}
    said = _said(row, event, {"from": str(old), "to": str(target), **(note or {})}, by, name)
    if not swap.write(row, expected, {column: target, **fields}, said, _topics(row), along):
        raise LostRace(_("This was changed a moment ago. Look at it again."))
    for changed, value in {column: target, **fields}.items():
        setattr(row, changed, value)
    if isinstance(row, Post):
        after = {**(note or {}), "stage": str(target)}
        verb, before = f"post.{event}", {"stage": str(old)}
        audited.post(row, verb, by=by, name=name, before=before, after=after)
        hearing.moved([row], str(old), said.actor_name)


def move_all(
    rows: Sequence[Post] | Sequence[Delivery],
    event: str,
    *,
    by: User | None = None,
    note: Mapping[str, Any] | None = None,
    each: Mapping[str, Sequence[Any]] | None = None,
    **fields: Any,
) -> None:
    """The same for rows of one kind in one state that the caller has locked or just made, in a few
    statements; he tells open pages. `each`: fields that differ, in the order of `rows`.
    """
    if not rows:
        return
    column = "stage" if isinstance(rows[0], Post) else "state"
    old, target = getattr(rows[0], column), _target(rows[0], event)
    noted = {"from": str(old), "to": str(target), **(note or {})}
    said = [_said(row, event, noted, by, "") for row in rows]
    values, own = {column: target, **fields}, each or {}
    if swap.write_all(rows, {column: old}, values, own, said) != len(rows):
        raise LostRace(_("Some were moved by somebody else first."))
    for place, row in enumerate(rows):
        for changed, value in (*values.items(), *((name, own[name][place]) for name in own)):
            setattr(row, changed, value)
    posts = [row for row in rows if isinstance(row, Post)]
    before, after = {"stage": str(old)}, {**(note or {}), "stage": str(target)}
    for post in posts:
        audited.post(post, f"post.{event}", by=by, before=before, after=after)
    hearing.moved(posts, str(old), said[0].actor_name)


def _topics(row: Post | Delivery) -> tuple[str, ...]:
    if isinstance(row, Post):
        return (f"post:{row.pk}",)
    return (f"post:{row.post_id}", f"delivery:{row.pk}", "deliveries")


def _said(
    row: Post | Delivery,
    event: str,
    note: Mapping[str, Any],
    by: User | None,
    name: str,
) -> Said:
    actor_id = by.pk if by else None
    if isinstance(row, Post):
        actor = name or str(by or "")
        return Said(row.team_id, row.pk, f"post.{event}", actor_id, actor, dict(note))
    data = {"delivery": row.pk, "channel": row.channel_id, **note}
    return Said(row.team_id, row.post_id, f"delivery.{event}", actor_id, name, data)


def _target(row: Post | Delivery, event: str) -> Stage | DeliveryState:
    if isinstance(row, Post):
        target: Stage | DeliveryState | None = states.POST[Stage(row.stage)].get(event)
        now = row.stage
    else:
        target, now = states.DELIVERY[DeliveryState(row.state)].get(event), row.state
    if target is None:
        said = _("Not possible now: this is %(state)s.")
        raise IllegalMove(said % {"state": pgettext("state", now.replace("_", " "))})
    return target


def record(
    post: Post,
    kind: str,
    *,
    by: User | None = None,
    name: str = "",
    data: Mapping[str, Any] | None = None,
    changed: tuple[audit.Facts, audit.Facts] | None = None,
    topics: Sequence[str] = (),
) -> Activity:
    """Append what happened, and tell its open pages and `topics`. `changed`: before and after."""
    before, after = changed or ({}, data or {})
    audited.post(post, kind, by=by, name=name, before=before, after=after)
    entry = Activity.objects.create(
        team_id=post.team_id,
        post=post,
        kind=kind,
        actor=by,
        actor_name=name or str(by or ""),
        data=dict(data or {}),
    )
    live.announce(post.team_id, f"post:{post.pk}", *topics)
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
    """A permit to try once: every later write must name this `attempt_no`.

    `wait`: seconds from the claim until it is due.
    """

    delivery_id: int
    attempt_no: int
    platform: str
    channel_id: int
    team_id: int
    wait: float = field(default=0.0, compare=False)


# The first that is due on channel c, if its content may be sent.
_FIRST = """
    SELECT d.id, d.run_at FROM posts_delivery d
    WHERE d.channel_id = c.id AND d.state = 'queued'
      AND d.run_at <= now() + %(ahead)s::interval
      AND d.due_at <= now() + %(ahead)s::interval AND d.due_at + d.late_after > now()
      AND EXISTS (
        SELECT 1 FROM posts_approval a
        WHERE a.post_id = d.post_id AND a.content_hash = d.content_hash AND a.revoked_at IS NULL
          AND (a.not_before IS NULL OR a.not_before <= now() + %(ahead)s::interval))
    ORDER BY d.run_at, d.id LIMIT 1"""
_OPEN = """NOT c.paused AND c.state = 'connected' AND c.next_slot_at <= now() + %(ahead)s::interval
    AND NOT EXISTS (
      SELECT 1 FROM posts_delivery f
      WHERE f.channel_id = c.id AND f.state IN ('claimed', 'sending'))"""
_LEASE = """
UPDATE posts_delivery d
SET state = 'claimed', attempt_no = d.attempt_no + 1, owner = %(owner)s,
    lease_until = now() + %(lease)s::interval
FROM pick p WHERE d.id = p.id AND d.state = 'queued'
  -- Asked again of a row that somebody moved while it was being picked.
  AND d.run_at <= now() + %(ahead)s::interval
RETURNING d.id, d.attempt_no, p.platform, d.channel_id, d.team_id,
  extract(epoch FROM greatest(d.due_at, d.run_at) - clock_timestamp())::float8"""
# A team's first row comes before every team's second, so that a full queue keeps nobody waiting.
_CLAIM = f"""
WITH room AS (
  SELECT * FROM unnest(%(platforms)s::text[], %(places)s::int[]) AS r(platform, places)),
due AS (
  SELECT c.id AS channel_id, c.platform, d.id, d.run_at,
    row_number() OVER (PARTITION BY c.team_id ORDER BY d.run_at, d.id) AS turn
  FROM publishers_channel c
  JOIN room r ON r.platform = c.platform AND r.places > 0
  CROSS JOIN LATERAL ({_FIRST}) d
  WHERE {_OPEN}),
fair AS (
  SELECT *, row_number() OVER (PARTITION BY platform ORDER BY turn, run_at, id) AS place FROM due),
pick AS (
  SELECT f.id, f.platform
  FROM fair f JOIN room r USING (platform) JOIN publishers_channel c ON c.id = f.channel_id
  WHERE f.place <= r.places
  ORDER BY f.turn, f.run_at, f.id
  LIMIT %(limit)s
  FOR NO KEY UPDATE OF c SKIP LOCKED)
{_LEASE}
"""
_CLAIM_NEXT = f"""
WITH pick AS (
  SELECT d.id, c.platform
  FROM publishers_channel c CROSS JOIN LATERAL ({_FIRST}) d
  WHERE c.id = %(channel)s AND {_OPEN}
  FOR NO KEY UPDATE OF c SKIP LOCKED)
{_LEASE}
"""
# The second half of a claim, for whoever reads with it what he took: owner, lease, id, attempt, and
# how the owner's name begins while it is on offer. A message may come hours after that has ended.
TAKE = """
UPDATE posts_delivery SET owner = %s, lease_until = clock_timestamp() + %s
WHERE id = %s AND attempt_no = %s AND state = 'claimed' AND starts_with(owner, %s)
  AND lease_until > clock_timestamp()
RETURNING *"""


def claim_due(
    *, owner: str, limit: int, ahead: timedelta, lease: timedelta, room: Mapping[str, int]
) -> Sequence[Claim]:
    """Lease what falls due within `ahead`, at most one delivery per channel, oldest first, as many
    per platform as `room` says and in turn between teams.

    Locks channel rows, skipping those that another dispatcher holds; two dispatchers never get the
    same row. Not their keys: a page that adds a delivery must not keep its channel waiting. Only
    content with a valid approval is claimed.
    """
    known = {"platforms": list(room), "places": list(room.values()), "limit": limit}
    claims = _claimed(_CLAIM, owner, ahead, lease, known)
    return sorted(claims, key=lambda claim: claim.wait)


def claim_next(*, channel_id: int, owner: str, ahead: timedelta, lease: timedelta) -> Claim | None:
    """The same for one channel that has just become free."""
    return next(iter(_claimed(_CLAIM_NEXT, owner, ahead, lease, {"channel": channel_id})), None)


def _claimed(
    query: str, owner: str, ahead: timedelta, lease: timedelta, known: Mapping[str, Any]
) -> list[Claim]:
    times = {"ahead": f"{ahead.total_seconds()} s", "lease": f"{lease.total_seconds()} s"}
    with connection.cursor() as cursor:
        cursor.execute(query, {"owner": owner, **times, **known})
        return [Claim(*row) for row in cursor.fetchall()]


# The first of each channel keeps its turn. Asked again of a row that somebody moves meanwhile.
_SPREAD = """
WITH late AS (
  SELECT id, row_number() OVER (PARTITION BY channel_id ORDER BY due_at, id) - 1 AS turn
  FROM posts_delivery WHERE state = 'queued' AND run_at <= %(until)s AND due_at <= %(until)s
    AND due_at + late_after > %(until)s)
UPDATE posts_delivery d SET run_at = %(until)s + late.turn * %(apart)s FROM late
WHERE d.id = late.id AND late.turn > 0
  AND d.state = 'queued' AND d.run_at <= %(until)s AND d.due_at <= %(until)s"""


def spread(*, until: datetime, apart: timedelta) -> None:
    """What was due by `until` and still may go out takes turns on its channel, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(_SPREAD, dict[str, Any](until=until, apart=apart))
