"""What webhooks hear of a post's way. Called by workflow.py, which all stages pass through."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from django.urls import reverse

from notifications import events
from posts.models import Post


def moved(posts: Sequence[Post], old: str, by: str = "") -> None:
    """The posts are where they are now; `by` is empty where nobody did it."""
    said = [(post.team_id, partial(_facts, post, old, by)) for post in posts]
    events.all_happened("post.stage_changed", said)


def _facts(post: Post, old: str, by: str) -> Mapping[str, Any]:
    return {
        "title": str(post),
        "post": post.pk,
        "from": old,
        "stage": str(post.stage),
        "by": by,
        "url": reverse("posts:post", args=[post.team.slug, post.pk]),
    }
