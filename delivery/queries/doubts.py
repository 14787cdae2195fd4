"""What is to be looked up on its platform now. Asked by reconcile.py, which leases it."""

from collections.abc import Mapping

from django.db import connection

# Which team is first is left to chance: those with the longest queues have always waited longest.
_WAITING = """
WITH waiting AS (
  SELECT d.id, d.checks, c.platform, d.team_id, row_number() OVER (
    PARTITION BY c.platform, d.team_id ORDER BY d.check_at, d.id) AS of_team
  FROM posts_delivery d JOIN publishers_channel c ON c.id = d.channel_id
  WHERE d.state IN ('unknown', 'accepted') AND d.check_at <= statement_timestamp()),
placed AS (
  SELECT w.*, row_number() OVER (PARTITION BY w.platform ORDER BY w.of_team, random()) AS place
  FROM waiting w)
SELECT p.id, p.checks, p.platform, p.team_id
FROM placed p LEFT JOIN unnest(%s::text[], %s::int[]) AS u (platform, under_way) USING (platform)
WHERE p.place <= %s - COALESCE(u.under_way, 0)
ORDER BY p.place
"""


def waiting(most: int, under_way: Mapping[str, int]) -> list[tuple[int, int, str, int]]:
    """Delivery, its count of looks, platform and team: the teams in turn, of each platform `most`
    with those that are `under_way` there.
    """
    with connection.cursor() as cursor:
        cursor.execute(_WAITING, [list(under_way), list(under_way.values()), most])
        found: list[tuple[int, int, str, int]] = cursor.fetchall()
    return found
