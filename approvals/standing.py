"""Who may still decide: asked when a page is shown and again when a decision is taken."""

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Membership
from approvals.errors import LinkExpired, LinkUsed, NotAReviewer, ReviewClosed
from approvals.models import Review, ReviewRequest
from posts.models import Post


def require_open(request: ReviewRequest, review: Review) -> None:
    if request.used_at is not None:
        raise LinkUsed(_("You have decided about this version already."))
    if review.state != Review.State.OPEN or request.revoked_at is not None:
        raise ReviewClosed(_("This review has ended. Nothing more is needed from you."))
    if request.expires_at <= timezone.now():
        raise LinkExpired(_("This link has expired."))


def require_reviewer(request: ReviewRequest, review: Review, post: Post) -> None:
    """The right is asked for now, not when the mail was sent."""
    if not request.for_member:
        return
    membership = (
        Membership.objects.for_team(review.team)
        .filter(pk=request.membership_id or 0)
        .select_related("user")
        .first()
    )
    if membership is None or not membership.user.is_active or not membership.can("review"):
        raise NotAReviewer(_("You are no longer a reviewer of this team."))
    if membership.user_id == post.author_id and not post.team.allow_self_approval:
        raise NotAReviewer(_("You wrote this post, so somebody else decides."))
