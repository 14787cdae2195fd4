"""Taking one's answer back, as long as what came of it can be."""

from django.db import transaction
from django.utils.translation import gettext as _

from approvals.errors import NothingToUndo, ReviewClosed
from approvals.models import Decision, Review, ReviewRequest
from approvals.services import rounds, telling
from approvals.services.decide import Trace, end
from approvals.services.inviting import link_ends
from approvals.standing import of_before, require_reviewer, require_undoable
from posts import workflow
from posts.models import Post
from posts.services import review as posts_review
from posts.services.commitment import locked


@transaction.atomic
def undo(*, request: ReviewRequest, trace: Trace) -> Decision:
    """A further row, which points to the answer; whoever gave it may answer again, unless they were
    asked before the database was restored: then the post is a draft again.

    Locks as `decide` does. Raises the errors of approvals/errors.py, and BeingPublished where a
    worker was first.
    """
    post = locked(Post(pk=request.review.post_id))
    review = Review.objects.select_for_update().get(pk=request.review_id)
    request = ReviewRequest.objects.select_for_update().get(pk=request.pk)
    answer = request.decisions.standing().first()
    if answer is None:
        raise NothingToUndo(_("There is no answer of yours to take back."))
    if request.revoked_at is not None:
        raise ReviewClosed(_("You are no longer asked about this post."))
    require_reviewer(request, review, post)
    require_undoable(answer, review, post)
    back = Decision.objects.create(
        review=review,
        request=request,
        kind=Decision.Kind.WITHDRAWN,
        follows=answer,
        via=trace.via,
        name=request.name,
        content_hash=review.content_hash,
        ip=trace.ip,
        agent=trace.agent[:300],
    )
    open_again = {"used_at": None, "expires_at": link_ends(post)}
    ReviewRequest.objects.filter(pk=request.pk).update(**open_again)
    _apply(back, answer, review, post)
    return back


def _apply(back: Decision, answer: Decision, review: Review, post: Post) -> None:
    member = back.request.membership
    by = member.user if member else None
    note = {"via": back.via}
    workflow.record(post, f"review.{back.kind}", by=by, name=back.name, data=note)
    if of_before(review, post):
        end(review, Review.State.WITHDRAWN)
        posts_review.withdraw(post=post, by=by, name=back.name)
    elif rounds.reopen(review, since=answer.at) and review.state != Review.State.OPEN:
        Review.objects.filter(pk=review.pk).update(state=Review.State.OPEN, ended_at=None)
        posts_review.reconsider(post=post, by=by, name=back.name)
    telling.said(back, review, post)
