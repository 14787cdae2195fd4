"""The Wednesday that these tests live on, days near it, and how pages are asked there."""

from datetime import UTC, datetime

from django.urls import reverse

NOW = datetime(2026, 12, 9, 14, 20, tzinfo=UTC)
HX = {"HX-Request": "true"}


def at(day, hour, minute=0):
    return datetime(2026, 12, day, hour, minute, tzinfo=UTC)


def move(post):
    """Where another time is chosen for it."""
    kwargs = {"team": post.team.slug, "post_id": post.pk}
    return reverse("calendar_app:post_move", kwargs=kwargs)
