"""What was accepted."""

from contextvars import ContextVar
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from publishers.sandbox.models.accounts import Account
from publishers.sandbox.models.media import Picture

# Set while a request is answered from a copy that lags behind (faults.py): what it does not know.
UNSEEN_SINCE: ContextVar[datetime | None] = ContextVar("UNSEEN_SINCE", default=None)


class RemotePostQuerySet(models.QuerySet["RemotePost"]):
    def public(self) -> Self:
        moment = UNSEEN_SINCE.get()
        seen = self.filter(deleted_at=None).exclude(shows_at__gt=timezone.now())
        return seen if moment is None else seen.filter(accepted_at__lt=moment)

    def newest_first(self) -> Self:
        return self.order_by("-accepted_at", "-pk")


class RemotePost(models.Model):
    """A post that the platform accepted. `text` is what people read, `body` what was sent.

    `parent` is the post that this one answers: the part of a thread before it, or what it comments.
    An article has `title`, `tags`, `canonical_url` and a `cover`. What is still worked on
    `shows_at` a later moment, and nobody sees it before.
    """

    account = models.ForeignKey(Account, models.CASCADE, related_name="posts")
    remote_id = models.CharField(max_length=200)
    parent = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="answers"
    )
    title = models.CharField(max_length=500, blank=True)
    text = models.TextField(blank=True)
    tags = models.JSONField(default=list, blank=True)
    canonical_url = models.CharField(max_length=2000, blank=True)
    cover = models.ForeignKey(
        Picture, models.SET_NULL, null=True, blank=True, related_name="covered"
    )
    body = models.JSONField(default=dict)
    version = models.CharField(max_length=120, blank=True)
    fingerprint = models.CharField(max_length=64, blank=True)
    card_url = models.URLField(max_length=2000, blank=True)
    card_title = models.CharField(max_length=500, blank=True)
    card_description = models.TextField(blank=True)
    pictures: "models.ManyToManyField[Picture, Attachment]" = models.ManyToManyField(
        Picture, through="Attachment", related_name="posts"
    )
    accepted_at = models.DateTimeField(db_default=Now())
    shows_at = models.DateTimeField(null=True, blank=True)
    edited_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)

    objects = RemotePostQuerySet.as_manager()

    class Meta:
        ordering = ["-accepted_at", "-pk"]
        indexes = [
            models.Index(fields=["account", "-accepted_at"], name="sandbox_post_timeline"),
            models.Index(fields=["account", "fingerprint"], name="sandbox_post_fingerprint"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "remote_id"],
                condition=Q(deleted_at=None),
                name="sandbox_post_id",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.remote_id}"


class Attachment(models.Model):
    """A picture or video in a post, with the words that stand for it there."""

    post = models.ForeignKey(RemotePost, models.CASCADE, related_name="attachments")
    picture = models.ForeignKey(Picture, models.CASCADE, related_name="attachments")
    position = models.PositiveSmallIntegerField()
    alt = models.TextField(blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["post", "position"], name="sandbox_attachment_order"),
        ]

    def __str__(self) -> str:
        return f"{self.picture} in {self.post}"
