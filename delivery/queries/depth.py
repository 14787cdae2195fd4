"""How much is not over yet, by platform and state: for /metrics and the status page."""

from dataclasses import dataclass
from datetime import timedelta

from django.db import connection

from delivery.queries.spans import short
from publishers import registry

# One arm for each partial index, so that what ended long ago is never read.
_OPEN = """
SELECT c.platform, d.state, count(*),
       count(*) FILTER (WHERE d.state = 'queued' AND d.run_at <= now()),
       extract(epoch FROM now() - min(
         CASE WHEN d.state <> 'queued' THEN d.unknown_since
              WHEN d.run_at <= now() THEN d.run_at END))::float8
FROM (SELECT state, channel_id, run_at, unknown_since FROM posts_delivery
      WHERE state = 'queued'
      UNION ALL
      SELECT state, channel_id, run_at, unknown_since FROM posts_delivery
      WHERE state IN ('claimed', 'sending')
      UNION ALL
      SELECT state, channel_id, run_at, unknown_since FROM posts_delivery
      WHERE state IN ('unknown', 'accepted')
      UNION ALL
      SELECT state, channel_id, run_at, unknown_since FROM posts_delivery
      WHERE state IN ('failed', 'missed', 'needs_human')) d
JOIN publishers_channel c ON c.id = d.channel_id
GROUP BY 1, 2 ORDER BY 1, 2
"""


@dataclass(frozen=True)
class Depth:
    """`due` of them could go out now, held back or not. `oldest`: seconds that the oldest is due,
    unknown, or waiting for a person; None where that means nothing.
    """

    platform: str
    state: str
    number: int
    due: int
    oldest: float | None

    @property
    def name(self) -> str:
        adapter = registry.ADAPTERS.get(self.platform)
        return adapter.spec.name if adapter else self.platform

    @property
    def age(self) -> str:
        return "" if self.oldest is None else short(timedelta(seconds=self.oldest))


def depth() -> list[Depth]:
    with connection.cursor() as cursor:
        cursor.execute(_OPEN)
        return [Depth(*row) for row in cursor.fetchall()]
