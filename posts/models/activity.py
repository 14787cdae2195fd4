"""What happened to a post, by whom: append-only, shown on its page."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from accounts.models import Team, TeamQuerySet
from posts.models.post import Post


class Activity(models.Model):
    """`kind` is "post.submit", "delivery.publish" …; `data` is what its sentence needs."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")
    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="activity")
    kind = models.CharField(max_length=40)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    actor_name = models.CharField(max_length=200, blank=True)
    data = models.JSONField(default=dict)
    at = models.DateTimeField(default=timezone.now)

    objects = TeamQuerySet["Activity"].as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["post", "-id"], name="activity_of_post")]

    def __str__(self) -> str:
        return f"{self.kind} on {self.post_id}"
