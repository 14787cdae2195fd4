"""What the post said at one moment. Never changed: the database refuses."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from posts.models.post import Post


class Revision(models.Model):
    """`snapshot` is content.py's document and `content_hash` its digest."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    content_hash = models.CharField(max_length=64)
    snapshot = models.JSONField()
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["post", "number"], name="revision_number"),
            models.UniqueConstraint(fields=["id", "content_hash"], name="revision_hash"),
        ]

    def __str__(self) -> str:
        return f"revision {self.number} of {self.post_id}"
