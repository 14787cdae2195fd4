"""The week of each channel, for the page where people set it up."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.core.paginator import Page, Paginator
from django.db.models import Count, QuerySet
from django.utils import timezone

from accounts.models import Team
from calendar_app.models import QueuePause, Slot
from calendar_app.rhythm import Beat, of_day, turns
from posts.models import Delivery
from posts.states import DeliveryState
from publishers import registry
from publishers.models import Channel
from ui import dates
from ui.spoken import spoken

PER_PAGE = 20
# A change of the clocks is told as long before.
TOLD_AHEAD = 60


@dataclass(frozen=True)
class Column:
    """One weekday, 0 is Monday, as a date of some such day for its name."""

    weekday: int
    like: date
    slots: Sequence[Slot]


@dataclass(frozen=True)
class Card:
    """One channel. `close`: the first two slots of a day that are nearer than the team's gap."""

    channel: Channel
    platform: str
    days: Sequence[Column]
    pause: QueuePause | None
    waiting: int
    clocks: Sequence[str]
    close: tuple[Slot, Slot] | None

    @property
    def total(self) -> int:
        return sum(len(day.slots) for day in self.days)


def channels(team: Team) -> QuerySet[Channel]:
    """Those that slots make sense for."""
    there = Channel.objects.for_team(team).select_related("team")
    return there.exclude(state=Channel.State.DISCONNECTED)


def page(team: Team, number: str) -> Page[Channel]:
    return Paginator(channels(team), PER_PAGE).get_page(number)


def cards(team: Team, some: Sequence[Channel]) -> list[Card]:
    """In three statements, however many slots and posts there are."""
    ids = [channel.pk for channel in some]
    slots: defaultdict[int, list[Slot]] = defaultdict(list)
    for slot in Slot.objects.for_team(team).filter(channel_id__in=ids):
        slots[slot.channel_id].append(slot)
    pauses = {
        pause.channel_id: pause
        for pause in QueuePause.objects.for_team(team)
        .filter(channel_id__in=ids)
        .select_related("by")
    }
    waiting = _waiting(team, ids)
    return [
        _card(team, channel, slots[channel.pk], pauses.get(channel.pk), waiting.get(channel.pk, 0))
        for channel in some
    ]


def _waiting(team: Team, ids: Sequence[int]) -> dict[int, int]:
    """Per channel how many posts have a time ahead of them."""
    waiting = Delivery.objects.for_team(team).filter(
        channel_id__in=ids,
        due_at__gt=timezone.now(),
        state__in=(DeliveryState.DRAFT, DeliveryState.QUEUED),
    )
    counted = waiting.order_by().values_list("channel_id").annotate(n=Count("pk"))
    return dict(counted)


def _card(
    team: Team,
    channel: Channel,
    slots: Sequence[Slot],
    pause: QueuePause | None,
    waiting: int,
) -> Card:
    monday = date(2026, 1, 5)
    days = [
        Column(n, monday + timedelta(days=n), [slot for slot in slots if slot.weekday == n])
        for n in range(7)
    ]
    adapter = registry.ADAPTERS.get(channel.platform)
    return Card(
        channel=channel,
        platform=adapter.spec.name if adapter else channel.platform,
        days=days,
        pause=pause,
        waiting=waiting,
        clocks=_clocks(team, slots),
        close=_close(team, days),
    )


def _clocks(team: Team, slots: Sequence[Slot]) -> list[str]:
    """What the next change of the clocks does to them."""
    beats = [Beat(slot.weekday, slot.at) for slot in slots]
    today = timezone.now().astimezone(team.zone).date()
    return [
        f"{dates.written(moment.local, 'D j M')}: {spoken(moment.note)}"
        for day in turns(today, TOLD_AHEAD, team.zone)
        for moment in of_day(beats, day, team.zone)
        if moment.note
    ]


def _close(team: Team, days: Sequence[Column]) -> tuple[Slot, Slot] | None:
    for day in days:
        for one, other in zip(day.slots, day.slots[1:], strict=False):
            apart = (other.at.hour - one.at.hour) * 60 + other.at.minute - one.at.minute
            if apart < team.gap_minutes:
                return one, other
    return None
