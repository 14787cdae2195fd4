"""The week of some channels while one person gives its places away.

Its rows of Slot are locked, so that two people never take the same place; the channels' own rows
are not: the dispatcher needs those.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import Team
from calendar_app import rhythm
from calendar_app.errors import NoSlot
from calendar_app.models import QueuePause, Slot
from calendar_app.queries.taken import Moments, taken
from calendar_app.rhythm import Beat
from posts.models import Blackout
from posts.times import Moment
from publishers.models import Channel


@dataclass
class Week:
    """What is known of some channels, and what was given away since it was read."""

    team: Team
    now: datetime
    beats: dict[int, list[Beat]]
    channels: dict[int, Channel]
    taken: Moments
    blackouts: list[Blackout] = field(default_factory=list)

    def pause(self, channel_id: int) -> QueuePause | None:
        """None while its slots are given away."""
        return getattr(self.channels.get(channel_id), "queue_pause", None)

    def next(self, channel_id: int) -> Moment:
        """Its first free place from now on. Raises NoSlot."""
        moment = next(self.free(channel_id), None)
        if moment is None:
            raise NoSlot(_("No slot is free within a year. Add slots to the week."))
        return moment

    def free(self, channel_id: int) -> Iterator[Moment]:
        return rhythm.free(
            self.beats.get(channel_id, []),
            taken=self.taken.get(channel_id, set()),
            gap=timedelta(minutes=self.team.gap_minutes),
            now=self.now,
            zone=self.team.zone,
            closed=self._closed,
        )

    def take(self, channel_id: int, moment: Moment) -> None:
        self.taken.setdefault(channel_id, set()).add(moment.at)

    def _closed(self, day: date) -> bool:
        return any(blackout.covers(day) for blackout in self.blackouts)


def week(
    team: Team,
    channel_ids: Collection[int],
    *,
    now: datetime,
    besides: Collection[int] = (),
    lock: bool = False,
) -> Week:
    """In four statements. `lock` holds the slots until the transaction ends; posts `besides` leave
    the places that they have.
    """
    wanted = sorted(channel_ids)
    beats: dict[int, list[Beat]] = {}
    for slot in _slots(team, wanted, lock=lock):
        beats.setdefault(slot.channel_id, []).append(Beat(slot.weekday, slot.at))
    channels = Channel.objects.for_team(team).select_related("queue_pause")
    gap = timedelta(minutes=team.gap_minutes)
    return Week(
        team=team,
        now=now,
        beats=beats,
        channels=channels.in_bulk(wanted),
        taken=taken(team, wanted, start=now - gap, besides=besides),
        blackouts=list(Blackout.objects.for_team(team)),
    )


def _slots(team: Team, channel_ids: list[int], *, lock: bool) -> QuerySet[Slot]:
    rows = Slot.objects.for_team(team).filter(channel_id__in=channel_ids).order_by("pk")
    return rows.select_for_update(of=("self",)) if lock else rows
