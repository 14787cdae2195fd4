"""How a team's posts were received, by the weekday and the hour that they went out at."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from accounts.models import Team
from posts.queries.filters import NOTHING, Filters, channels

PERIOD = timedelta(days=90)
# Before, figures say more of how young a post is than of how it does.
SETTLED = timedelta(days=1)
# Times its channel's usual: one post that the whole world saw is not to decide alone.
MOST = 4

# A channel is compared with itself: a large one is not a better hour.
_BY_HOUR = """
WITH counted AS (
  SELECT d.post_id, d.channel_id, r.at AT TIME ZONE %(zone)s AS local,
         coalesce(r.engagements, r.impressions)::float8 AS figure
  FROM posts_reception r JOIN posts_delivery d ON d.id = r.delivery_id
  WHERE r.team_id = %(team)s AND r.at > %(since)s AND r.measured_at >= r.at + %(settled)s
    AND coalesce(r.engagements, r.impressions) IS NOT NULL
    AND (%(channels)s::bigint[] IS NULL OR d.channel_id = ANY(%(channels)s::bigint[]))),
compared AS (
  SELECT post_id, local, least(coalesce(
    figure / nullif(avg(figure) OVER (PARTITION BY channel_id), 0), 1), %(most)s) AS share
  FROM counted)
SELECT extract(isodow FROM local)::int - 1, extract(hour FROM local)::int, count(*), sum(share),
       (SELECT count(DISTINCT post_id) FROM counted)
FROM compared GROUP BY 1, 2
"""


@dataclass(frozen=True)
class Received:
    """`hours`: weekday (0: Monday), hour, how often something went out then, and the sum of how
    each did, where 1 is what its channel is used to. `posts`: how many posts these are.
    """

    hours: Sequence[tuple[int, int, int, float]]
    posts: int


def by_hour(team: Team, zone: str, filters: Filters = NOTHING) -> Received:
    """Of the last 90 days, by the clock of `zone`; on the channels of the filters alone where they
    name some. Two statements at most.
    """
    only = (
        list(channels(team, filters).values_list("pk", flat=True)) if filters.by_channel else None
    )
    asked: dict[str, Any] = {
        "team": team.pk,
        "zone": zone,
        "since": timezone.now() - PERIOD,
        "settled": SETTLED,
        "most": MOST,
        "channels": only,
    }
    with connection.cursor() as cursor:
        cursor.execute(_BY_HOUR, asked)
        rows = cursor.fetchall()
    return Received([row[:4] for row in rows], rows[0][4] if rows else 0)
