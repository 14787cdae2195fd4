"""The posting slots of a period that nobody has yet, for the calendar to show."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile
from urllib.parse import urlencode

from django.utils import timezone

from accounts.models import Team
from calendar_app.queries.conflicts import NONE, Days
from calendar_app.queries.openings import MOST, Openings
from calendar_app.rhythm import left, upcoming
from posts.times import Moment
from publishers.models import Channel

_MICROSECOND = timedelta(microseconds=1)


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


def free(team: Team, start: datetime, end: datetime, noted: Days, openings: Openings) -> list[Free]:
    """In the order of time. `noted` says which days are set aside."""
    by_channel: defaultdict[int, list[Moment]] = defaultdict(list)
    for pk, moment in _coming(team, max(start - _MICROSECOND, timezone.now()), end, openings):
        by_channel[pk].append(moment)
    found = [
        Free(moment.at, openings.channels[pk])
        for pk, moments in by_channel.items()
        for moment in left(
            moments,
            openings.beats[pk],
            taken=openings.taken.get(pk, ()),
            gap=timedelta(minutes=team.gap_minutes),
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


def _coming(
    team: Team, begin: datetime, end: datetime, openings: Openings
) -> list[tuple[int, Moment]]:
    """The first of the slots' moments, as many as were looked at."""
    coming = [
        (pk, moment)
        for pk, beats in openings.beats.items()
        for moment in takewhile(
            lambda moment: moment.at < end, upcoming(set(beats), now=begin, zone=team.zone)
        )
    ]
    coming.sort(key=lambda one: (one[1].at, one[0]))
    return coming[:MOST]
