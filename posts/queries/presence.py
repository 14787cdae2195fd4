"""Who else has a post's composer open. Nobody is locked out: it is only said."""

from datetime import timedelta

from django.utils import timezone

from accounts.models import User
from posts.models import Post, Presence

# Two beats of the page and a little: whoever leaves is gone within a minute.
GONE_AFTER = timedelta(seconds=40)
NAMED = 5


def others(post: Post, user: User) -> list[User]:
    """The latest first; only who is still in the team."""
    there = Presence.objects.for_team(post.team).filter(
        post=post,
        seen_at__gt=timezone.now() - GONE_AFTER,
        user__is_active=True,
        user__memberships__team=post.team,
    )
    beats = there.exclude(user=user).select_related("user").order_by("-seen_at", "pk")
    return [beat.user for beat in beats[:NAMED]]
