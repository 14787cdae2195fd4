"""Whether a channel takes one more post in a day, before somebody chooses a time for it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from accounts.models import Team
from calendar_app import quotas
from calendar_app.conflicts import Crowd
from calendar_app.queries.clashes import WINDOW
from publishers.models import Channel

# The fullest of all days that the new time would be in: each ends with a post, or with itself.
_CROWDS = """
SELECT q.channel_id, max(c.n)
FROM unnest(%(channels)s::bigint[], %(times)s::timestamptz[], %(aligned)s::bool[])
  AS q(channel_id, at, aligned)
CROSS JOIN LATERAL (
  SELECT due_at, count(*) OVER (
    PARTITION BY CASE WHEN q.aligned THEN (due_at AT TIME ZONE 'UTC')::date END
    ORDER BY due_at RANGE BETWEEN %(window)s PRECEDING AND CURRENT ROW) AS n
  FROM (
    SELECT q.at AS due_at UNION ALL
    SELECT d.due_at FROM posts_delivery d
    WHERE d.team_id = %(team)s AND d.channel_id = q.channel_id AND d.post_id <> %(post)s
      AND d.state NOT IN ('cancelled', 'failed', 'missed')
      AND d.due_at >= q.at - %(window)s AND d.due_at <= q.at + %(window)s) near) c
WHERE c.due_at >= q.at
  AND (NOT q.aligned OR (c.due_at AT TIME ZONE 'UTC')::date = (q.at AT TIME ZONE 'UTC')::date)
GROUP BY q.channel_id"""


def crowds(
    team: Team, times: Sequence[tuple[Channel, datetime]], *, post_id: int = 0
) -> list[Crowd]:
    """Of the channels that would have too many, were the post to go out at these `times`. In one
    statement, or none where no platform counts days.
    """
    daily = {
        one.platform: one for one in quotas.known({channel.platform for channel, _at in times})
    }
    asked = [
        (channel, at, daily[channel.platform]) for channel, at in times if channel.platform in daily
    ]
    if not asked:
        return []
    known: dict[str, Any] = {
        "team": team.pk,
        "post": post_id,
        "channels": [channel.pk for channel, _at, _quota in asked],
        "times": [at for _channel, at, _quota in asked],
        "aligned": [quota.aligned for _channel, _at, quota in asked],
        "window": WINDOW,
    }
    with connection.cursor() as cursor:
        cursor.execute(_CROWDS, known)
        counted = dict(cursor.fetchall())
    return [
        Crowd(post_id, at, str(channel), channel.pk, counted[channel.pk], quota.most, frozenset())
        for channel, at, quota in asked
        if counted[channel.pk] > quota.most
    ]
