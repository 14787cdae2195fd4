"""When a post goes out: planning, committing, moving, taking back.

The calendar, the board, the composer and the admin come through here.
"""

from collections.abc import Collection, Mapping, Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from notifications.live import announce
from posts import audited, clock, content, renditions, states, workflow
from posts.errors import BadTime, BeingPublished, NeedsReview
from posts.models import Approval, Delivery, Post, Revision
from posts.services import checks, gating, revisions
from posts.services.blackouts import require_open
from posts.services.commitment import (
    channels_to_time,
    commit,
    locked,
    open_deliveries,
    permit,
    recall_one,
    require_future,
    set_times,
)
from posts.states import DeliveryState, Stage
from posts.times import Moment, along, from_utc
from posts.underway import is_out


@transaction.atomic
def plan(
    *, post: Post, at: Moment, by: User, per_channel: Mapping[int, Moment] | None = None
) -> Post:
    """Say when it should go out. Sends nothing: without approval the deliveries stay drafts.

    A post that is already scheduled keeps its approval and moves to the new time. Raises BadTime,
    Stopped where a gate lets it not go out then, and BeingPublished for what is out.
    """
    return _plan(locked(post), at, per_channel or {}, by=by)


def _plan(
    post: Post,
    at: Moment,
    times: Mapping[int, Moment],
    *,
    by: User,
    standing: Sequence[Delivery] | None = None,
) -> Post:
    """The same of a post that is held; `standing`: its open deliveries, where they were read."""
    if post.stage == Stage.DONE:
        raise _out()
    now = clock.ask()
    for moment in (at, *times.values()):
        require_future(moment, now)
    existing = {d.channel_id: d for d in standing or open_deliveries(post)}
    require_open(post.team, *_new(existing.values(), at, *times.values()))
    due = {pk: times.get(pk, at) for pk in channels_to_time(post)}
    if is_out(post):
        raise _out()
    if post.stage == Stage.SCHEDULED:
        gating.require_at(post, {pk: moment.at for pk, moment in due.items()})
    before, after = _when(post), {"at": at.at.isoformat(), "zone": at.zone}
    Post.objects.filter(pk=post.pk).update(
        planned_at=at.at, planned_zone=at.zone, updated_at=timezone.now()
    )
    post.planned_at, post.planned_zone = at.at, at.zone
    set_times(post, existing, due)
    workflow.record(
        post,
        "post.plan",
        by=by,
        data=after,
        changed=(before, after),
        topics=("board", "calendar"),
    )
    return post


def _when(post: Post) -> dict[str, str]:
    at = post.planned_at
    return {"at": at.isoformat(), "zone": post.planned_zone} if at else {}


def _new(existing: Collection[Delivery], *moments: Moment) -> list[Moment]:
    """Without those that it goes out at already: a day closed since lets it stay."""
    had = {delivery.due_at for delivery in existing}
    return [moment for moment in moments if moment.at not in had]


@transaction.atomic
def schedule(
    *,
    post: Post,
    by: User,
    at: Moment | None = None,
    per_channel: Mapping[int, Moment] | None = None,
) -> Post:
    """Commit to publishing. Needs an approval of this content, or a team that asks for none.

    Raises NeedsReview, NotReady, BadTime.
    """
    post = locked(post)
    if at is not None:
        post = _plan(post, at, per_channel or {}, by=by)
    if post.planned_at is None:
        raise unplanned(post)
    require_future(from_utc(post.planned_at, post.planned_zone or post.team.time_zone))
    checks.require_ready(post)
    commit(post, _approved_revision(post, by=by), by=by)
    announce(post.team_id, "board", "calendar")
    return post


def unplanned(post: Post) -> BadTime | NeedsReview:
    """Why a post without a time is not scheduled. Where no time would do, it asks for none."""
    if post.stage != Stage.APPROVED and post.team.review_required:
        return NeedsReview(_("This team asks for a review first. Send the post for review."))
    return BadTime(_("Choose when this post should go out."))


def _approved_revision(post: Post, *, by: User) -> Revision:
    if post.stage == Stage.APPROVED:
        return _valid_approval(post).revision
    if post.team.review_required:
        raise NeedsReview(_("This team asks for a review first. Send the post for review."))
    revision = revisions.keep(post, by=by)
    permit(post, revision, Approval.Source.NO_REVIEW, by=by)
    renditions.order(revision)
    workflow.move(post, "waive", by=by, note={"revision": revision.number})
    return revision


def _valid_approval(post: Post) -> Approval:
    digest = content.digest(content.snapshot(post))
    approval = (
        Approval.objects.filter(post=post, content_hash=digest, revoked_at=None)
        .select_related("revision")
        .first()
    )
    if approval is None:
        raise NeedsReview(
            _("What was approved is not what is here now. Send the post for review again.")
        )
    return approval


@transaction.atomic
def publish_now(*, post: Post, by: User) -> Post:
    """Commit for this moment. A second click finds it on its way and changes nothing."""
    post = locked(post)
    now = from_utc(clock.ask(), post.planned_zone or post.team.time_zone)
    if is_out(post):
        return post
    if post.stage == Stage.SCHEDULED:
        ahead = open_deliveries(post).filter(state=DeliveryState.QUEUED, due_at__gt=now.at)
        return plan(post=post, at=now, by=by) if ahead.exists() else post
    return schedule(post=post, by=by, at=now)


@transaction.atomic
def reschedule(*, post: Post, at: Moment, by: User) -> Post:
    """Move every delivery that has not begun; channels keep their distance from each other."""
    post = locked(post)
    standing = list(open_deliveries(post))
    if any(d.state in states.IN_FLIGHT for d in standing):
        raise _out()
    first = post.planned_at
    shifts = {d.channel_id: along(at, d.due_at, first) for d in standing if d.due_at and first}
    return _plan(post, at, shifts, by=by, standing=standing)


def _out() -> BeingPublished:
    return BeingPublished(_("This post is being published or already out. It can no longer move."))


@transaction.atomic
def unschedule(*, post: Post, by: User | None) -> Post:
    """Back to the drawer: approved content stays approved, but has no time."""
    post = locked(post)
    if post.stage == Stage.SCHEDULED:
        for delivery in open_deliveries(post):
            recall_one(delivery, by=by)
    if is_out(post):
        raise _out()
    if post.stage == Stage.SCHEDULED:
        workflow.move(post, "unschedule", by=by)
    elif post.planned_at:
        audited.post(post, "post.unschedule", by=by, before=_when(post))
    Delivery.objects.filter(post=post, state=DeliveryState.DRAFT).update(
        due_at=None, run_at=None, local_time=""
    )
    Post.objects.filter(pk=post.pk).update(planned_at=None, planned_zone="")
    post.planned_at, post.planned_zone = None, ""
    announce(post.team_id, "board", "calendar")
    return post
