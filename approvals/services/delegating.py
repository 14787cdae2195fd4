"""Handing a review to another member: once, by whoever was asked. It comes back to them when the
other cannot review any more. The page of a review does the first, a tick the second.
"""

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Membership
from accounts.permissions import MAY
from approvals import flows
from approvals.errors import NotAReviewer, NotPossible, ReviewClosed
from approvals.models import Review, ReviewRequest
from approvals.plan import Person
from approvals.services.inviting import invite
from approvals.services.rounds import able
from approvals.standing import moved_on, require_open, require_reviewer
from posts import workflow
from posts.models import Post
from posts.services.commitment import locked
from posts.states import Stage

# Of one tick; the rest waits for the next.
AT_ONCE = 50


@transaction.atomic
def delegate(*, request: ReviewRequest, to: Membership) -> ReviewRequest:
    """`to` is asked in the place of whoever holds `request`, who is asked no more.

    Raises the errors of approvals/errors.py, NotPossible where `to` cannot be the one.
    """
    post = locked(Post(pk=request.review.post_id))
    review = Review.objects.select_for_update().get(pk=request.review_id)
    request = ReviewRequest.objects.select_for_update().get(pk=request.pk)
    require_open(request, review)
    require_reviewer(request, review, post)
    if post.stage != Stage.IN_REVIEW or post.content_hash != review.content_hash:
        raise ReviewClosed(moved_on(post))
    by = request.membership
    if by is None:
        raise NotAReviewer(_("Only a member hands a review on."))
    if request.stands_for_id is not None:
        raise NotPossible(_("A review that was handed to you is not handed on."))
    if to.pk not in {one.pk for one in candidates(review)}:
        raise NotPossible(_("%(name)s cannot answer in your place.") % {"name": to.user})
    ReviewRequest.objects.filter(pk=request.pk).update(revoked_at=timezone.now())
    made = invite(review, Person(str(to.user), to.user.email, to.pk), request)
    workflow.record(post, "review.delegate", by=by.user, data={"to": made.name})
    return made


def candidates(review: Review) -> list[Membership]:
    """Members who may review it and have not been asked, nor will be in a stage to come."""
    named = {address for one in review.rounds.all() for address in one.addresses}
    named |= {request.email.lower() for request in review.requests.all()}
    barred = flows.barred(review.team, review.post.author)
    return [
        one
        for one in flows.reviewing(review.team)
        if one.user.email.lower() not in named and one.user.email.lower() != barred
    ]


def tick() -> None:
    for pk, post_id in list(_orphaned().values_list("pk", "review__post")[:AT_ONCE]):
        _give_back(pk, post_id)


def _orphaned() -> QuerySet[ReviewRequest]:
    """Handed to somebody who has left the team since, or only looks."""
    may = [role for role, actions in MAY.items() if "review" in actions]
    there = Q(membership__role__in=may, membership__user__is_active=True)
    waiting = ReviewRequest.objects.filter(
        stands_for__isnull=False,
        used_at=None,
        revoked_at=None,
        review__state=Review.State.OPEN,
        review__post__stage=Stage.IN_REVIEW,
    )
    return waiting.exclude(there).order_by("pk")


@transaction.atomic
def _give_back(pk: int, post_id: int) -> None:
    """Whoever was asked first is asked again, with a new mail, if they still may."""
    if not Post.objects.filter(pk=post_id).exists():
        return
    post = locked(Post(pk=post_id))
    list(Review.objects.select_for_update().filter(post=post_id, state=Review.State.OPEN))
    found = _orphaned().filter(pk=pk).select_related("review__team", "review__post", "stands_for")
    request = found.first()
    if request is None or request.stands_for is None:
        return
    first = request.stands_for
    ReviewRequest.objects.filter(pk=pk).update(revoked_at=timezone.now())
    person = Person(first.name, first.email, first.membership_id)
    if first.membership_id is None or not able(request.review, [person]):
        return
    invite(request.review, person)
    workflow.record(post, "review.return", data={"from": request.name, "to": first.name})
