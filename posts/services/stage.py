"""The steps of a post that involve nobody else: an idea becomes a draft, or goes back."""

from django.db import transaction

from accounts.models import User
from notifications.live import announce
from posts import workflow
from posts.models import Approval, Post
from posts.services import review, schedule
from posts.services.commitment import locked
from posts.states import Stage

# Where a review may be asked for. A team that asks for none sends it from here to the schedule.
ASKABLE = frozenset({Stage.IDEA, Stage.DRAFTING, Stage.CHANGES_REQUESTED})


@transaction.atomic
def start(*, post: Post, by: User) -> None:
    _step(post, "start", by)


@transaction.atomic
def shelve(*, post: Post, by: User) -> None:
    _step(post, "shelve", by)


@transaction.atomic
def never_scheduled(*, post: Post, was: str, by: User) -> Post:
    """A scheduled post without a time, and approved no more than it `was` before. From there what
    was to be changed is a draft. Raises BeingPublished.
    """
    post = schedule.unschedule(post=post, by=by)
    if was not in ASKABLE or reviewed(post):
        return post
    review.withdraw(post=post, by=by)
    if was == Stage.IDEA:
        shelve(post=post, by=by)
    return locked(post)


def reviewed(post: Post) -> bool:
    """Somebody said yes to it, who would have to be asked once more."""
    yes = Approval.objects.filter(post=post, source=Approval.Source.REVIEW, revoked_at=None)
    return yes.exists()


def _step(post: Post, event: str, by: User) -> None:
    post = locked(post)
    workflow.move(post, event, by=by)
    announce(post.team_id, "board", "calendar")
