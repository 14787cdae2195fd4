"""Putting a post before its reviewers. Called by the pages' “Send for review”."""

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from approvals import flows
from approvals.errors import NobodyToAsk
from approvals.models import Review
from approvals.plan import Asked, Plan
from approvals.services import rounds
from notifications import events
from posts.models import Post
from posts.services import review as posts_review
from posts.services.commitment import locked


@transaction.atomic
def ask(*, post: Post, by: User, note: str = "") -> Review:
    """Freeze the content, open a review and write to everybody who is asked first.

    Where the team's workflows ask nobody the review is over at once, and the post approved. Raises
    NobodyToAsk; and from the posts room NotReady and IllegalMove.
    """
    post = locked(post)
    plan = flows.plan_of(post)
    if plan.deserted:
        raise NobodyToAsk(nobody_in(plan.deserted))
    Review.objects.filter(post=post, state=Review.State.OPEN).update(
        state=Review.State.WITHDRAWN, ended_at=timezone.now()
    )
    if plan.waived:
        return _released(post, plan, by=by, note=note)
    revision = posts_review.submit(post=post, by=by)
    review = Review.objects.create(
        team=post.team,
        post=post,
        revision=revision,
        content_hash=revision.content_hash,
        needed=sum(asked.needed for asked in plan.rounds),
        note=note,
        asked_by=by,
    )
    rounds.lay(review, plan)
    page = reverse("approvals:review", kwargs={"team": post.team.slug, "review_id": review.pk})
    events.happened(
        team_id=post.team_id,
        name="review.asked",
        data=lambda: {"by": str(by), "title": str(post), "post": post.pk, "url": page},
    )
    return review


def nobody_in(asked: Asked) -> str:
    if not asked.name:
        return _(
            "Nobody but its author could review this post. Add a reviewer in the team's settings."
        )
    said = _(
        "Nobody but its author could review this post in “%(stage)s”. "
        "Add a reviewer in the team's settings."
    )
    return said % {"stage": asked.name}


def _released(post: Post, plan: Plan, *, by: User, note: str) -> Review:
    """What no workflow wants reviewed is kept like a review, so that its history says why."""
    name = ", ".join(path.flow.name for path in plan.paths)
    revision = posts_review.release(post=post, by=by, workflow_name=name)
    return Review.objects.create(
        team=post.team,
        post=post,
        revision=revision,
        content_hash=revision.content_hash,
        note=note,
        asked_by=by,
        state=Review.State.APPROVED,
        ended_at=timezone.now(),
    )
