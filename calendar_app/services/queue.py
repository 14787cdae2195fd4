"""The next free place of its channels' weeks for a post."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from calendar_app.errors import NoSlot
from calendar_app.services.hold import Week, week
from posts import clock, states
from posts.errors import BeingPublished, IllegalMove
from posts.models import Post
from posts.services import schedule
from posts.services.commitment import channels_to_time, open_deliveries
from posts.states import Stage
from posts.times import Moment


@dataclass(frozen=True)
class Place:
    """Where a post goes: the first of its times, and one per channel. `commits`: it goes out then;
    else it is planned for it and waits for its approval.
    """

    post: Post
    at: Moment
    times: Mapping[int, Moment]
    commits: bool

    @property
    def apart(self) -> bool:
        return len({moment.at for moment in self.times.values()}) > 1

    @property
    def notes(self) -> list[str]:
        """What the clocks did to a time, each said once."""
        return list(dict.fromkeys(moment.note for moment in self.times.values() if moment.note))


@transaction.atomic
def add_to_queue(*, post: Post, by: User) -> Place:
    """Each chosen channel's next free place; a channel without slots goes along with the first.

    Content that may not go out yet is only planned for it. Raises NoSlot, and what scheduling does.
    """
    channels = channels_to_time(post)
    held = week(post.team, channels, now=clock.ask(), besides=[post.pk], lock=True)
    place = find(post, channels, held)
    put(place, by=by)
    return place


def find(post: Post, channel_ids: Collection[int], held: Week) -> Place:
    """Takes the places in `held`. Raises NoSlot, IllegalMove for what is out already."""
    if post.stage == Stage.DONE:
        raise IllegalMove(_("This post is out already. Duplicate it to write a new one."))
    if not channel_ids:
        raise NoSlot(_("Choose a channel first: each has slots of its own."))
    _require_awake(held, channel_ids)
    with_slots = [pk for pk in channel_ids if held.beats.get(pk)]
    if not with_slots:
        raise NoSlot(_("None of its channels has slots yet. Add some to their week first."))
    found = {pk: held.next(pk) for pk in with_slots}
    first = min(found.values(), key=lambda moment: moment.at)
    times = {pk: found.get(pk, first) for pk in channel_ids}
    for pk, moment in times.items():
        held.take(pk, moment)
    return Place(post, first, times, may_commit(post))


def put(place: Place, *, by: User) -> None:
    """The post to its place, through the one gate that everything passes."""
    given: dict[str, Any] = {"at": place.at, "per_channel": place.times, "by": by}
    if open_deliveries(place.post).filter(state__in=states.IN_FLIGHT).exists():
        raise BeingPublished(_("This post is being published. It can no longer move."))
    if place.post.stage != Stage.SCHEDULED and place.commits:
        schedule.schedule(post=place.post, **given)
    else:
        schedule.plan(post=place.post, **given)


def may_commit(post: Post) -> bool:
    """Whether a time means that it goes out; without an approval it is only an intention."""
    if post.stage in (Stage.APPROVED, Stage.SCHEDULED):
        return True
    return not post.team.review_required and post.stage != Stage.IN_REVIEW


def _require_awake(held: Week, channel_ids: Collection[int]) -> None:
    pause = next(filter(None, map(held.pause, channel_ids)), None)
    if pause is None:
        return
    named = {"channel": held.channels[pause.channel_id], "reason": pause.reason.rstrip(".")}
    words = _("The queue of %(channel)s is paused.")
    if pause.reason:
        words = _("The queue of %(channel)s is paused: %(reason)s.")
    advice = _("Choose a time yourself, or resume it under Slots.")
    raise NoSlot(f"{words % named} {advice}")
