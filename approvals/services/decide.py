"""Taking one decision. The signed-in page and the e-mail link come through the same door."""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Membership, User
from approvals.errors import (
    ChangedSince,
    CommentMissing,
    ReviewClosed,
)
from approvals.models import Decision, Review, ReviewRequest
from approvals.services import rounds, telling
from approvals.standing import moved_on, require_open, require_reviewer
from posts import workflow
from posts.models import Post
from posts.services import review as posts_review
from posts.services.commitment import locked
from posts.states import Stage


@dataclass(frozen=True)
class Trace:
    """Where a decision came from: evidence, never a control."""

    via: str
    ip: str | None = None
    agent: str = ""


@transaction.atomic
def decide(
    *, request: ReviewRequest, kind: str, seen_hash: str, trace: Trace, comment: str = ""
) -> Decision:
    """Record what this person decided about exactly the content they saw.

    Locks the post, then the review, as everywhere. Raises the errors of approvals/errors.py and
    records nothing then.
    """
    post = locked(Post(pk=request.review.post_id))
    review = Review.objects.select_for_update().get(pk=request.review_id)
    request = ReviewRequest.objects.select_for_update().get(pk=request.pk)
    require_open(request, review)
    require_reviewer(request, review, post)
    _require_unchanged(post, review, seen_hash)
    if kind in Decision.REFUSALS and not comment.strip():
        raise CommentMissing(_missing(kind))
    decision = Decision.objects.create(
        review=review,
        request=request,
        kind=kind,
        via=trace.via,
        name=request.name,
        comment=comment.strip(),
        content_hash=review.content_hash,
        ip=trace.ip,
        agent=trace.agent[:300],
        follows=request.decisions.last(),
    )
    ReviewRequest.objects.filter(pk=request.pk).update(used_at=decision.at)
    _apply(decision, review, post)
    return decision


def _missing(kind: str) -> str:
    if kind == Decision.Kind.REJECT:
        return _("Say why, so that the author understands.")
    return _("Say what should change, so that the author knows what to do.")


def _require_unchanged(post: Post, review: Review, seen_hash: str) -> None:
    if post.content_hash != review.content_hash or seen_hash != review.content_hash:
        raise ChangedSince(_("The post changed after you opened this page. Nothing was decided."))
    if post.stage != Stage.IN_REVIEW:
        raise ReviewClosed(moved_on(post))


def _apply(decision: Decision, review: Review, post: Post) -> None:
    member = decision.request.membership
    by = member.user if member else None
    note = {"comment": decision.comment, "via": decision.via}
    workflow.record(post, f"review.{decision.kind}", by=by, name=decision.name, data=note)
    if decision.kind in Decision.REFUSALS:
        _refuse(decision, review, post, by)
    elif rounds.advance(review):
        end(review, Review.State.APPROVED)
        posts_review.confirm(
            post=post,
            revision=review.revision,
            by=by,
            name=decision.name,
            cooling=decision.binds_from - decision.at,
        )
    telling.said(decision, review, post)


def _refuse(decision: Decision, review: Review, post: Post, by: User | None) -> None:
    """One refusal is enough, whoever approved before it and whoever else was asked."""
    rejects = decision.kind == Decision.Kind.REJECT
    end(review, Review.State.REJECTED if rejects else Review.State.CHANGES)
    refuse = posts_review.reject if rejects else posts_review.request_changes
    refuse(post=post, by=by, name=decision.name, comment=decision.comment)


def end(review: Review, state: str) -> None:
    Review.objects.filter(pk=review.pk).update(state=state, ended_at=timezone.now())
    review.requests.filter(used_at=None, revoked_at=None).update(revoked_at=timezone.now())


@transaction.atomic
def withdraw(*, review: Review, by: Membership) -> None:
    """Take the question back; the post returns to drafting."""
    post = locked(Post(pk=review.post_id))
    review = Review.objects.select_for_update().get(pk=review.pk)
    if review.state != Review.State.OPEN:
        raise ReviewClosed(_("This review has ended already."))
    end(review, Review.State.WITHDRAWN)
    if post.stage == Stage.IN_REVIEW:
        posts_review.withdraw(post=post, by=by.user)
