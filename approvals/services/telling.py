"""Who hears of an answer, and of one that was taken back: author, asker and other programs. Whoever
gave it gets a receipt.
"""

from django.urls import reverse

from accounts import languages
from approvals.models import Decision, Review
from approvals.services.inviting import receipt_link
from notifications import events
from notifications.services import tell
from posts.models import Post

# Of each kind of decision: the message, and the event.
_SAID = {
    Decision.Kind.APPROVE: ("review_approved", "review.approved"),
    Decision.Kind.CHANGES: ("review_changes", "review.changes_requested"),
    Decision.Kind.REJECT: ("review_rejected", "review.rejected"),
    Decision.Kind.WITHDRAWN: ("review_withdrawn", "review.withdrawn"),
}


def said(decision: Decision, review: Review, post: Post) -> None:
    kind, event = _SAID[Decision.Kind(decision.kind)]
    page = reverse("posts:post", kwargs={"team": review.team.slug, "post_id": post.pk})
    data = {"by": decision.name, "title": str(post), "comment": decision.comment, "url": page}
    events.happened(team_id=review.team_id, name=event, data=lambda: {**data, "post": post.pk})
    asker = {user.pk: user for user in (post.author, review.asked_by) if user}
    member = decision.request.membership
    for user in asker.values():
        if member is None or user.pk != member.user_id:
            tell(kind=kind, team=review.team, user=user, data=data)
    _receipt(decision, review, post)


def _receipt(decision: Decision, review: Review, post: Post) -> None:
    """With the way to where it can be taken back: people outside get a link for it."""
    member = decision.request.membership
    page = reverse("approvals:review", kwargs={"team": review.team.slug, "review_id": review.pk})
    data = {
        "by": decision.name,
        "title": str(post),
        "comment": decision.comment,
        "url": page if member else "",
        "author": str(review.asked_by or post.author),
        "kind": decision.kind,
        "language": languages.of_mail(member.user if member else None),
        "team": review.team.name,
    }
    kind = "review_receipt"
    if member is not None:
        tell(kind=kind, team=review.team, user=member.user, data=data)
        return
    link = {"url": receipt_link(decision.request)}
    tell(kind=kind, team=review.team, email=decision.request.email, data=data, secret=link)
