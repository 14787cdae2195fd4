"""Keeps what is left of the platforms' rates, by the database's clock.

Called by delivery, and by analytics for what measuring spends.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import connection

from publishers.contract import Rate
from publishers.rates import Reading

# Of what reading back spends as well: a doubtful post can still be looked for when it is used up.
RESERVE = 0.2


@dataclass(frozen=True)
class Noted:
    """A reading to keep. `channel_id` None: of the whole app; `reserve`: kept for reading back."""

    reading: Reading
    channel_id: int | None
    reserve: int


@dataclass(frozen=True)
class Left:
    """What the row says now, whoever has written it. `resets_in` in seconds."""

    remaining: int
    resets_in: float


def reserve(rate: Rate, limit: int) -> int:
    """What is kept for reading back, where it takes from the same rate."""
    return int(limit * RESERVE) if rate.counts == "calls" else 0


# Two answers of one window may arrive in either order: the smaller remainder is the later one. They
# name the same reset to within a second or two. What we count ourselves is taken from the row.
_KEEP = """
WITH seen (channel_id, name, "limit", remaining, reserve, said, resets_at, cost) AS (
  SELECT channel_id, name, "limit", remaining, reserve, said,
         CASE WHEN said OR NOT aligned THEN now() + make_interval(secs => seconds)
              ELSE to_timestamp((floor(extract(epoch FROM now()) / seconds) + 1) * seconds) END,
         cost
  FROM unnest(%(channel_id)s::bigint[], %(name)s::text[], %(limit)s::int[], %(remaining)s::int[],
              %(reserve)s::int[], %(said)s::bool[], %(seconds)s::int[], %(aligned)s::bool[],
              %(cost)s::int[])
       AS s (channel_id, name, "limit", remaining, reserve, said, seconds, aligned, cost)),
kept AS (
  INSERT INTO publishers_ratewindow AS w
    (platform, channel_id, name, "limit", remaining, reserve, said, resets_at, noted_at)
  SELECT %(platform)s, channel_id, name, "limit", remaining, reserve, said, resets_at, now()
  FROM seen ORDER BY channel_id, name
  ON CONFLICT (platform, channel_id, name) DO UPDATE SET
    "limit" = CASE WHEN excluded.said OR w.resets_at <= now() THEN excluded."limit"
                   ELSE w."limit" END,
    remaining = CASE
      WHEN excluded.said AND excluded.resets_at BETWEEN w.resets_at - interval '2 s'
                                                    AND w.resets_at + interval '2 s'
        THEN least(w.remaining, excluded.remaining)
      WHEN excluded.said OR w.resets_at <= now() THEN excluded.remaining
      ELSE greatest(w.remaining - (excluded."limit" - excluded.remaining), 0) END,
    resets_at = CASE WHEN excluded.said OR w.resets_at <= now() THEN excluded.resets_at
                     ELSE w.resets_at END,
    reserve = excluded.reserve, said = excluded.said, noted_at = excluded.noted_at
  RETURNING channel_id, name, remaining, reserve, resets_at),
put_off AS (
  UPDATE publishers_channel c SET next_slot_at = greatest(c.next_slot_at, empty.until)
  FROM (SELECT k.channel_id, max(k.resets_at) AS until
        FROM kept k JOIN seen s ON (s.channel_id, s.name) = (k.channel_id, k.name)
        WHERE k.remaining - k.reserve < s.cost GROUP BY k.channel_id) empty
  WHERE c.id = empty.channel_id)
SELECT name, remaining, extract(epoch FROM resets_at - now())::float FROM kept
"""


def keep(platform: str, noted: Sequence[Noted]) -> Mapping[str, Left]:
    """Store readings of one job, by the name of their rate; a channel with nothing left is put off
    until its reset. One statement.
    """
    columns: dict[str, list[object]] = {
        "channel_id": [one.channel_id for one in noted],
        "name": [one.reading.rate.name for one in noted],
        "limit": [one.reading.limit for one in noted],
        "remaining": [_remaining(one.reading) for one in noted],
        "reserve": [one.reserve for one in noted],
        "said": [one.reading.remaining is not None for one in noted],
        "seconds": [one.reading.resets_in for one in noted],
        "aligned": [one.reading.rate.aligned for one in noted],
        "cost": [one.reading.rate.cost for one in noted],
    }
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, {"platform": platform, **columns})
        return {name: Left(remaining, left) for name, remaining, left in cursor.fetchall()}


def _remaining(reading: Reading) -> int:
    if reading.remaining is not None:
        return reading.remaining
    return max(reading.limit - reading.spent, 0)
