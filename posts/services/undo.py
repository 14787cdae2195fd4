"""The way back from an act on many posts, for each as long as nothing has happened to it since."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, OperationalError, transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Team, User
from posts.errors import BadTime, IllegalMove, LostRace, PostsError, UnknownPost
from posts.models import BulkAct, Post
from posts.services import schedule, stage, trash
from posts.services.commitment import channels_to_time, locked
from posts.services.compose import VariantDraft
from posts.services.edits import draft_now, rewrite
from posts.services.selection import load, standing, why
from posts.states import ENDED, Stage
from posts.times import Moment, from_utc

type Was = dict[str, Any]
UNDO_FOR = timedelta(minutes=10)


def usable(team: Team, by: User) -> QuerySet[BulkAct]:
    young = BulkAct.objects.for_team(team).filter(created_at__gt=Now() - UNDO_FOR)
    return young.filter(by=by, undone_at=None).exclude(kind="").exclude(way_back=[])


def take_back(*, team: Team, pk: int, by: User) -> tuple[int, list[str]]:
    """How many are as they were, and why the others are not.

    Raises UnknownPost for the act of somebody else, IllegalMove when it was used or is too old.
    """
    act = BulkAct.objects.for_team(team).filter(pk=pk, by=by).first()
    if act is None:
        raise UnknownPost(_("There is nothing to take back."))
    if not usable(team, by).filter(pk=pk).update(undone_at=Now()):
        raise IllegalMove(_("It is too late to take this back."))
    done, refused = 0, []
    with audit.together() as told:
        for way in act.way_back:
            before = len(told)
            try:
                _one(team, act.kind, way, by)
            except (PostsError, IntegrityError, OperationalError) as error:
                refused.append(why(error))
                del told[before:]
            else:
                done += 1
    return done, refused


@transaction.atomic
def _one(team: Team, kind: str, way: Was, by: User) -> None:
    held = Post.objects.ever_of(team).filter(pk=way["post"]).first()
    if held is None:
        raise IllegalMove(_("It does not exist any more."))
    locked(held)
    [post] = load(team, [held.pk])
    if standing(post) != way["became"]:
        raise LostRace(_("It has changed since. Nothing was taken back."))
    _BACK[kind](post, way["was"], by)


def _times(post: Post, was: Was, by: User) -> None:
    if Stage.SCHEDULED == post.stage != was["stage"]:
        post = stage.never_scheduled(post=post, was=was["stage"], by=by)
    elif not was["planned_at"]:
        post = schedule.unschedule(post=post, by=by)
    if not was["planned_at"]:
        return
    at, times = _moments(was)
    if was["stage"] == Stage.SCHEDULED and post.stage == Stage.APPROVED:
        # What somebody had dropped of it before must not go out after all.
        if set(channels_to_time(post)) != set(times):
            raise IllegalMove(_("Not all of its channels were scheduled. Schedule it anew."))
        schedule.schedule(post=post, at=at, per_channel=times, by=by)
    else:
        schedule.plan(post=post, at=at, per_channel=times, by=by)


def _moments(was: Was) -> tuple[Moment, dict[int, Moment]]:
    """When it was to go out, and each channel that still was to. Where some were through, it begins
    with the first of these.
    """
    at = from_utc(datetime.fromisoformat(was["planned_at"]), was["zone"])
    open_rows = [row for row in was["deliveries"] if row[1] not in ENDED]
    times = {
        channel: from_utc(datetime.fromisoformat(due), zone or at.zone)
        for channel, _state, due, zone in open_rows
        if due
    }
    if times and len(open_rows) < len(was["deliveries"]):
        at = min(times.values(), key=lambda moment: moment.at)
    return at, times


def _tags(post: Post, was: Was, by: User) -> None:
    rewrite(post, by, tags=was["tags"])


def _assignee(post: Post, was: Was, by: User) -> None:
    rewrite(post, by, assignee=was["assignee"])


def _channels(post: Post, was: Was, by: User) -> None:
    """Its approval, where the act has ended that, does not come back."""
    channels = dict(draft_now(post).channels)
    channel, own = was["channel"]
    if own is None:
        channels.pop(channel, None)
    else:
        channels[channel] = VariantDraft(**own)
    rewrite(post, by, channels=channels)


def _trash(post: Post, was: Was, by: User) -> None:
    trash.take_out(post=post, by=by)
    if was["planned_at"]:
        at, times = _moments(was)
        # A time that has passed since is not given back.
        with suppress(BadTime), transaction.atomic():
            schedule.plan(post=post, at=at, per_channel=times, by=by)


_BACK: dict[str, Callable[[Post, Was, User], None]] = {
    "times": _times,
    "tags": _tags,
    "assignee": _assignee,
    "channels": _channels,
    "trash": _trash,
}
