"""What speaks against the times of several posts at once, before any of them takes its own."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from accounts.models import Team
from calendar_app.conflicts import MEMORY, Clash, Kind
from calendar_app.queries.ahead import of_blackout, of_channel
from calendar_app.queries.clashes import NAMED
from calendar_app.queries.conflicts import words
from posts.models import Blackout, Post

MOST = 300
# Of one post.
_SHOWN = 3

_ASKED = """asked AS (
  SELECT * FROM unnest(%(posts)s::bigint[], %(channels)s::bigint[], %(times)s::timestamptz[])
    AS q(post_id, channel_id, at))"""
# What stays where it is.
_CLOSE = """
SELECT 'close' AS kind, q.post_id, q.channel_id, q.at, e.post_id AS other_id,
  e.due_at AS other_at
FROM asked q
CROSS JOIN LATERAL (
  SELECT d.post_id, d.due_at FROM posts_delivery d
  WHERE d.team_id = %(team)s AND d.channel_id = q.channel_id AND d.state <> 'cancelled'
    AND d.post_id <> ALL(%(posts)s::bigint[])
    AND d.due_at > q.at - %(gap)s AND d.due_at < q.at + %(gap)s
  ORDER BY abs(extract(epoch FROM d.due_at - q.at)), d.id LIMIT 1) e"""
# And each other, by the times that they are to have.
_EACH_OTHER = """
SELECT 'close', post_id, channel_id, at, was_post, was_at
FROM (
  SELECT *, lag(at) OVER beside AS was_at, lag(post_id) OVER beside AS was_post
  FROM asked WINDOW beside AS (PARTITION BY channel_id ORDER BY at, post_id)) due
WHERE at < was_at + %(gap)s"""
# As in clashes.py by the digests that are indexed.
_OTHERS = """
  AND d.channel_id = q.channel_id AND d.state <> 'cancelled'
  AND d.due_at > q.at - %(memory)s AND d.due_at < q.at + %(memory)s"""
_SAME = f"""
(SELECT DISTINCT ON (q.post_id, q.channel_id) 'same', q.post_id, q.channel_id, q.at,
  d.post_id, d.due_at
FROM asked q
JOIN posts_post p ON p.id = q.post_id AND p.body <> ''
JOIN posts_variant v ON v.post_id = p.id AND v.channel_id = q.channel_id AND v.text IS NULL
JOIN posts_post o ON md5(o.body) = md5(p.body) AND o.team_id = %(team)s
  AND o.id <> ALL(%(posts)s::bigint[])
JOIN posts_variant w ON w.post_id = o.id AND w.channel_id = q.channel_id AND w.text IS NULL
JOIN posts_delivery d ON d.post_id = o.id {_OTHERS}
ORDER BY q.post_id, q.channel_id, d.due_at DESC)"""
_SAME_OWN = f"""
(SELECT DISTINCT ON (q.post_id, q.channel_id) 'same', q.post_id, q.channel_id, q.at,
  d.post_id, d.due_at
FROM asked q
JOIN posts_variant v ON v.post_id = q.post_id AND v.channel_id = q.channel_id AND v.text <> ''
JOIN posts_variant w ON md5(w.text) = md5(v.text) AND w.text IS NOT NULL
  AND w.channel_id = q.channel_id AND w.post_id <> ALL(%(posts)s::bigint[])
JOIN posts_delivery d ON d.post_id = w.post_id {_OTHERS}
ORDER BY q.post_id, q.channel_id, d.due_at DESC)"""
_AMONG = NAMED.format(
    found=f"WITH {_ASKED} " + " UNION ALL ".join((_CLOSE, _EACH_OTHER, _SAME, _SAME_OWN)),
    most=MOST,
)

# When a post is to go out on each of its channels.
type Times = Mapping[int, datetime]


def among(
    team: Team, times: Mapping[int, Times], posts: Sequence[Post], blackouts: Iterable[Blackout]
) -> dict[int, list[str]]:
    """In words, by post: in one statement. `times` by the ids of some of `posts`, which are read
    with their variants; `blackouts`: all of the team's.
    """
    found: defaultdict[int, list[str]] = defaultdict(list)
    for clash in _clashes(team, times):
        found[clash.post_id].append(words(clash))
    days = list(blackouts)
    for post in posts:
        due = times.get(post.pk)
        if due is None:
            continue
        there = {at.astimezone(team.zone).date() for at in due.values()}
        found[post.pk] += [of_blackout(b, day) for b in days for day in there if b.covers(day)]
        channels = {variant.channel_id: variant.channel for variant in post.variants.all()}
        found[post.pk] += filter(None, (of_channel(one) for one in channels.values()))
    return {pk: list(dict.fromkeys(lines))[:_SHOWN] for pk, lines in found.items()}


def _clashes(team: Team, times: Mapping[int, Times]) -> list[Clash]:
    rows = [(pk, channel, at) for pk, due in times.items() for channel, at in due.items()]
    if not rows:
        return []
    posts, channels, moments = (list(column) for column in zip(*rows, strict=True))
    known: dict[str, Any] = {
        "team": team.pk,
        "posts": posts,
        "channels": channels,
        "times": moments,
        "gap": timedelta(minutes=team.gap_minutes),
        "memory": MEMORY,
    }
    with connection.cursor() as cursor:
        cursor.execute(_AMONG, known)
        found = [Clash(Kind(kind), *row) for kind, *row in cursor.fetchall()]
    # Of the channels that two posts share the first stands for all.
    return list({(clash.post_id, *clash.pair): clash for clash in reversed(found)}.values())[::-1]
