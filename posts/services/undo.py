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
from posts.services import schedule, trash
from posts.services.back import Times, give_back
from posts.services.commitment import locked
from posts.services.compose import VariantDraft
from posts.services.edits import draft_now, rewrite
from posts.services.selection import load, standing, why
from posts.states import ENDED
from posts.times import from_utc

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
    give_back(post=post, was=_stood(was), by=by)


def _stood(was: Was) -> Times:
    at, zone = was["planned_at"], was["zone"]
    return Times(
        stage=was["stage"],
        at=from_utc(datetime.fromisoformat(at), zone) if at else None,
        channels={
            channel: from_utc(datetime.fromisoformat(due), own or zone)
            for channel, state, due, own in was["deliveries"]
            if due and state not in ENDED
        },
    )


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
    stood = _stood(was)
    if stood.first:
        # A time that has passed since is not given back.
        with suppress(BadTime), transaction.atomic():
            schedule.plan(post=post, at=stood.first, per_channel=stood.channels, by=by)


_BACK: dict[str, Callable[[Post, Was, User], None]] = {
    "times": _times,
    "tags": _tags,
    "assignee": _assignee,
    "channels": _channels,
    "trash": _trash,
}
