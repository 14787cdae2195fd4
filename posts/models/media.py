"""Pictures and videos: stored once per team and content, used by posts in an order with a
description each; and pictures as some platform takes them.
"""

from typing import Any, Self

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Team, TeamQuerySet
from posts.models.folder import Folder
from posts.models.post import Post, Tag
from publishers.crops import CENTRE, Point


def percent(at: int) -> models.PositiveSmallIntegerField[Any, Any]:
    return models.PositiveSmallIntegerField(
        default=at, db_default=at, validators=[MaxValueValidator(100)]
    )


def within_picture(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(condition=Q(focal_x__lte=100, focal_y__lte=100), name=name)


def length(seconds: float) -> str:
    """As players write it: 0:42, 1:02:03."""
    minutes, rest = divmod(max(1, round(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


class MediaQuerySet(TeamQuerySet["MediaAsset"]):
    def for_team(self, team: Team) -> Self:
        """Without what was deleted."""
        return super().for_team(team).filter(deleted_at=None)

    def ever_of(self, team: Team) -> Self:
        """Also what was deleted: posts that are out go on showing it."""
        return super().for_team(team)


class MediaAsset(models.Model):
    """One re-encoded picture, or one video without its metadata. `sha256` is the digest of the
    stored bytes; `width` and `height` are as people see it; `thumbnail` shows a video's beginning.
    `focal_x` and `focal_y`: what matters most in it, where posts begin that use it.
    `credit`: the licence, or who is to be named; `rights_until`: the last day in the team's zone.

    Deleted, it can be put back for a while; then `file` is empty, and the row stays only where
    posts that are out show its thumbnail.
    """

    class Kind(models.TextChoices):
        PICTURE = "picture", _("Picture")
        VIDEO = "video", _("Video")

    class Rights(models.TextChoices):
        """Why the team may publish it."""

        UNKNOWN = "", _("Not said yet")
        OURS = "ours", _("Made by us")
        LICENSED = "licensed", _("Licensed, or by permission")

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="media")
    sha256 = models.CharField(max_length=64)
    file = models.FileField(max_length=200, blank=True)
    thumbnail = models.FileField(max_length=200)
    name = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=7, choices=Kind.choices, default=Kind.PICTURE)
    mime = models.CharField(max_length=40)
    seconds = models.FloatField(default=0)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    bytes = models.PositiveBigIntegerField()
    alt = models.TextField(blank=True, max_length=2000)
    focal_x = percent(CENTRE.x)
    focal_y = percent(CENTRE.y)
    rights = models.CharField(max_length=8, choices=Rights, blank=True, default="", db_default="")
    credit = models.CharField(max_length=300, blank=True, default="", db_default="")
    rights_until = models.DateField(null=True, blank=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    folder = models.ForeignKey(
        Folder, null=True, blank=True, on_delete=models.SET_NULL, related_name="assets"
    )
    tags = models.ManyToManyField(Tag, blank=True, related_name="assets")
    created_at = models.DateTimeField(default=timezone.now)
    deleted_at = models.DateTimeField(null=True, blank=True)

    objects = MediaQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                "team",
                models.F("created_at").desc(),
                models.F("id").desc(),
                condition=Q(deleted_at=None),
                name="media_newest",
            ),
            models.Index(
                "team",
                models.F("bytes").desc(),
                models.F("id").desc(),
                condition=Q(deleted_at=None),
                name="media_largest",
            ),
            models.Index(
                "team", Lower("name"), "id", condition=Q(deleted_at=None), name="media_by_name"
            ),
            models.Index(
                fields=["deleted_at"], condition=Q(deleted_at__isnull=False), name="media_deleted"
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["team", "sha256"], name="media_once"),
            models.CheckConstraint(
                condition=Q(kind="video", mime__startswith="video/", seconds__gt=0)
                | Q(kind="picture", mime__startswith="image/", seconds=0),
                name="media_kind_is_true",
            ),
            within_picture("media_focal_is_within"),
        ]

    def __str__(self) -> str:
        return self.name or self.sha256[:12]

    @property
    def focal(self) -> Point:
        return Point(self.focal_x, self.focal_y)

    @property
    def is_video(self) -> bool:
        return self.kind == self.Kind.VIDEO

    @property
    def length(self) -> str:
        return length(self.seconds)


class Rendition(models.Model):
    """A picture as a platform takes it: first the row, then its file. `key` is the recipe's.

    `tried_at`: when somebody last set about making it.
    """

    asset = models.ForeignKey(MediaAsset, on_delete=models.CASCADE, related_name="renditions")
    key = models.CharField(max_length=100)
    file = models.FileField(max_length=200, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    mime = models.CharField(max_length=40, blank=True)
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    bytes = models.PositiveBigIntegerField(default=0)
    tried_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["asset", "key"], name="rendition_once"),
            models.CheckConstraint(
                condition=Q(file="", sha256="") | (~Q(file="") & ~Q(sha256="")),
                name="rendition_made_or_not",
            ),
        ]
        indexes = [
            models.Index(fields=["tried_at"], condition=Q(file=""), name="rendition_waiting")
        ]

    def __str__(self) -> str:
        return f"{self.asset_id} as {self.key}"


class PostMedia(models.Model):
    """`focal_x`, `focal_y`: what stays in the picture where a platform wants it cropped."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="pictures")
    asset = models.ForeignKey(MediaAsset, on_delete=models.PROTECT, related_name="uses")
    position = models.PositiveSmallIntegerField()
    alt = models.TextField(blank=True, max_length=2000)
    focal_x = percent(CENTRE.x)
    focal_y = percent(CENTRE.y)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["post", "asset"], name="post_media_once"),
            within_picture("post_media_focal_is_within"),
        ]

    def __str__(self) -> str:
        return f"{self.asset_id} in {self.post_id}"

    @property
    def focal(self) -> Point:
        return Point(self.focal_x, self.focal_y)
