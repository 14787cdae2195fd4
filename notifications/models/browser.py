"""A browser in which a person wants notifications to appear."""

from django.conf import settings
from django.db import models
from django.utils import timezone


class Browser(models.Model):
    """Its address at a push service, and the keys for it, are sealed: who has them can write there.
    `mark` is the digest of the address, by which the browser knows itself.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="browsers"
    )
    mark = models.CharField(max_length=64, unique=True)
    sealed = models.TextField()
    host = models.CharField(max_length=255)
    name = models.CharField(max_length=60, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["user", "id"])]

    def __str__(self) -> str:
        return self.name or self.host
