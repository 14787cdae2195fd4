"""Asks the platforms how posts did: an hour, a day, a week and a month after they went out.

Called by its tick, a few channels at a time, the longest waiting first. What is asked about is put
off before it is asked, so that whoever dies on the way leaves a row that comes up again. No
transaction is open while a platform answers.
"""

import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter
from typing import Any

import structlog
from django.db import connection
from django.utils import timezone

from analytics import ages, counting, spending
from posts.models import Reception
from posts.services import reception
from publishers import instance, registry, sessions
from publishers.contract import Figures, Measures, NotPublished, Rejected, TryLater
from publishers.sessions import Session

log = structlog.get_logger(__name__)

# Of one tick: what begins to be measured, how many channels are asked, about how many posts each,
# and for how long further channels are begun with.
ENROLLED = 500
CHANNELS = 10
TOGETHER = 25
SECONDS = 40.0
# Longer than all of that takes.
HELD = timedelta(minutes=15)
# Another tick may come while a slow platform still answers this one.
_turn = threading.Lock()


@dataclass(frozen=True)
class Asked:
    """One delivery, and what its platform calls the post."""

    delivery_id: int
    team_id: int
    channel_id: int
    remote_id: str
    at: datetime


def tick() -> None:
    if instance.foreign() or not _turn.acquire(blocking=False):
        return
    try:
        _enroll()
        ends = time.monotonic() + SECONDS
        for channel_id, posts in groupby(_due(), key=attrgetter("channel_id")):
            if time.monotonic() < ends:
                measure(channel_id, list(posts))
    finally:
        _turn.release()


def measure(channel_id: int, posts: Sequence[Asked]) -> None:
    """All of one channel. Whoever cannot answer now is asked again later."""
    answer = _answer(channel_id, [one.remote_id for one in posts])
    now = timezone.now()
    if isinstance(answer, Mapping):
        reception.keep(_received(posts, answer, now))
        gone = [one.delivery_id for one in posts if one.remote_id not in answer]
        Reception.objects.filter(pk__in=gone).update(next_at=None)
        return
    after = answer.after if isinstance(answer, TryLater) else None
    log.info("analytics.not_measured", channel=channel_id, answer=type(answer).__name__)
    for one in posts:
        Reception.objects.filter(pk=one.delivery_id).update(next_at=ages.again(one.at, now, after))


def _answer(channel_id: int, remote_ids: Sequence[str]) -> Mapping[str, Figures] | NotPublished:
    opened = sessions.open_session(channel_id)
    if not isinstance(opened, Session):
        return opened
    adapter, channel = opened.adapter, opened.channel
    if not isinstance(adapter, Measures):
        return Rejected("This platform tells no figures of posts.")
    if not spending.may_ask(channel, adapter.spec):
        return TryLater("What is left is for posts.")
    counted = spending.Counted(adapter.http, adapter.spec)
    adapter.http = counted
    try:
        return adapter.measure(remote_ids)
    except Exception:
        # A figure less is no harm; a tick that dies here would ask the same again for ever.
        log.exception("analytics.measuring_failed", platform=channel.platform)
        return TryLater("Reading the answer failed on our side.")
    finally:
        spending.note(channel, counted.meter)


def _received(
    posts: Iterable[Asked], answer: Mapping[str, Figures], now: datetime
) -> list[Reception]:
    return [
        Reception(
            delivery_id=one.delivery_id,
            team_id=one.team_id,
            at=one.at,
            impressions=counting.shown(answer[one.remote_id]),
            engagements=counting.engaged(answer[one.remote_id]),
            measured_at=now,
            next_at=ages.following(one.at, now),
        )
        for one in posts
        if one.remote_id in answer
    ]


_ENROLL = """
INSERT INTO posts_reception (delivery_id, team_id, at, next_at)
SELECT d.id, d.team_id, d.published_at, d.published_at + %(first)s
FROM posts_delivery d JOIN publishers_channel c ON c.id = d.channel_id
WHERE d.state = 'published' AND d.published_at > now() - %(last)s AND d.remote_id IS NOT NULL
  AND c.platform = ANY(%(platforms)s::text[])
  AND NOT EXISTS (SELECT 1 FROM posts_reception r WHERE r.delivery_id = d.id)
ORDER BY d.published_at DESC LIMIT %(most)s
ON CONFLICT DO NOTHING
"""
# Read and put off in one statement: of two ticks at once one gets the row.
_DUE = """
WITH waiting AS (
  SELECT r.delivery_id, d.channel_id, d.remote_id, r.next_at,
         row_number() OVER (PARTITION BY d.channel_id ORDER BY r.next_at, r.delivery_id) AS nth,
         min(r.next_at) OVER (PARTITION BY d.channel_id) AS since
  FROM posts_reception r JOIN posts_delivery d ON d.id = r.delivery_id
  JOIN publishers_channel c ON c.id = d.channel_id
  WHERE r.next_at <= now() AND d.remote_id IS NOT NULL AND c.state = 'connected'
    AND c.platform = ANY(%(platforms)s::text[])),
chosen AS (
  SELECT channel_id FROM waiting WHERE nth = 1 ORDER BY since, channel_id LIMIT %(channels)s)
UPDATE posts_reception r SET next_at = now() + %(held)s
FROM waiting w JOIN chosen USING (channel_id)
WHERE r.delivery_id = w.delivery_id AND w.nth <= %(together)s AND r.next_at = w.next_at
RETURNING r.delivery_id, r.team_id, w.channel_id, w.remote_id, r.at
"""
_OVER = "UPDATE posts_reception SET next_at = NULL WHERE next_at <= now() AND at < now() - %(over)s"


def _platforms() -> list[str]:
    return [spec.slug for spec in registry.specs() if "measure" in spec.features]


def _enroll() -> None:
    known: dict[str, Any] = {
        "platforms": _platforms(),
        "first": ages.AGES[0],
        "last": ages.AGES[-1],
        "most": ENROLLED,
        "over": ages.OVER,
    }
    with connection.cursor() as cursor:
        cursor.execute(_ENROLL, known)
        cursor.execute(_OVER, known)


def _due() -> list[Asked]:
    asked: dict[str, Any] = {
        "platforms": _platforms(),
        "channels": CHANNELS,
        "together": TOGETHER,
        "held": HELD,
    }
    with connection.cursor() as cursor:
        cursor.execute(_DUE, asked)
        return sorted((Asked(*row) for row in cursor.fetchall()), key=attrgetter("channel_id"))
