"""Asking for review and answering it, as far as the post goes. The approvals room calls these."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from notifications.live import announce
from posts import content, renditions, workflow
from posts.errors import LostRace, Stopped
from posts.models import Approval, Post, Revision
from posts.services import checks, gating, holding, revisions
from posts.services.commitment import commit, locked, permit, recall
from posts.states import Stage


@transaction.atomic
def submit(*, post: Post, by: User) -> Revision:
    """Freeze what is there for review. Raises NotReady with what no channel would take, and what a
    gate of the team stops.
    """
    post = locked(post)
    looked = checks.require_ready(post)
    revision = revisions.keep(post, by=by)
    gating.keep(looked, post, revision, gating.When.REVIEW)
    renditions.order(revision)
    workflow.move(post, "submit", by=by, note={"revision": revision.number})
    announce(post.team_id, "board", "calendar")
    return revision


@transaction.atomic
def release(*, post: Post, by: User, workflow_name: str) -> Revision:
    """Approved without anybody's yes, as the team's workflow of this name says. Raises NotReady, as
    `submit` does; and commits planned deliveries, as `confirm` does.
    """
    post = locked(post)
    looked = checks.require_ready(post)
    revision = revisions.keep(post, by=by)
    gating.keep(looked, post, revision, gating.When.REVIEW)
    permit(post, revision, Approval.Source.NO_REVIEW, by=by)
    renditions.order(revision)
    note = {"revision": revision.number, "workflow": workflow_name}
    workflow.move(post, "waive", by=by, note=note)
    _commit(post, revision, by=by)
    announce(post.team_id, "board", "calendar")
    return revision


@transaction.atomic
def request_changes(*, post: Post, by: User | None, name: str, comment: str) -> None:
    post = locked(post)
    workflow.move(post, "request_changes", by=by, name=name, note={"comment": comment})
    announce(post.team_id, "board", "calendar")


@transaction.atomic
def reject(*, post: Post, by: User | None, name: str, comment: str) -> None:
    """Back with whoever wrote it, as for changes; its history says that it was rejected."""
    post = locked(post)
    workflow.move(post, "reject", by=by, name=name, note={"comment": comment})
    announce(post.team_id, "board", "calendar")


@transaction.atomic
def withdraw(*, post: Post, by: User | None, name: str = "") -> None:
    """Back to drafting, whatever stage it was in: approvals are revoked, nothing stays queued."""
    post = locked(post)
    recall(post, by=by)
    workflow.move(post, "withdraw", by=by, name=name)
    announce(post.team_id, "board", "calendar")


@transaction.atomic
def reconsider(*, post: Post, by: User | None, name: str) -> None:
    """A reviewer took an answer back: in review again, nothing approved, nothing queued. Raises
    BeingPublished where that is too late.
    """
    post = locked(post)
    recall(post, by=by)
    workflow.move(post, "reconsider", by=by, name=name)
    announce(post.team_id, "board", "calendar")


@transaction.atomic
def lapse(*, post: Post, before: datetime, note: Mapping[str, Any]) -> bool:
    """The database was restored: who was asked `before` that may not be asked any more. Nothing is
    recalled, since nothing is queued in review; what may be live already stays to be looked up.
    """
    post = locked(post)
    since = post.activity.filter(kind="post.submit", at__gte=before)
    if post.stage != Stage.IN_REVIEW or since.exists():
        return False
    workflow.move(post, "lapse", note=note)
    announce(post.team_id, "board", "calendar")
    return True


@transaction.atomic
def confirm(
    *,
    post: Post,
    revision: Revision,
    by: User | None,
    name: str = "",
    cooling: timedelta = timedelta(0),
) -> Approval:
    """The reviewers' yes to exactly this revision; planned deliveries are committed at once, unless
    a gate stops them by now: then it is approved, and its author hears why it is not scheduled.

    `cooling` keeps an e-mail decision from publishing within that time: it can be taken back.
    """
    post = locked(post)
    _require_same(post, revision)
    approval = permit(post, revision, Approval.Source.REVIEW, by=by, name=name, cooling=cooling)
    renditions.order(revision)
    workflow.move(post, "approve", by=by, name=name, note={"revision": revision.number})
    _commit(post, revision, by=by, name=name)
    announce(post.team_id, "board", "calendar")
    return approval


def _commit(post: Post, revision: Revision, *, by: User | None, name: str = "") -> None:
    if post.planned_at is None:
        return
    try:
        commit(post, revision, by=by, name=name)
    except Stopped as stopped:
        holding.tell(post, revision, stopped)


def reviewed(post: Post) -> bool:
    """Somebody said yes to it, who would have to be asked once more."""
    yes = Approval.objects.filter(post=post, source=Approval.Source.REVIEW, revoked_at=None)
    return yes.exists()


def _require_same(post: Post, revision: Revision) -> None:
    if content.digest(content.snapshot(post)) != revision.content_hash:
        raise LostRace(_("The post was changed after this version was sent for review."))
