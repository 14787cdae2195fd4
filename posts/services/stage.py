"""The two steps of a post that involve nobody else: an idea becomes a draft, or goes back."""

from django.db import transaction

from accounts.models import User
from notifications.live import announce
from posts import workflow
from posts.models import Post
from posts.services.commitment import locked


@transaction.atomic
def start(*, post: Post, by: User) -> None:
    _step(post, "start", by)


@transaction.atomic
def shelve(*, post: Post, by: User) -> None:
    _step(post, "shelve", by)


def _step(post: Post, event: str, by: User) -> None:
    post = locked(post)
    workflow.move(post, event, by=by)
    announce(post.team_id, "board", "calendar")
