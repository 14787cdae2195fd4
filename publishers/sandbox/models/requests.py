"""What is asked of a platform, and what will go wrong with it."""

from typing import Self

from django.db import models
from django.db.models import F
from django.db.models.functions import Now

from publishers.sandbox.models.accounts import Account


class Does(models.TextChoices):
    """What a request is for; faults are aimed at one of these."""

    PUBLISH = "publish", "Publishing a post"
    UPLOAD = "upload", "Uploading a picture or video"
    REMOVE = "remove", "Deleting a post"
    TOKEN = "token", "Signing in or refreshing"
    READ = "read", "Reading back"
    OTHER = "other", "Anything else"


class FaultQuerySet(models.QuerySet["Fault"]):
    def armed(self) -> Self:
        return self.exclude(remaining=0)

    def spend(self) -> bool:
        """Take one use. False when another request took the last one meanwhile."""
        return self.armed().update(remaining=F("remaining") - 1) == 1


class Fault(models.Model):
    """Something that will go wrong for an account: so many times, or (None) until removed."""

    class Kind(models.TextChoices):
        DELAY = "delay", "Answer late"
        ERROR_BEFORE = "error_before", "Server error, nothing accepted"
        ERROR_AFTER = "error_after", "Accept, then server error"
        HANG = "hang", "Accept, then silence"
        HANG_BEFORE = "hang_before", "Silence, nothing accepted"
        RESET_AFTER_ACCEPT = "reset_after_accept", "Accept, then cut the connection"
        HALF_ANSWER = "half_answer", "Accept, then half an answer"
        DRIP = "drip", "Accept, then a byte a second"
        EMPTY_ANSWER = "empty_answer", "Accept, then an empty answer"
        NO_ID = "no_id", "Accept, then an answer without the post's id"
        WEB_PAGE = "web_page", "Accept, then a page for people"
        REFUSED_AFTER = "refused_after", "Accept, then refuse the content"
        UNAUTHORIZED = "unauthorized", "Token refused"
        RATE_LIMITED = "rate_limited", "Too many requests"
        REJECTED = "rejected", "Refuse the content"
        MEDIA_ERROR = "media_error", "Refuse the picture or video"
        STALE = "stale", "Answer as it was some time ago"
        PROCESSING_FAILED = "processing_failed", "Take the file, then fail at working on it"
        PROCESSING_SLOW = "processing_slow", "Take the file, then work on it for long"
        FETCH_FAILED = "fetch_failed", "Cannot fetch the file from its address"

    account = models.ForeignKey(Account, models.CASCADE, related_name="faults")
    kind = models.CharField(max_length=20, choices=Kind)
    does = models.CharField(max_length=8, choices=Does, default=Does.PUBLISH)
    parameter = models.CharField(max_length=40, blank=True)
    remaining = models.PositiveIntegerField(null=True, blank=True, default=1)
    created_at = models.DateTimeField(db_default=Now())

    objects = FaultQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.kind} for {self.account}"


class Call(models.Model):
    """One API request as the platform saw it: `status` is what it did, `fault` what was spoilt."""

    platform = models.CharField(max_length=20)
    account = models.ForeignKey(Account, models.CASCADE, null=True, related_name="calls")
    does = models.CharField(max_length=8, choices=Does)
    method = models.CharField(max_length=8)
    path = models.CharField(max_length=300)
    status = models.PositiveSmallIntegerField()
    fault = models.CharField(max_length=60, blank=True)
    error = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["account", "-at"], name="sandbox_call_recent")]

    def __str__(self) -> str:
        return f"{self.method} {self.path} {self.status}"
