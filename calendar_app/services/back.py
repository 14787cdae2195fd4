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
from posts.services.back import Times, give_back
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
    give_back(post=post, was=_stood(post, was), by=by)
    announce(post.team_id, f"post:{post.pk}")


def _times(stood: Mapping[str, Any]) -> dict[str, Any]:
    """Of its stages only whether it is scheduled has to do with its times."""
    return {**stood, "stage": stood["stage"] == Stage.SCHEDULED}


def _stood(post: Post, was: Mapping[str, Any]) -> Times:
    zone = was["zone"] or post.team.time_zone

    def moment(iso: str) -> Moment:
        return from_utc(datetime.fromisoformat(iso), zone)

    at, channels = was["at"], was["channels"]
    return Times(
        stage=was["stage"],
        at=moment(at) if at else None,
        channels={int(pk): moment(due) for pk, due in channels.items()},
    )
