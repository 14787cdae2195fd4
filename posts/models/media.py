"""Pictures: stored once per team and content, used by posts in an order with a description each."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from accounts.models import Team, TeamQuerySet
from posts.models.post import Post


class MediaAsset(models.Model):
    """One re-encoded picture. `sha256` is the digest of the stored bytes, without any metadata."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="media")
    sha256 = models.CharField(max_length=64)
    file = models.FileField(max_length=200)
    thumbnail = models.FileField(max_length=200)
    name = models.CharField(max_length=200, blank=True)
    mime = models.CharField(max_length=40)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    bytes = models.PositiveBigIntegerField()
    alt = models.TextField(blank=True, max_length=2000)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)

    objects = TeamQuerySet["MediaAsset"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["team", "sha256"], name="media_once")]

    def __str__(self) -> str:
        return self.name or self.sha256[:12]


class PostMedia(models.Model):
    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="pictures")
    asset = models.ForeignKey(MediaAsset, on_delete=models.PROTECT, related_name="uses")
    position = models.PositiveSmallIntegerField()
    alt = models.TextField(blank=True, max_length=2000)

    class Meta:
        ordering = ["position", "id"]
        constraints = [models.UniqueConstraint(fields=["post", "asset"], name="post_media_once")]

    def __str__(self) -> str:
        return f"{self.asset_id} in {self.post_id}"
