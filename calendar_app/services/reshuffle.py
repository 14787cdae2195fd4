"""The posts of one channel into its places anew: in their order, or mixed."""

import hashlib
import json
import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from calendar_app.errors import NoSlot
from calendar_app.services import retimed
from calendar_app.services.hold import week
from calendar_app.services.selection import moved
from posts import clock
from posts.models import BulkAct, Delivery, Post
from posts.services import schedule
from posts.states import ENDED, DeliveryState
from posts.times import Moment, from_utc
from publishers.models import Channel

MOST = 50
_STILL = frozenset({DeliveryState.DRAFT, DeliveryState.QUEUED})


@dataclass(frozen=True)
class Step:
    """A post from one time to another, on this channel only."""

    post: Post
    was: datetime
    to: Moment

    @property
    def stays(self) -> bool:
        return self.was == self.to.at


@dataclass(frozen=True)
class Reshuffle:
    """`kept`: posts that stay where they are, since they are time-sensitive or on their way.
    `further`: more than MOST have a time, and those behind them stay, too.
    `act`: the way back, once it is done.
    """

    channel: Channel
    steps: Sequence[Step]
    kept: int
    further: bool
    act: BulkAct | None = None

    @property
    def changes(self) -> int:
        return sum(not step.stays for step in self.steps)

    @property
    def digest(self) -> str:
        said = [[s.post.pk, s.was.isoformat(), s.to.at.isoformat()] for s in self.steps]
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:32]


def preview(*, channel: Channel, seed: int | None = None) -> Reshuffle:
    """`seed` mixes the posts, always in the same way; None keeps their order. Changes nothing."""
    return _reshuffle(channel, seed, lock=False)


@transaction.atomic
def reshuffle(*, channel: Channel, seed: int | None, seen: str, by: User) -> Reshuffle:
    """Do what the preview with the digest `seen` said, all or nothing. Approvals stay.

    Raises Outdated when it would be something else by now, and what moving does.
    """
    found = _reshuffle(channel, seed, lock=True)
    if found.digest != seen:
        raise retimed.outdated()
    steps = [step for step in found.steps if not step.stays]
    if not steps:
        return found
    was = retimed.hold(channel.team, [step.post for step in steps])
    _require_there(steps, channel, was)
    with audit.together():
        for step in sorted(steps, key=lambda step: step.post.pk):
            _retime(step, channel, by)
    return replace(found, act=retimed.way_back(was, moved(len(steps)), by=by))


def _require_there(steps: Sequence[Step], channel: Channel, held: Sequence[Post]) -> None:
    """A channel alone may have been moved or cancelled, which its post does not show."""
    rows = {row for post in held for row in post.deliveries.all() if row.channel_id == channel.pk}
    due = {(row.post_id, row.due_at) for row in rows if row.state in _STILL}
    if not due.issuperset((step.post.pk, step.was) for step in steps):
        raise retimed.outdated()


def _reshuffle(channel: Channel, seed: int | None, *, lock: bool) -> Reshuffle:
    now = clock.ask()
    movable, kept, further = _queued(channel, now)
    moving = [delivery.post_id for delivery in movable]
    held = week(channel.team, [channel.pk], now=now, besides=moving, lock=lock)
    if lock:
        # Asked again: somebody may have been first while the slots were awaited.
        movable, kept, further = _queued(channel, now)
    if not held.beats.get(channel.pk):
        raise NoSlot(_("This channel has no slots yet. Add some to its week first."))
    places = list(islice(held.free(channel.pk), len(movable)))
    if len(places) < len(movable):
        raise NoSlot(_("There are not enough free slots within a year. Add slots to the week."))
    if seed is not None:
        random.Random(seed).shuffle(movable)
    pairs = zip(movable, places, strict=True)
    steps = [Step(d.post, d.due_at, moment) for d, moment in pairs if d.due_at]
    return Reshuffle(channel, sorted(steps, key=lambda step: step.to.at), kept, further)


def _queued(channel: Channel, now: datetime) -> tuple[list[Delivery], int, bool]:
    """The next posts with a time ahead, how many among them stay, and whether others follow. In
    two statements.
    """
    found = list(
        Delivery.objects.for_team(channel.team)
        .filter(channel=channel, due_at__gt=now, post__trashed_at=None)
        .exclude(state__in=ENDED)
        .select_related("post__team")
        .order_by("due_at", "pk")[: MOST + 1]
    )
    rows = found[:MOST]
    busy = set(
        Delivery.objects.for_team(channel.team)
        .filter(post__in=[row.post_id for row in rows])
        .exclude(state__in=ENDED)
        .exclude(state__in=_STILL, due_at__gt=now)
        .values_list("post_id", flat=True)
    )
    movable = [row for row in rows if not row.post.time_sensitive and row.post_id not in busy]
    return movable, len(rows) - len(movable), len(found) > MOST


def _retime(step: Step, channel: Channel, by: User) -> None:
    """This channel to its place; the post's other channels keep theirs."""
    times: defaultdict[int, Moment] = defaultdict(lambda: step.to)
    open_rows = step.post.deliveries.exclude(state__in=ENDED).exclude(due_at=None)
    for delivery in open_rows:
        if delivery.due_at:
            times[delivery.channel_id] = from_utc(delivery.due_at, step.to.zone)
    times[channel.pk] = step.to
    first = min(times.values(), key=lambda moment: moment.at)
    schedule.plan(post=step.post, at=first, per_channel=dict(times), by=by)
