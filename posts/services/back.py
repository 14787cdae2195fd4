"""The way back to the times that a post had, and no further than it was then."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from posts.errors import BadTime, IllegalMove, LostRace
from posts.models import Post
from posts.services import review, schedule, stage
from posts.services.commitment import channels_to_time, locked
from posts.states import ASKABLE, Stage
from posts.times import Moment


@dataclass(frozen=True)
class Times:
    """`stage`: where it stood. `at`: when it was to go out; None: nobody had said. `channels`: the
    time of each that was not through.
    """

    stage: str
    at: Moment | None
    channels: Mapping[int, Moment]

    @property
    def first(self) -> Moment | None:
        """Without what was out by then."""
        times = self.channels.values()
        if self.at is None or not times or any(self.at.at == moment.at for moment in times):
            return self.at
        return min(times, key=lambda moment: moment.at)


@transaction.atomic
def give_back(*, post: Post, was: Times, by: User) -> None:
    """These times, and the queue only where it was in the queue. What only the way there approved
    is not approved any more, even if the time that it had before has passed.

    Raises LostRace where it is no longer approved, IllegalMove where not all of its channels were
    in the queue, BadTime, BeingPublished, and what scheduling does.
    """
    post = locked(post)
    begun = Stage.SCHEDULED == post.stage != was.stage
    if begun:
        post = _unqueue(post, was.stage, by)
    elif was.at is None:
        schedule.unschedule(post=post, by=by)
    if was.first is None:
        return
    given: dict[str, Any] = {"at": was.first, "per_channel": was.channels, "by": by}
    if was.stage == Stage.SCHEDULED != post.stage:
        _require_same(post, was)
        schedule.schedule(post=post, **given)
    elif begun:
        with suppress(BadTime), transaction.atomic():
            schedule.plan(post=post, **given)
    else:
        schedule.plan(post=post, **given)


def _unqueue(post: Post, was: str, by: User) -> Post:
    """What was to be changed before is a draft then."""
    post = schedule.unschedule(post=post, by=by)
    if was not in ASKABLE or review.reviewed(post):
        return post
    review.withdraw(post=post, by=by)
    if was == Stage.IDEA:
        stage.shelve(post=post, by=by)
    return locked(post)


def _require_same(post: Post, was: Times) -> None:
    if post.stage != Stage.APPROVED:
        raise LostRace(_("It has changed since. Nothing was taken back."))
    # What somebody had dropped of it before must not go out after all.
    if set(channels_to_time(post)) != set(was.channels):
        raise IllegalMove(_("Not all of its channels were scheduled. Schedule it anew."))
