"""The posting slots of a period that nobody has yet, for the calendar to show."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Any
from urllib.parse import urlencode

from django.db import connection
from django.utils import timezone

from accounts.models import Team
from calendar_app.models import Slot
from calendar_app.queries.conflicts import NONE, Days
from calendar_app.queries.taken import Moments
from calendar_app.rhythm import Beat, left, upcoming
from posts.queries.filters import Filters, channels
from posts.times import Moment
from publishers.models import Channel

# Of a team's week, and of the moments that are looked at; the nearest first.
MOST_SLOTS, MOST = 2_000, 3_000
_MICROSECOND, _MINUTE = timedelta(microseconds=1), timedelta(minutes=1)

# What is close to a moment: the nearest are enough to know that it is taken.
_NEAR = """
SELECT DISTINCT q.channel_id, d.due_at
FROM unnest(%(channels)s::bigint[], %(times)s::timestamptz[]) AS q(channel_id, at)
CROSS JOIN LATERAL (
  SELECT due_at FROM posts_delivery d
  WHERE d.team_id = %(team)s AND d.due_at > q.at - %(gap)s AND d.due_at < q.at + %(gap)s
    AND d.channel_id = q.channel_id AND d.state <> 'cancelled'
  ORDER BY abs(extract(epoch FROM d.due_at - q.at)), d.id LIMIT 50) d"""


@dataclass(frozen=True)
class Free:
    """A slot of a channel that is still to be had."""

    at: datetime
    channel: Channel

    @property
    def local(self) -> datetime:
        """`at` in the reader's zone."""
        return timezone.localtime(self.at)

    @property
    def query(self) -> str:
        """What the composer begins with."""
        return urlencode({"at": f"{self.local:%Y-%m-%dT%H:%M}", "channel": self.channel.pk})

    @property
    def channels(self) -> list[Channel]:
        return [self.channel]


type Found = list[tuple[int, Moment]]


def free(team: Team, start: datetime, end: datetime, noted: Days, filters: Filters) -> list[Free]:
    """In the order of time, in two statements; of channels that are filtered out, that need
    reconnecting, or whose queue is paused there are none. `noted` says which days are set aside.
    """
    begin = max(start - _MICROSECOND, timezone.now())
    known, beats = _weeks(team, filters) if begin < end else ({}, {})
    coming = [
        (pk, moment)
        for pk, week in beats.items()
        for moment in takewhile(
            lambda moment: moment.at < end, upcoming(set(week), now=begin, zone=team.zone)
        )
    ]
    coming.sort(key=lambda one: (one[1].at, one[0]))
    by_channel: defaultdict[int, list[Moment]] = defaultdict(list)
    for pk, moment in coming[:MOST]:
        by_channel[pk].append(moment)
    gap = timedelta(minutes=team.gap_minutes)
    taken = _taken(team, coming[:MOST], max(gap, _MINUTE)) if coming else {}
    found = [
        Free(moment.at, known[pk])
        for pk, moments in by_channel.items()
        for moment in left(
            moments,
            beats[pk],
            taken=taken.get(pk, ()),
            gap=gap,
            zone=team.zone,
            closed=lambda day: bool(noted.get(day, NONE).blackouts),
        )
    ]
    return sorted(found, key=lambda one: (one.at, one.channel.pk))


def by_place[P](found: Iterable[Free], place: Callable[[datetime], P]) -> dict[P, list[Free]]:
    places: defaultdict[P, list[Free]] = defaultdict(list)
    for one in found:
        places[place(one.at)].append(one)
    return dict(places)


def _weeks(team: Team, filters: Filters) -> tuple[dict[int, Channel], dict[int, list[Beat]]]:
    healthy = channels(team, filters).filter(state=Channel.State.CONNECTED, queue_pause=None)
    slots = Slot.objects.for_team(team).filter(channel__in=healthy).select_related("channel")
    known: dict[int, Channel] = {}
    beats: defaultdict[int, list[Beat]] = defaultdict(list)
    for slot in slots.order_by("pk")[:MOST_SLOTS]:
        known.setdefault(slot.channel_id, slot.channel)
        beats[slot.channel_id].append(Beat(slot.weekday, slot.at))
    return known, dict(beats)


def _taken(team: Team, coming: Found, gap: timedelta) -> Moments:
    asked: dict[str, Any] = {
        "team": team.pk,
        "channels": [pk for pk, _moment in coming],
        "times": [moment.at for _pk, moment in coming],
        "gap": gap,
    }
    taken: Moments = {}
    with connection.cursor() as cursor:
        cursor.execute(_NEAR, asked)
        for pk, at in cursor.fetchall():
            taken.setdefault(pk, set()).add(at)
    return taken
