"""What the composer's form does in one go: the words, then when they should go out."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db import transaction

from accounts.models import Team, User
from posts import clock
from posts.models import Post
from posts.services import compose, schedule
from posts.services.commitment import channels_to_time, open_deliveries
from posts.services.compose import Draft
from posts.states import Stage
from posts.times import Moment


@dataclass(frozen=True)
class Plan:
    """`at` None: no time yet. `per_channel` only where a channel's time differs."""

    at: Moment | None = None
    per_channel: Mapping[int, Moment] = field(default_factory=dict)


@dataclass(frozen=True)
class Origin:
    """Which row the form was made from: a stored version, or an empty form known by its token."""

    post: Post | None
    version: int | None = None
    token: str = ""
    idea: bool = False


@transaction.atomic
def write(*, team: Team, by: User, origin: Origin, draft: Draft, plan: Plan | None) -> Post:
    """Save, and move the time if the form has another one. `plan` None leaves the time alone.

    Raises Stale, BeingPublished, UnknownChannel, PictureGone, BadTime; then nothing was stored.
    """
    post = _words(team, by, origin, draft)
    if plan is not None and post.stage != Stage.DONE:
        _time(post, plan, by)
        post.refresh_from_db()
    return post


def _words(team: Team, by: User, origin: Origin, draft: Draft) -> Post:
    if origin.post is not None:
        return compose.save(post=origin.post, draft=draft, version=origin.version or 0, by=by)
    if not origin.token:
        return compose.create(team=team, by=by, draft=draft, idea=origin.idea)
    post = compose.create_once(team=team, by=by, draft=draft, token=origin.token, idea=origin.idea)
    return compose.save(post=post, draft=draft, version=origin.version or post.version, by=by)


def _time(post: Post, plan: Plan, by: User) -> None:
    if plan.at is None:
        if post.planned_at is not None:
            schedule.unschedule(post=post, by=by)
        return
    same = post.planned_at is not None and post.planned_at.replace(microsecond=0) == plan.at.at
    if same and (_planned(post, plan) or plan.at.at < clock.ask()):
        return
    schedule.plan(post=post, at=plan.at, by=by, per_channel=plan.per_channel)


def _planned(post: Post, plan: Plan) -> bool:
    """Whether every channel already has the time that the form says."""
    due = {delivery.channel_id: delivery.due_at for delivery in open_deliveries(post)}
    assert plan.at is not None
    return all(due.get(pk) == plan.per_channel.get(pk, plan.at).at for pk in channels_to_time(post))
