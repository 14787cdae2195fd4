"""Who has a post's composer open."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from accounts.models import Team, TeamQuerySet
from posts.models.post import Post


class Presence(models.Model):
    """One row per person and post, written again at each beat of the page."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")
    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    seen_at = models.DateTimeField(default=timezone.now)

    objects = TeamQuerySet["Presence"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "user"], name="presence_once")]
        indexes = [models.Index(fields=["seen_at"], name="presence_seen")]

    def __str__(self) -> str:
        return f"{self.user_id} at {self.post_id}"
