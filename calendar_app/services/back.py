"""The way back from a move or from the queue: to the times that a post had, to the second."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from calendar_app.errors import Outdated
from calendar_app.queries.places import standing
from notifications.live import announce
from posts.models import Post
from posts.services import schedule, stage
from posts.services.commitment import locked
from posts.states import Stage
from posts.times import Moment, from_utc


@transaction.atomic
def take_back(*, post: Post, was: Mapping[str, Any], became: Mapping[str, Any], by: User) -> None:
    """The times that it had before, as long as they are still those it was given. What nobody had
    scheduled then is not scheduled now.

    Raises Outdated, and what moving does.
    """
    post = locked(post)
    if _times(standing(post).times) != _times(became):
        raise Outdated(_("It has been moved since. Nothing was taken back."))
    if became["goes"] and not was["goes"]:
        post = stage.never_scheduled(post=post, was=was["stage"], by=by)
    elif not was["at"]:
        post = schedule.unschedule(post=post, by=by)
    if was["at"]:
        _give(post, was, by)
    announce(post.team_id, f"post:{post.pk}")


def _times(stood: Mapping[str, Any]) -> dict[str, Any]:
    """One that went another step towards the schedule has not been moved."""
    return {**stood, "stage": ""}


def _give(post: Post, was: Mapping[str, Any], by: User) -> None:
    zone = was["zone"] or post.team.time_zone
    times = {int(pk): _moment(at, zone) for pk, at in was["channels"].items()}
    again = was["goes"] and post.stage != Stage.SCHEDULED
    act = schedule.schedule if again else schedule.plan
    act(post=post, at=_moment(was["at"], zone), per_channel=times, by=by)


def _moment(iso: str, zone: str) -> Moment:
    return from_utc(datetime.fromisoformat(iso), zone)
