"""Putting a post before its reviewers. Called by the pages' “Send for review”."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Membership, Team, User
from approvals import tokens
from approvals.errors import NobodyToAsk
from approvals.mail import letter
from approvals.models import Review, ReviewRequest, Workflow
from notifications import events
from notifications.services import tell
from posts.models import Post
from posts.services import review as posts_review
from posts.services.commitment import locked
from ui.mail import absolute

LINK_LIFE = timedelta(hours=72)


class Person(NamedTuple):
    name: str
    email: str
    membership: Membership | None


def reviewers_of(team: Team, *, author: User | None) -> tuple[list[Person], int]:
    """Who will be asked for a post of this author, and how many approvals are needed."""
    workflow = Workflow.objects.for_team(team).order_by("id").first()
    stage = workflow.stages.first() if workflow else None
    if stage is None:
        members = Membership.objects.for_team(team).filter(role__in=("owner", "admin"))
        people = [_member(m) for m in members.select_related("user").order_by("id")]
        return without_author(people, team, author), 1
    asked = stage.reviewers.select_related("membership__user").order_by("id")
    people = [
        _member(r.membership) if r.membership else Person(r.name or r.email, r.email, None)
        for r in asked
        if r.membership is None or r.membership.can("review")
    ]
    return without_author(people, team, author), stage.needed


def _member(membership: Membership) -> Person:
    return Person(str(membership.user), membership.user.email, membership)


def without_author(people: Iterable[Person], team: Team, author: User | None) -> list[Person]:
    """Nobody reviews what they wrote, unless the team allows it."""
    if team.allow_self_approval or author is None:
        return list(people)
    return [p for p in people if p.email.lower() != author.email.lower()]


@transaction.atomic
def ask(*, post: Post, by: User, note: str = "") -> Review:
    """Freeze the content, open a review and write to everybody concerned.

    Raises NobodyToAsk; and from the posts room NotReady and IllegalMove.
    """
    post = locked(post)
    people, needed = reviewers_of(post.team, author=post.author)
    if not people:
        raise NobodyToAsk(
            _(
                "Nobody but its author could review this post. "
                "Add a reviewer in the team's settings."
            )
        )
    Review.objects.filter(post=post, state=Review.State.OPEN).update(
        state=Review.State.WITHDRAWN, ended_at=timezone.now()
    )
    revision = posts_review.submit(post=post, by=by)
    review = Review.objects.create(
        team=post.team,
        post=post,
        revision=revision,
        content_hash=revision.content_hash,
        needed=min(needed, len(people)),
        note=note,
        asked_by=by,
    )
    for person in people:
        invite(review, person)
    page = reverse("approvals:review", kwargs={"team": post.team.slug, "review_id": review.pk})
    events.happened(
        team_id=post.team_id,
        name="review.asked",
        data=lambda: {"by": str(by), "title": str(post), "post": post.pk, "url": page},
    )
    return review


def invite(review: Review, person: Person) -> ReviewRequest:
    """One person's request and the mail with its link. Earlier links of that person die."""
    ReviewRequest.objects.filter(
        review=review, email__iexact=person.email, used_at=None, revoked_at=None
    ).update(revoked_at=timezone.now())
    token, token_hash = tokens.make()
    request = ReviewRequest.objects.create(
        review=review,
        membership=person.membership,
        for_member=person.membership is not None,
        name=person.name,
        email=person.email,
        token_hash=token_hash,
        expires_at=link_ends(review.post),
    )
    user = person.membership.user if person.membership else None
    team = review.team
    page = reverse("approvals:review", kwargs={"team": team.slug, "review_id": review.pk})
    tell(
        kind="review_asked",
        team=team,
        user=user,
        email="" if user else person.email,
        data={**letter(review, request), "url": page},
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


@transaction.atomic
def renew(request: ReviewRequest) -> ReviewRequest | None:
    """A new link to the address on record, for an expired one; None when the review is over."""
    review = Review.objects.select_for_update().get(pk=request.review_id)
    if review.state != Review.State.OPEN or request.used_at or request.revoked_at:
        return None
    return invite(review, Person(request.name, request.email, request.membership))
