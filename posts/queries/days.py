"""Which posts are on which day or hour: statements for planned.py. SQL alone.

Parameters: team, start, end; `bounds`, the moments at which the days or hours begin, and `days`,
which day each of them is of; `most` of each, or one of each where these are more than there is
`room` for; of the day `whole` a `page` of posts after `skip`. Looking a moment up among bounds
takes a fraction of what the database needs to find its day in a zone.

Nearly always a post goes out when it is planned. Of the others the database keeps a note
(models/apart.py): posts that nothing goes out of, and those that a channel gets at another time.
These few are `odd`, and looked at one by one; the others are counted and read by their own time,
the first of each day alone.
"""

_POSTS = """team_id = %(team)s AND trashed_at IS NULL
      AND planned_at >= %(start)s AND planned_at < %(end)s"""
_DUE = """team_id = %(team)s AND state <> 'cancelled'
      AND due_at >= %(start)s AND due_at < %(end)s"""

_ODD = """
odd AS MATERIALIZED (
  SELECT DISTINCT post_id FROM posts_apart
  WHERE team_id = %(team)s AND at >= %(start)s AND at < %(end)s)"""
_GIVEN = """EXISTS (
    SELECT 1 FROM posts_delivery d
    WHERE d.post_id = odd.post_id AND d.due_at IS NOT NULL AND d.state <> 'cancelled')"""

# `away` goes out, and not or not only at its own time. {of_posts} and {join} say which posts are
# asked for.
_ITEMS = f"""
away AS MATERIALIZED (
  SELECT odd.post_id FROM odd CROSS JOIN LATERAL (
    SELECT planned_at FROM posts_post WHERE id = odd.post_id LIMIT 1) p
  WHERE EXISTS (
    SELECT 1 FROM posts_delivery d
    WHERE d.post_id = odd.post_id AND d.due_at IS NOT NULL AND d.state <> 'cancelled'
      AND d.due_at IS DISTINCT FROM p.planned_at)),
due AS MATERIALIZED (
  SELECT d.post_id, width_bucket(d.due_at, %(bounds)s::timestamptz[]) AS part, min(d.due_at) AS at
  FROM away CROSS JOIN LATERAL (
    SELECT post_id, due_at, state FROM posts_delivery WHERE post_id = away.post_id OFFSET 0) d
  {{join}}
  WHERE d.due_at >= %(start)s AND d.due_at < %(end)s AND d.state <> 'cancelled'
  GROUP BY 1, 2),
counted AS MATERIALIZED (
  SELECT part::int, sum(n)::bigint AS n FROM (
    SELECT b.part, t.n
    FROM unnest(%(bounds)s::timestamptz[], (%(bounds)s::timestamptz[])[2:] || %(end)s::timestamptz)
      WITH ORDINALITY AS b(since, upto, part)
    CROSS JOIN LATERAL (
      SELECT count(*) AS n FROM posts_post
      WHERE team_id = %(team)s AND trashed_at IS NULL
        AND planned_at >= greatest(%(start)s, b.since) AND planned_at < least(%(end)s, b.upto)
        {{of_posts}}) t
    UNION ALL
    SELECT width_bucket(planned_at, %(bounds)s::timestamptz[]), -1 FROM posts_post
    WHERE id IN (SELECT post_id FROM away) AND {_POSTS} {{of_posts}}
    UNION ALL
    SELECT part, count(*) FROM due GROUP BY 1) all_of_them
  GROUP BY part HAVING sum(n) > 0)"""
_FIRST = """
item AS MATERIALIZED (
  SELECT c.part, t.post_id, t.at FROM counted c CROSS JOIN LATERAL (
    SELECT id AS post_id, planned_at AS at FROM posts_post
    WHERE team_id = %(team)s AND trashed_at IS NULL
      AND planned_at >= greatest(%(start)s, (%(bounds)s::timestamptz[])[c.part])
      AND planned_at < least(%(end)s, (%(bounds)s::timestamptz[])[c.part + 1])
      AND id NOT IN (SELECT post_id FROM away) {of_posts}
    ORDER BY planned_at, id
    LIMIT CASE WHEN (%(days)s::date[])[c.part] = %(whole)s::date
      THEN greatest(%(skip)s + %(page)s, %(most)s) ELSE (SELECT n FROM most) END) t
  UNION ALL
  SELECT part, post_id, at FROM due)"""

# The same of some channels: {of_deliveries} says which, and {wanted} of which posts.
_ITEMS_BY_CHANNEL = f"""
there AS MATERIALIZED (
  SELECT post_id, width_bucket(due_at, %(bounds)s::timestamptz[]) AS part, min(due_at) AS at
  FROM posts_delivery d WHERE {_DUE} {{of_deliveries}}
  GROUP BY 1, 2),
due AS MATERIALIZED (SELECT post_id, part, at FROM there WHERE {{wanted}}),
item AS MATERIALIZED (
  SELECT part, post_id, at FROM due
  UNION ALL
  SELECT width_bucket(p.planned_at, %(bounds)s::timestamptz[]), odd.post_id, p.planned_at
  FROM odd CROSS JOIN LATERAL (
    SELECT planned_at FROM posts_post
    WHERE id = odd.post_id AND {_POSTS} {{of_posts}} LIMIT 1) p
  WHERE NOT {_GIVEN}),
counted AS MATERIALIZED (SELECT part, count(*) AS n FROM item GROUP BY part)"""

# For {wanted}: those of which {own} holds, read in the order of their numbers and kept to be looked
# up. A join, which this is not, might compare each with each.
WANTED = """(post_id IN (
    SELECT id FROM posts_post
    WHERE id = ANY(ARRAY(SELECT post_id FROM there)) AND {own})) IS TRUE"""

_MOST = """
most AS MATERIALIZED (
  SELECT CASE WHEN sum(least(n, %(most)s)) > %(room)s THEN least(%(most)s, 1) ELSE %(most)s END AS n
  FROM counted)"""
_SHOWN = """
shown AS MATERIALIZED (
  SELECT *, (%(days)s::date[])[part] AS day FROM (
    SELECT item.*, row_number() OVER (PARTITION BY part ORDER BY at, post_id) AS nth
    FROM item) ranked
  WHERE nth <= (SELECT n FROM most)
    OR (%(days)s::date[])[part] = %(whole)s::date
       AND nth > %(skip)s AND nth <= %(skip)s + %(page)s)
SELECT s.post_id, s.day, s.at, coalesce(g.channels, '{{}}'), coalesce(g.states, '{{}}'),
       coalesce(g.at_risk, false), c.n, s.nth
FROM shown s
JOIN counted c ON c.part = s.part
CROSS JOIN LATERAL (
  SELECT array_agg(d.channel_id) AS channels, array_agg(d.state) AS states,
         bool_or(d.state = 'queued' AND d.warning <> '') AS at_risk
  FROM posts_delivery d
  WHERE d.post_id = s.post_id AND d.due_at >= %(start)s AND d.due_at < %(end)s
    AND width_bucket(d.due_at, %(bounds)s::timestamptz[]) = s.part
    AND d.state <> 'cancelled' {of_deliveries}) g
ORDER BY s.at, s.post_id
"""

# Both with the same columns: those of planned.py's Row.
BY_POST = "WITH" + ",".join((_ODD, _ITEMS, _MOST, _FIRST, _SHOWN))
BY_CHANNEL = "WITH" + ",".join((_ODD, _ITEMS_BY_CHANNEL, _MOST, _SHOWN))
