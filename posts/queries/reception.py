"""How a team's posts were received: by the hour that they went out at, and each by itself."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from accounts.models import Team
from posts.performance import Performance
from posts.queries.filters import NOTHING, Filters

PERIOD = timedelta(days=90)
# Before, figures say more of how young a post is than of how it does.
SETTLED = timedelta(days=1)
# Times its channel's usual: one post that the whole world saw is not to decide alone.
MOST = 4

# A channel is compared with itself: a large one is not a better hour, nor a better text.
_COMPARED = """
WITH counted AS (
  SELECT d.post_id, d.channel_id, r.at AT TIME ZONE %(zone)s AS local,
         coalesce(r.engagements, r.impressions)::float8 AS figure
  FROM posts_reception r JOIN posts_delivery d ON d.id = r.delivery_id
  WHERE r.team_id = %(team)s AND r.at > %(since)s AND r.measured_at >= r.at + %(settled)s
    AND coalesce(r.engagements, r.impressions) IS NOT NULL
    AND d.channel_id IN (
      SELECT id FROM publishers_channel c WHERE c.team_id = %(team)s
        AND (cardinality(%(channels)s::bigint[]) = 0 OR c.id = ANY(%(channels)s::bigint[]))
        AND (cardinality(%(platforms)s::text[]) = 0 OR c.platform = ANY(%(platforms)s::text[])))),
compared AS (
  SELECT post_id, local, least(coalesce(
    figure / nullif(avg(figure) OVER (PARTITION BY channel_id), 0), 1), %(most)s) AS share
  FROM counted)"""
_BY_HOUR = f"""{_COMPARED}
SELECT extract(isodow FROM local)::int - 1, extract(hour FROM local)::int, count(*), sum(share),
       (SELECT count(DISTINCT post_id) FROM counted)
FROM compared GROUP BY 1, 2
"""
_BY_POST = f"""{_COMPARED}
SELECT post_id, avg(share) FROM compared WHERE post_id = ANY(%(posts)s) GROUP BY 1
"""
_BY_TEMPLATE = f"""{_COMPARED}
SELECT v.template_id, count(DISTINCT c.post_id), avg(c.share)
FROM posts_templateversion v
JOIN posts_templateuse u ON u.version_id = v.id
JOIN compared c ON c.post_id = u.post_id
WHERE v.template_id = ANY(%(templates)s) GROUP BY 1
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
    name some.
    """
    on = {"channels": list(filters.channels), "platforms": list(filters.platforms)}
    rows = _rows(team, _BY_HOUR, zone=zone, **on)
    return Received([row[:4] for row in rows], rows[0][4] if rows else 0)


def by_post(team: Team, posts: Iterable[int]) -> dict[int, float]:
    """How each of these did, where 1 is as always; of those that the last 90 days tell of."""
    return dict(_rows(team, _BY_POST, posts=list(posts)))


def by_template(team: Team, templates: Iterable[int]) -> dict[int, Performance]:
    """How what was made from each did, in the last 90 days."""
    rows = _rows(team, _BY_TEMPLATE, templates=list(templates))
    return {pk: Performance(posts, share) for pk, posts, share in rows}


def _rows(team: Team, statement: str, **asked: Any) -> list[tuple[Any, ...]]:
    known: dict[str, Any] = {
        "team": team.pk,
        "zone": "UTC",
        "since": timezone.now() - PERIOD,
        "settled": SETTLED,
        "most": MOST,
        "channels": [],
        "platforms": [],
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, known | asked)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found
