"""Posts that say the same on a channel, as parts of a statement: for the calendar's clashes.py,
which shows them, and for the gate that keeps them apart.

Texts are compared by the digests that posts_post and posts_variant are indexed by; neither index
knows of teams, so others' rows are left out before the latest are taken. Each step is written down
in its order, as clashes.py says.
"""

# Of posts that say the same, the latest.
ALIKE = 50

# After `said` (post_id, channel_id, due_at, digest); it leads to `earlier` (digest, post_id,
# channel_id, due_at). Parameter: team. {ahead}: how much later than what is said others may be
# planned. What only one post says is not looked for in that post itself: most are alone with it.
STEPS = f"""
digests AS MATERIALIZED (
  SELECT digest, CASE WHEN min(post_id) = max(post_id) THEN min(post_id) END AS own
  FROM said GROUP BY digest),
alike AS MATERIALIZED (
  SELECT g.digest, o.id AS post_id, NULL::bigint AS channel_id FROM digests g
  CROSS JOIN LATERAL (
    SELECT id FROM (
      SELECT id, team_id, planned_at, trashed_at FROM posts_post
      WHERE md5(body) = g.digest OFFSET 0) found
    WHERE team_id = %(team)s AND trashed_at IS NULL AND id IS DISTINCT FROM g.own
      AND planned_at <= (SELECT max(due_at) FROM said){{ahead}}
    ORDER BY planned_at DESC LIMIT {ALIKE}) o
  UNION ALL
  SELECT g.digest, w.post_id, w.channel_id FROM digests g
  CROSS JOIN LATERAL (
    SELECT post_id, channel_id FROM (
      SELECT id, post_id, channel_id FROM posts_variant
      WHERE md5(text) = g.digest AND text IS NOT NULL OFFSET 0) found
    WHERE channel_id IN (SELECT channel_id FROM said) AND post_id IS DISTINCT FROM g.own
    ORDER BY id DESC LIMIT {ALIKE}) w),
earlier AS MATERIALIZED (
  SELECT a.digest, d.post_id, d.channel_id, d.due_at FROM alike a
  CROSS JOIN LATERAL (
    SELECT team_id, post_id, channel_id, due_at, state FROM posts_delivery
    WHERE post_id = a.post_id OFFSET 0) d
  CROSS JOIN LATERAL (
    SELECT text FROM posts_variant
    WHERE post_id = d.post_id AND channel_id = d.channel_id LIMIT 1) v
  WHERE d.team_id = %(team)s AND d.state <> 'cancelled'
    AND CASE WHEN a.channel_id IS NULL THEN v.text IS NULL ELSE a.channel_id = d.channel_id END)"""
