"""A channel's week as people set it up, and the queue that rests."""

from collections.abc import Collection
from datetime import time

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.audit import About
from accounts.models import User
from accounts.services.teams import take_turns
from calendar_app.errors import NoSlot
from calendar_app.models import QueuePause, Slot
from notifications.live import announce
from publishers.models import Channel

MOST = 100


@transaction.atomic
def add(*, channel: Channel, weekdays: Collection[int], at: time) -> int:
    """How many are new; those that are there already stay. Raises NoSlot for one too many."""
    rows = [Slot(team=channel.team, channel=channel, weekday=day, at=at) for day in weekdays]
    return _add(channel, rows)


@transaction.atomic
def copy(*, channel: Channel, source: int, weekdays: Collection[int]) -> int:
    """One day's slots to other days, beside what is there. Raises NoSlot where there are none."""
    times = list(Slot.objects.filter(channel=channel, weekday=source).values_list("at", flat=True))
    if not times:
        raise NoSlot(_("That day has no slots to copy."))
    rows = [
        Slot(team=channel.team, channel=channel, weekday=day, at=at)
        for day in weekdays
        for at in times
    ]
    return _add(channel, rows)


def _add(channel: Channel, rows: list[Slot]) -> int:
    take_turns(channel.team)
    before = Slot.objects.filter(channel=channel).count()
    Slot.objects.bulk_create(rows, ignore_conflicts=True)
    after = Slot.objects.filter(channel=channel).count()
    if after > MOST:
        raise NoSlot(_("At most %(n)s slots a week for one channel.") % {"n": MOST})
    if after > before:
        said = {"slots": [f"{row.weekday} {row.at:%H:%M}" for row in rows]}
        _say("slots.add", channel, after={**said, "count": after - before})
    announce(channel.team_id, "calendar")
    return after - before


def _say(
    verb: str,
    channel: Channel,
    *,
    before: audit.Facts | None = None,
    after: audit.Facts | None = None,
) -> None:
    about = About("channel", channel.pk, str(channel))
    audit.write(verb, team=channel.team_id, about=about, before=before, after=after)


@transaction.atomic
def remove(*, slot: Slot) -> None:
    """The posts that have it keep their time."""
    _say("slots.remove", slot.channel, before={"slots": [f"{slot.weekday} {slot.at:%H:%M}"]})
    slot.delete()
    announce(slot.team_id, "calendar")


@transaction.atomic
def pause(*, channel: Channel, reason: str, by: User) -> None:
    """None of its slots is given away from now on; what has a time keeps it."""
    QueuePause.objects.update_or_create(
        channel=channel, defaults={"team": channel.team, "reason": reason, "by": by}
    )
    _say("queue.pause", channel, after={"reason": reason})
    announce(channel.team_id, "calendar")


@transaction.atomic
def resume(*, channel: Channel) -> None:
    if QueuePause.objects.filter(channel=channel).delete()[0]:
        _say("queue.resume", channel)
    announce(channel.team_id, "calendar")
