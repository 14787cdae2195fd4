"""Keeping what a post said. A revision is written when content leaves the editor, not at each keystroke."""

from datetime import timedelta

from django.utils import timezone

from accounts.models import User
from posts import content
from posts.models import Post, Revision

KEEP_EVERY = timedelta(minutes=10)


def keep(post: Post, *, by: User | None) -> Revision:
    """The revision of the post's present content, written if the latest one says something else."""
    document = content.snapshot(post)
    digest = content.digest(document)
    latest = post.revisions.first()
    if latest is not None and latest.snapshot == document:
        return latest
    number = latest.number + 1 if latest else 1
    return Revision.objects.create(
        post=post, number=number, content_hash=digest, snapshot=document, author=by
    )


def keep_before_overwriting(post: Post, *, by: User) -> None:
    """Autosave's rule: what somebody else wrote, or what is ten minutes old, stays in the history."""
    latest = post.revisions.first()
    other_hand = latest is not None and latest.author_id != by.pk
    if latest is None or other_hand or latest.created_at < timezone.now() - KEEP_EVERY:
        keep(post, by=latest.author if latest and other_hand else by)
