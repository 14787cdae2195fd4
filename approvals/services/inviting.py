"""One person's request: the link by mail, and a new one for an old."""

from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from approvals import flows, tokens
from approvals.errors import ReviewError
from approvals.mail import letter
from approvals.models import Review, ReviewRequest
from approvals.plan import Person
from approvals.standing import require_reviewer
from notifications.services import tell
from posts.models import Post
from posts.states import Stage
from ui.mail import absolute

LINK_LIFE = timedelta(hours=72)


def invite(
    review: Review, person: Person, stands_for: ReviewRequest | None = None, *, late: str = ""
) -> ReviewRequest:
    """One person's request and the mail with its link. Earlier links of that person die.

    `stands_for`: of whom, if it was handed on. `late`: who should have answered, if that is why.
    """
    ReviewRequest.objects.filter(
        review=review, email__iexact=person.email, used_at=None, revoked_at=None
    ).update(revoked_at=timezone.now())
    token, token_hash = tokens.make()
    membership = flows.members(review.team, [person]).get(person.membership or 0)
    request = ReviewRequest.objects.create(
        review=review,
        membership=membership,
        for_member=person.membership is not None,
        name=person.name,
        email=person.email,
        token_hash=token_hash,
        stands_for=stands_for,
        expires_at=link_ends(review.post),
    )
    user, team = membership.user if membership else None, review.team
    page = reverse("approvals:review", kwargs={"team": team.slug, "review_id": review.pk})
    tell(
        kind="review_asked",
        team=team,
        user=user,
        email="" if user else person.email,
        data={**letter(review, request), "late": late, "url": page},
        secret={"link": absolute(reverse("approvals:link", kwargs={"token": token}))},
    )
    return request


def link_ends(post: Post) -> datetime:
    """72 hours, or until the post would be too late to publish, whichever comes first."""
    ends = timezone.now() + LINK_LIFE
    if post.planned_at is None:
        return ends
    too_late = post.planned_at + timedelta(minutes=post.team.late_after_minutes)
    return min(ends, max(too_late, timezone.now() + timedelta(hours=1)))


def relink(request: ReviewRequest) -> str:
    """Another link to the same request, for a reminder. The one before it still opens the page."""
    token, token_hash = tokens.make()
    ReviewRequest.objects.filter(pk=request.pk).update(
        token_hash=token_hash,
        former_hash=request.token_hash,
        expires_at=link_ends(request.review.post),
    )
    return absolute(reverse("approvals:link", kwargs={"token": token}))


def receipt_link(request: ReviewRequest) -> str:
    """Another link to the same request, beside those by which its answer was asked for."""
    token, token_hash = tokens.make()
    ReviewRequest.objects.filter(pk=request.pk).update(receipt_hash=token_hash)
    return absolute(reverse("approvals:link", kwargs={"token": token}))


@transaction.atomic
def renew(request: ReviewRequest) -> ReviewRequest | None:
    """A new link to the address on record, for an expired one; None when the review is over."""
    review = Review.objects.select_for_update().get(pk=request.review_id)
    over = review.state != Review.State.OPEN or review.post.stage != Stage.IN_REVIEW
    if over or request.used_at or request.revoked_at:
        return None
    try:
        # Whoever left the team is not somebody outside who was asked.
        require_reviewer(request, review, review.post)
    except ReviewError:
        return None
    person = Person(request.name, request.email, request.membership_id)
    return invite(review, person, request.stands_for)
