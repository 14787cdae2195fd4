"""The beats of open composers. Called by views/presence.py about every 20 seconds."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from notifications.live import announce
from posts.models import Post, Presence
from posts.queries.presence import GONE_AFTER

FORGOTTEN_AFTER = timedelta(hours=1)


@transaction.atomic
def beat(*, post: Post, user: User) -> None:
    """Only who comes is announced, and sweeps up after those who left; the rest is one update."""
    now = timezone.now()
    mine = Presence.objects.for_team(post.team).filter(post=post, user=user)
    if mine.filter(seen_at__gt=now - GONE_AFTER).update(seen_at=now):
        return
    Presence.objects.filter(seen_at__lt=now - FORGOTTEN_AFTER).delete()
    Presence.objects.bulk_create(
        [Presence(team=post.team, post=post, user=user, seen_at=now)],
        update_conflicts=True,
        unique_fields=["post", "user"],
        update_fields=["seen_at"],
    )
    announce(post.team_id, f"presence:{post.pk}")
