"""Who may still decide: asked when a page is shown and again when a decision is taken."""

from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Membership
from approvals.errors import LinkExpired, LinkUsed, NotAReviewer, ReviewClosed, ReviewError, TooLate
from approvals.models import Decision, Review, ReviewRequest
from posts.models import Delivery, Post
from posts.states import Stage
from posts.underway import BEGUN

# Where the post is as long as nothing but this answer has happened to it: by the review's state and
# what was answered.
_CAME_OF = {
    (Review.State.OPEN, Decision.Kind.APPROVE): {Stage.IN_REVIEW},
    (Review.State.APPROVED, Decision.Kind.APPROVE): {Stage.APPROVED, Stage.SCHEDULED},
    (Review.State.CHANGES, Decision.Kind.CHANGES): {Stage.CHANGES_REQUESTED},
    (Review.State.REJECTED, Decision.Kind.REJECT): {Stage.CHANGES_REQUESTED},
}


def require_open(request: ReviewRequest, review: Review) -> None:
    if request.used_at is not None:
        raise LinkUsed(_("You have decided about this version already."))
    if review.state != Review.State.OPEN:
        raise ReviewClosed(_asked_again(request, review) or _ended(review))
    if request.revoked_at is not None:
        raise ReviewClosed(_revoked(request, review))
    if request.expires_at <= timezone.now():
        raise LinkExpired(_("This link has expired."))


def _asked_again(request: ReviewRequest, review: Review) -> str:
    """Where the same person is asked about a newer version, that waits for them."""
    if review.state != Review.State.WITHDRAWN:
        return ""
    newer = ReviewRequest.objects.filter(
        review__post=review.post_id,
        review__pk__gt=review.pk,
        review__state=Review.State.OPEN,
        email__iexact=request.email,
        revoked_at=None,
    )
    again = _("It was sent for review again. The newest mail has the link.")
    return again if newer.exists() else ""


def moved_on(post: Post) -> str:
    """Why nobody is asked about it, whatever its review says."""
    if post.stage == Stage.DONE:
        return _("It is live already. Nothing more is needed from you.")
    return _("This post is no longer in review.")


def _ended(review: Review) -> str:
    if review.post.stage == Stage.DONE:
        return moved_on(review.post)
    return {
        Review.State.APPROVED: _("It is approved already. Nothing more is needed from you."),
        Review.State.CHANGES: _(
            "Changes were asked for already. Nothing more is needed from you for now."
        ),
        Review.State.REJECTED: _("It was rejected already. Nothing more is needed from you."),
    }.get(
        Review.State(review.state),
        _("It was taken back from review. Nothing more is needed from you."),
    )


def _revoked(request: ReviewRequest, review: Review) -> str:
    """Whoever has a newer link must not take the review for over."""
    newer = review.requests.filter(pk__gt=request.pk, email__iexact=request.email, revoked_at=None)
    if newer.exists():
        return _("There is a newer link in your mailbox. Open that one.")
    return _("Your answer is no longer asked for. Nothing more is needed from you.")


def require_reviewer(
    request: ReviewRequest, review: Review, post: Post, *, known: Membership | None = None
) -> None:
    """The right is asked for now, not when the mail was sent. `known`: whose page it is, if that
    has just been read.
    """
    if not request.for_member:
        return
    membership = known
    if known is None or known.pk != request.membership_id:
        found = Membership.objects.for_team(review.team).filter(pk=request.membership_id or 0)
        membership = found.select_related("user").first()
    if membership is None or not membership.user.is_active or not membership.can("review"):
        raise NotAReviewer(_("You are no longer a reviewer of this team."))
    if membership.user_id == post.author_id and not post.team.allow_self_approval:
        raise NotAReviewer(_("You wrote this post, so somebody else decides."))


def of_before(review: Review, post: Post) -> bool:
    """Asked before the database was restored: nobody knows who was taken off since."""
    restored = post.team.restored_at
    return restored is not None and review.asked_at < restored


def require_undoable(answer: Decision, review: Review, post: Post) -> None:
    """As long as nothing has followed from it but what can be taken back with it. A review of
    before a restore is not opened again; a yes to it may still be taken back, to stop the post.
    """
    if of_before(review, post) and review.state != Review.State.APPROVED:
        raise TooLate(_("Drumbeat was restored since, so this answer stays as it is."))
    begun, newer = _since(review, post)
    if post.stage == Stage.DONE or begun:
        raise TooLate(_("Publishing has started, so this answer can no longer be taken back."))
    stages = _CAME_OF.get((Review.State(review.state), Decision.Kind(answer.kind)), set())
    same = post.stage in stages and post.content_hash == review.content_hash
    if not same or post.trashed_at is not None or newer:
        raise TooLate(_("The post has moved on since, so this answer stays as it is."))


def _since(review: Review, post: Post) -> tuple[bool, bool]:
    """Whether publishing began, and whether it was sent for review anew."""
    begun = Delivery.objects.filter(BEGUN, post=OuterRef("pk"))
    newer = Review.objects.filter(post=OuterRef("pk"), pk__gt=review.pk)
    rows = Post.objects.filter(pk=post.pk).values_list(Exists(begun), Exists(newer))
    found: tuple[bool, bool] = rows.get()
    return found


def undoable(answer: Decision, review: Review, post: Post) -> bool:
    try:
        require_undoable(answer, review, post)
    except ReviewError:
        return False
    return True
