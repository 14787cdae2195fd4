"""A large file on its way in, piece by piece."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from accounts.models import Team, TeamQuerySet
from posts.models.media import MediaAsset


class Upload(models.Model):
    """The first `received` of `size` bytes lie in the file `key`, until they have become `asset`.

    `mark` tells a person's files apart, so that the same one, chosen again, goes on where it
    stopped. `finishing_at`: since when somebody has been reading the whole.

    `direct`: its browser sends it to the bucket, which calls it `remote` and knows how much is
    there; `received` only says that it is whole.
    """

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    mark = models.CharField(max_length=64)
    name = models.CharField(max_length=200, blank=True)
    key = models.CharField(max_length=100, unique=True)
    size = models.PositiveBigIntegerField()
    received = models.PositiveBigIntegerField(default=0)
    direct = models.BooleanField(default=False)
    remote = models.TextField(blank=True)
    asset = models.ForeignKey(
        MediaAsset, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    known = models.BooleanField(default=False)
    finishing_at = models.DateTimeField(null=True, blank=True)
    touched_at = models.DateTimeField(default=timezone.now, db_index=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = TeamQuerySet["Upload"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["team", "by", "mark"], name="upload_once"),
            models.CheckConstraint(
                condition=Q(size__gt=0, received__lte=F("size")), name="upload_within_its_size"
            ),
            models.CheckConstraint(
                condition=Q(direct=True) | Q(remote=""), name="upload_remote_is_direct"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.received} of {self.size} bytes of {self.name}"
