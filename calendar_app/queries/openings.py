"""The slots of channels' weeks and what is near them, as parts of the statement in clashes.py.

Which of them are free, free.py finds: what the clocks skip or double is not for a database to say.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

from accounts.models import Team
from calendar_app.queries.taken import Moments
from calendar_app.rhythm import Beat
from posts.queries.filters import Filters
from publishers.models import Channel

# Of a team's week, and of the moments that are looked at.
MOST_SLOTS, MOST = 2_000, 3_000
_MINUTE = timedelta(minutes=1)

# Parameters: team, start, end, team_zone, some_channels, some_platforms (empty: all), near. On days
# on which the clocks change a moment may be another than it seems here: there more is near. Of what
# is near the closest are enough to know that a moment is taken.
CTES = f"""
slots AS MATERIALIZED (
  SELECT s.channel_id, s.weekday, s.at, c.platform, c.name, c.handle
  FROM calendar_app_slot s JOIN publishers_channel c ON c.id = s.channel_id
  WHERE s.team_id = %(team)s AND c.state = '{Channel.State.CONNECTED.value}'
    AND NOT EXISTS (SELECT FROM calendar_app_queuepause p WHERE p.channel_id = c.id)
    AND (cardinality(%(some_channels)s::bigint[]) = 0 OR c.id = ANY(%(some_channels)s::bigint[]))
    AND (cardinality(%(some_platforms)s::text[]) = 0
      OR c.platform = ANY(%(some_platforms)s::text[]))
  ORDER BY s.id LIMIT {MOST_SLOTS}),
days AS (
  SELECT day, (day + interval '1 day') AT TIME ZONE %(team_zone)s
    - day AT TIME ZONE %(team_zone)s <> interval '1 day' AS turns
  FROM generate_series(
    date_trunc('day', %(start)s AT TIME ZONE %(team_zone)s), %(end)s AT TIME ZONE %(team_zone)s,
    interval '1 day') AS day),
moments AS MATERIALIZED (
  SELECT s.channel_id, (d.day + s.at) AT TIME ZONE %(team_zone)s AS at,
    CASE WHEN d.turns THEN %(near)s + interval '2 hours' ELSE %(near)s END AS near
  FROM days d JOIN slots s ON s.weekday = extract(isodow FROM d.day) - 1
  ORDER BY 2, 1 LIMIT {MOST}),
near AS (
  SELECT DISTINCT m.channel_id, d.due_at AS at FROM moments m
  CROSS JOIN LATERAL (
    SELECT due_at FROM posts_delivery d
    WHERE d.team_id = %(team)s AND d.due_at > m.at - m.near AND d.due_at < m.at + m.near
      AND d.channel_id = m.channel_id AND d.state <> 'cancelled'
    ORDER BY abs(extract(epoch FROM d.due_at - m.at)), d.id LIMIT 50) d)"""
LISTS = "(SELECT json_agg(s) FROM slots s), (SELECT json_agg(n) FROM near n)"


@dataclass(frozen=True)
class Openings:
    """By the ids of channels: their weeks, and the moments near to these that are taken."""

    channels: dict[int, Channel] = field(default_factory=dict)
    beats: dict[int, list[Beat]] = field(default_factory=dict)
    taken: Moments = field(default_factory=dict)


def parameters(team: Team, filters: Filters) -> dict[str, Any]:
    return {
        "team_zone": team.zone.key,
        "some_channels": list(filters.channels),
        "some_platforms": list(filters.platforms),
        "near": max(timedelta(minutes=team.gap_minutes), _MINUTE),
    }


def read(slots: Iterable[Mapping[str, Any]], near: Iterable[Mapping[str, Any]]) -> Openings:
    found = Openings()
    for slot in slots:
        pk = slot["channel_id"]
        named = {name: slot[name] for name in ("platform", "name", "handle")}
        found.channels.setdefault(pk, Channel(pk=pk, **named))
        beat = Beat(slot["weekday"], time.fromisoformat(slot["at"]))
        found.beats.setdefault(pk, []).append(beat)
    for one in near:
        taken = found.taken.setdefault(one["channel_id"], set())
        taken.add(datetime.fromisoformat(one["at"]))
    return found
