"""Finds conflicts: of a period for queries that show days, of some posts for a list. SQL alone.

Just after many rows came there are no statistics, and a plan that goes by them would read all
posts for each one that is shown. So each step is written down in its order: `MATERIALIZED`, and
`OFFSET 0` or `LIMIT` inside a `LATERAL`, keep a step apart, and an index bounds what it reads.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection

from accounts.models import Team
from calendar_app import quotas
from calendar_app.conflicts import MEMORY, Clash, Conflict, Crowd, Kind
from calendar_app.queries import openings
from calendar_app.queries.openings import Openings
from posts.models import Blackout
from posts.queries import alike
from posts.queries.filters import Filters

# How many pairs of a day are counted, how many that are too close have names, and how many of all.
A_DAY, NAMED_A_DAY, MOST = 20, 8, 900
# Two posts exactly a day apart are not on one day.
WINDOW = timedelta(days=1) - timedelta(microseconds=1)
_LIFETIME = timedelta(days=36_500)
_KINDS = {kind.value: kind for kind in Kind}

# Parameters: team, ids (of the posts that are shown), start, end; mine: what is to go out of them.
_MINE = """
mine AS MATERIALIZED (
  SELECT d.* FROM unnest(%(ids)s::bigint[]) AS i(id)
  CROSS JOIN LATERAL (
    SELECT id, team_id, post_id, channel_id, due_at, state FROM posts_delivery
    WHERE post_id = i.id OFFSET 0) d
  WHERE d.team_id = %(team)s AND d.state <> 'cancelled'
    AND d.due_at >= %(start)s AND d.due_at < %(end)s)"""
# Parameter: memory.
_SAME = f"""
said AS MATERIALIZED (
  SELECT m.post_id, m.channel_id, m.due_at, md5(coalesce(v.text, p.body)) AS digest
  FROM mine m
  CROSS JOIN LATERAL (SELECT body FROM posts_post WHERE id = m.post_id LIMIT 1) p
  CROSS JOIN LATERAL (
    SELECT text FROM posts_variant
    WHERE post_id = m.post_id AND channel_id = m.channel_id LIMIT 1) v
  WHERE m.state IN ('draft', 'queued') AND coalesce(v.text, p.body) <> ''),
{alike.STEPS.format(ahead="")},
same AS (
  SELECT DISTINCT ON (s.post_id, s.channel_id) s.post_id, s.channel_id, s.due_at AS at,
    e.post_id AS other_id, e.due_at AS other_at
  FROM said s JOIN earlier e ON e.digest = s.digest AND e.channel_id = s.channel_id
    AND e.post_id <> s.post_id AND (e.due_at, e.post_id) < (s.due_at, s.post_id)
    AND e.due_at > s.due_at - %(memory)s
  ORDER BY s.post_id, s.channel_id, e.due_at DESC, e.post_id DESC)"""
# Parameters: platforms, most, aligned. What never went out has taken nothing.
_QUOTA = """
quota AS (
  SELECT c.id AS channel_id, q.most, q.aligned
  FROM unnest(%(platforms)s::text[], %(most)s::int[], %(aligned)s::bool[])
    AS q(platform, most, aligned)
  JOIN publishers_channel c ON c.platform = q.platform AND c.team_id = %(team)s)"""
_COUNTS = "state NOT IN ('failed', 'missed')"

# Of a period, channel by channel, each in the order of its index. Parameters besides: gap, window,
# zone.
_ITS_DUE = "channel_id = c.channel_id AND team_id = %(team)s AND state <> 'cancelled'"
_BESIDE = f"""
beside AS MATERIALIZED (
  SELECT n.*, c.channel_id, row_number() OVER (PARTITION BY n.day ORDER BY n.at, n.id) AS nth
  FROM (SELECT id AS channel_id FROM publishers_channel WHERE team_id = %(team)s) c
  CROSS JOIN LATERAL (
    SELECT id, post_id, due_at AS at, was_post AS other_id, was_at AS other_at,
      (due_at AT TIME ZONE %(zone)s)::date AS day
    FROM (
      SELECT id, post_id, due_at,
        lag(due_at) OVER line AS was_at, lag(post_id) OVER line AS was_post
      FROM posts_delivery
      WHERE {_ITS_DUE} AND due_at > %(start)s - %(gap)s AND due_at < %(end)s + %(gap)s
      WINDOW line AS (ORDER BY due_at, id)) d
    WHERE due_at < was_at + %(gap)s AND post_id <> was_post
      AND due_at >= %(start)s AND was_at < %(end)s) n)"""
_CLOSE = f"""
close AS (
  SELECT post_id, channel_id, at, other_id, other_at FROM beside WHERE nth <= {NAMED_A_DAY})"""
# Of a day with more of them than are named: how many pairs, and which of the shown posts. Two
# numbers of posts make one, which is not the same for two pairs but beyond four billion posts.
_FULL = f"""
SELECT day, count(DISTINCT (post_id << 32) # other_id) AS pairs,
  -- Looked up, where ANY would compare with each of them.
  coalesce(array_agg(DISTINCT post_id)
    FILTER (WHERE post_id IN (SELECT unnest(%(ids)s::bigint[]))), '{{}}') AS late,
  coalesce(array_agg(DISTINCT other_id)
    FILTER (WHERE other_id IN (SELECT unnest(%(ids)s::bigint[]))), '{{}}') AS early
FROM beside GROUP BY day HAVING count(*) > {NAMED_A_DAY}"""
# Where there are no more than `most` in all, or no window of time has more, no day can be crowded,
# and to see that takes a fraction of counting for each post. In an order, which only an index gives
# for a few: without one all rows may be read until there are enough.
_CROWDED = f"""
crowded AS (
  SELECT (array_agg(n.post_id ORDER BY n.due_at, n.id))[1] AS post_id, c.channel_id,
    min(n.due_at) AS at, max(n.n) AS count, c.most, coalesce(
      array_agg(n.post_id) FILTER (WHERE n.post_id = ANY(%(ids)s::bigint[])), '{{}}') AS posts
  FROM (SELECT * FROM quota c WHERE CASE WHEN EXISTS (
    SELECT 1 FROM posts_delivery
    WHERE {_ITS_DUE} AND due_at >= %(start)s - %(window)s AND due_at < %(end)s AND {_COUNTS}
    ORDER BY due_at OFFSET c.most LIMIT 1) THEN EXISTS (
    SELECT 1 FROM (
      SELECT due_at, lag(due_at, c.most) OVER (ORDER BY due_at) AS first_at
      FROM posts_delivery
      WHERE {_ITS_DUE} AND due_at >= %(start)s - %(window)s AND due_at < %(end)s AND {_COUNTS}) n
    WHERE due_at - first_at <= %(window)s AND due_at >= %(start)s) END OFFSET 0) c
  CROSS JOIN LATERAL (
    SELECT id, post_id, due_at, count(*) OVER (
      PARTITION BY CASE WHEN c.aligned THEN (due_at AT TIME ZONE 'UTC')::date END
      ORDER BY due_at RANGE BETWEEN %(window)s PRECEDING AND CURRENT ROW) AS n
    FROM posts_delivery
    WHERE {_ITS_DUE} AND due_at >= %(start)s - %(window)s AND due_at < %(end)s AND {_COUNTS}) n
  WHERE n.n > c.most AND n.due_at >= %(start)s
  GROUP BY c.channel_id, c.most, (n.due_at AT TIME ZONE %(zone)s)::date)"""

# Of some posts, wherever they are.
_CLOSE_TO_MINE = """
close AS (
  SELECT m.post_id, m.channel_id, m.due_at AS at, e.post_id AS other_id, e.due_at AS other_at
  FROM mine m
  CROSS JOIN LATERAL (
    SELECT post_id, due_at FROM posts_delivery d
    WHERE d.team_id = %(team)s AND d.due_at > m.due_at - %(gap)s AND d.due_at < m.due_at + %(gap)s
      AND d.channel_id = m.channel_id AND d.post_id <> m.post_id AND d.state <> 'cancelled'
    ORDER BY abs(extract(epoch FROM d.due_at - m.due_at)), d.id LIMIT 1) e)"""
_CROWDED_AT_MINE = f"""
crowded AS (
  SELECT m.post_id, m.channel_id, m.due_at AS at, c.n AS count, q.most,
    ARRAY[m.post_id] AS posts
  FROM mine m JOIN quota q ON q.channel_id = m.channel_id
  CROSS JOIN LATERAL (
    SELECT count(*) AS n FROM posts_delivery d
    WHERE d.team_id = %(team)s AND d.due_at >= m.due_at - %(window)s AND d.due_at <= m.due_at
      AND d.channel_id = m.channel_id AND d.state <> 'cancelled' AND d.{_COUNTS}
      AND (NOT q.aligned OR d.due_at >= date_trunc('day', m.due_at, 'UTC'))) c
  WHERE c.n > q.most AND m.{_COUNTS})"""

NAMED = """
SELECT c.kind, c.post_id, c.at, coalesce(nullif(n.name, ''), n.handle) AS channel, c.other_id,
  coalesce(nullif(o.title, ''), left(o.body, 80)) AS other, c.other_at,
  coalesce(nullif(p.title, ''), left(p.body, 80), '') AS post
FROM ({found}) c
JOIN publishers_channel n ON n.id = c.channel_id
JOIN posts_post o ON o.id = c.other_id
LEFT JOIN posts_post p ON p.id = c.post_id
ORDER BY c.at, c.kind, c.post_id LIMIT {most}"""
_FOUND = f"""
SELECT * FROM (
  SELECT 'close' AS kind, * FROM close UNION ALL SELECT 'same', * FROM same) both_kinds
ORDER BY at, kind, post_id LIMIT {MOST}"""
# Lists in one row, since a page is made of few statements.
_LISTS = f"""
SELECT {{full}}, (SELECT json_agg(c) FROM ({NAMED.format(found=_FOUND, most=MOST)}) c),
  (SELECT json_agg(c) FROM (
    SELECT k.*, coalesce(nullif(n.name, ''), n.handle) AS channel
    FROM crowded k JOIN publishers_channel n ON n.id = k.channel_id
    ORDER BY k.at, k.post_id LIMIT {MOST}) c),
  (SELECT json_agg(b ORDER BY b.starts_on, b.id) FROM posts_blackout b WHERE b.team_id = %(team)s)
"""
_OF_PERIOD = (_MINE, _SAME, _QUOTA, _BESIDE, _CLOSE, _CROWDED)
_LISTS_OF_PERIOD = _LISTS.format(full=f"(SELECT json_agg(f) FROM ({_FULL}) f)")
_PERIOD = f"WITH {','.join(_OF_PERIOD)} {_LISTS_OF_PERIOD}"
_WITH_SLOTS = f"WITH {','.join((*_OF_PERIOD, openings.CTES))} {_LISTS_OF_PERIOD}, {openings.LISTS}"
_OF_POSTS = (_MINE, _SAME, _QUOTA, _CLOSE_TO_MINE, _CROWDED_AT_MINE)
_POSTS = f"WITH {','.join(_OF_POSTS)} {_LISTS.format(full='NULL')}"


@dataclass(frozen=True)
class Full:
    """A day with more that are too close than are named: how many `pairs`, and the shown `posts`
    of all of them.
    """

    pairs: int
    posts: frozenset[int]


@dataclass(frozen=True)
class Found:
    """In the order of time; the team's blackouts are there as they are, and so are its slots where
    they were asked for.
    """

    conflicts: Sequence[Conflict]
    full: Mapping[date, Full]
    blackouts: Sequence[Blackout]
    openings: Openings


def of_period(
    team: Team,
    *,
    start: datetime,
    end: datetime,
    zone: str,
    ids: Collection[int],
    slots_of: Filters | None = None,
) -> Found:
    """Closeness and crowds of all posts, the same text of the posts `ids`, and the slots of the
    channels that are asked for. In one statement.
    """
    known = _known(team, start, end, ids) | {"zone": zone}
    if slots_of is None:
        return _found(_PERIOD, known)
    return _found(_WITH_SLOTS, known | openings.parameters(team, slots_of))


def of_posts(team: Team, *, start: datetime, ids: Collection[int]) -> Found:
    """What speaks against the posts `ids`, as far as they go out from `start` on."""
    return _found(_POSTS, _known(team, start, start + _LIFETIME, ids))


def _known(team: Team, start: datetime, end: datetime, ids: Collection[int]) -> dict[str, Any]:
    gap, daily = timedelta(minutes=team.gap_minutes), quotas.known()
    return {
        "team": team.pk,
        "start": start,
        "end": end,
        "ids": list(ids),
        "gap": gap,
        "window": WINDOW,
        "memory": MEMORY,
        "platforms": [quota.platform for quota in daily],
        "most": [quota.most for quota in daily],
        "aligned": [quota.aligned for quota in daily],
    }


def _found(sql: str, known: Mapping[str, Any]) -> Found:
    with connection.cursor() as cursor:
        cursor.execute(sql, known)
        lists = (some or [] for some in cursor.fetchone())
    full, clashes, crowds, blackouts, *slots = lists
    found: list[Conflict] = [*map(_clash, clashes), *map(_crowd, crowds)]
    found.sort(key=lambda one: one.at)
    given = openings.read(*slots) if slots else Openings()
    days = {date.fromisoformat(row["day"]): _full(row) for row in full}
    return Found(found, days, [_blackout(row) for row in blackouts], given)


def _clash(row: Mapping[str, Any]) -> Clash:
    return Clash(
        _KINDS[row["kind"]],
        row["post_id"],
        datetime.fromisoformat(row["at"]),
        row["channel"],
        row["other_id"],
        row["other"],
        datetime.fromisoformat(row["other_at"]),
        row["post"],
    )


def _crowd(row: Mapping[str, Any]) -> Crowd:
    at = datetime.fromisoformat(row["at"])
    return Crowd(**{**row, "at": at, "posts": frozenset(row["posts"])})


def _full(row: Mapping[str, Any]) -> Full:
    return Full(row["pairs"], frozenset((*row["late"], *row["early"])))


def _blackout(row: Mapping[str, Any]) -> Blackout:
    days = {name: date.fromisoformat(row[name]) for name in ("starts_on", "ends_on")}
    return Blackout(
        pk=row["id"], name=row["name"], yearly=row["yearly"], blocks=row["blocks"], **days
    )
