"""Keeping what a post said: a revision when content leaves the editor, not at each key."""

from datetime import timedelta

from django.utils import timezone

from accounts.models import User
from posts import content
from posts.content import Snapshot
from posts.models import Activity, Post, Revision

KEEP_EVERY = timedelta(minutes=10)


def keep(post: Post, *, by: User | None, stored: Snapshot | None = None) -> Revision:
    """The revision of the post's present content, written if the latest one says something else.

    `stored`: that content, where it was read already.
    """
    document = stored or content.snapshot(post)
    latest = post.revisions.first()
    if latest is not None and latest.snapshot == document:
        return latest
    number = latest.number + 1 if latest else 1
    return Revision.objects.create(
        post=post,
        number=number,
        content_hash=content.digest(document),
        snapshot=document,
        author=by,
    )


WRITING = ("post.create", "post.save", "post.restore")


def last_writing(post: Post) -> Activity | None:
    """The entry of the working copy's latest writing; its actor is whose words stand there now."""
    return post.activity.filter(kind__in=WRITING).select_related("actor").first()


def keep_before_overwriting(
    post: Post, stored: Snapshot, writing: Activity | None, *, by: User
) -> None:
    """Autosave's rule: what somebody else wrote, or is ten minutes old, stays in the history.
    `writing` was the last.
    """
    latest = post.revisions.first()
    other_hand = writing is not None and writing.actor_id != by.pk
    if latest is None or other_hand or latest.created_at < timezone.now() - KEEP_EVERY:
        keep(post, by=writing.actor if writing else by, stored=stored)
