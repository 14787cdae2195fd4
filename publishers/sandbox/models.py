"""What the simulated platforms remember. Read and written only by the sandbox itself."""

from contextvars import ContextVar
from datetime import datetime
from typing import Self
from uuid import uuid4

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone


class Account(models.Model):
    """Somebody one can post as. An organisation is run by persons and has no sign-in of its own."""

    class Kind(models.TextChoices):
        PERSON = "person"
        ORGANIZATION = "organization"

    platform = models.CharField(max_length=20)
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.PERSON)
    handle = models.CharField(max_length=100)
    name = models.CharField(max_length=120)
    remote_id = models.CharField(max_length=100)
    password = models.CharField(max_length=100, blank=True)
    administrators = models.ManyToManyField(
        "self", symmetrical=False, related_name="organizations", blank=True
    )
    budget_limit = models.PositiveIntegerField(null=True, blank=True)
    budget_left = models.PositiveIntegerField(default=0)
    budget_resets_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["platform", "kind", "handle"]
        constraints = [
            models.UniqueConstraint(fields=["platform", "handle"], name="sandbox_account_handle"),
            models.UniqueConstraint(fields=["platform", "remote_id"], name="sandbox_account_id"),
        ]

    def __str__(self) -> str:
        return f"{self.platform}: {self.handle}"

    @property
    def initials(self) -> str:
        words = [word for word in self.name.split() if word[0].isalnum()] or [self.handle]
        return "".join(word[0] for word in words[:2]).upper()

    @property
    def hue(self) -> int:
        """One of twelve colours, always the same for the same account."""
        return sum(self.name.encode()) % 12


class CredentialQuerySet(models.QuerySet["Credential"]):
    def live(self) -> Self:
        return self.filter(revoked_at=None, expires_at__gt=timezone.now())

    def use_up(self) -> bool:
        """True for exactly one caller: codes and rotating tokens are good for one exchange."""
        return self.filter(used_at=None).update(used_at=timezone.now()) == 1


class Credential(models.Model):
    """An authorization code or a token. Those that came from one consent share a family."""

    class Kind(models.TextChoices):
        CODE = "code"
        ACCESS = "access"
        REFRESH = "refresh"

    account = models.ForeignKey(Account, models.CASCADE, related_name="credentials")
    kind = models.CharField(max_length=8, choices=Kind)
    value = models.CharField(max_length=800, unique=True)
    family = models.UUIDField(default=uuid4)
    scopes = models.TextField(blank=True)
    client_id = models.CharField(max_length=100, blank=True)
    redirect_uri = models.CharField(max_length=500, blank=True)
    challenge = models.CharField(max_length=200, blank=True)
    challenge_method = models.CharField(max_length=5, blank=True)
    successor = models.ForeignKey("self", models.SET_NULL, null=True, blank=True)
    issued_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = CredentialQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.kind} of {self.account}"

    def allows(self, scope: str) -> bool:
        return scope in self.scopes.split()


class Picture(models.Model):
    """An upload. It may exist before its bytes do, where the platform hands out the id first."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="pictures")
    remote_id = models.CharField(max_length=120)
    digest = models.CharField(max_length=64, blank=True)
    mime = models.CharField(max_length=50, blank=True)
    size = models.PositiveIntegerField(default=0)
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    data = models.BinaryField(null=True, blank=True)
    alt = models.TextField(blank=True)
    failed = models.BooleanField(default=False)
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["account", "remote_id"], name="sandbox_picture_id"),
        ]

    def __str__(self) -> str:
        return self.remote_id


# Set while a request is answered from a copy that lags behind (faults.py): what it does not know.
UNSEEN_SINCE: ContextVar[datetime | None] = ContextVar("UNSEEN_SINCE", default=None)


class RemotePostQuerySet(models.QuerySet["RemotePost"]):
    def public(self) -> Self:
        moment = UNSEEN_SINCE.get()
        seen = self.filter(deleted_at=None)
        return seen if moment is None else seen.filter(accepted_at__lt=moment)

    def newest_first(self) -> Self:
        return self.order_by("-accepted_at", "-pk")


class RemotePost(models.Model):
    """A post that the platform accepted. `text` is what people read, `body` what was sent.

    `parent` is the post that this one answers: the part of a thread before it, or what it comments.
    """

    account = models.ForeignKey(Account, models.CASCADE, related_name="posts")
    remote_id = models.CharField(max_length=120)
    parent = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="answers"
    )
    text = models.TextField(blank=True)
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
    """A picture in a post, with the words that stand for it there."""

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


class Does(models.TextChoices):
    """What a request is for; faults are aimed at one of these."""

    PUBLISH = "publish", "Publishing a post"
    UPLOAD = "upload", "Uploading a picture"
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
        MEDIA_ERROR = "media_error", "Refuse the picture"
        STALE = "stale", "Answer as it was some time ago"

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


class Mail(models.Model):
    """A message that was caught instead of sent."""

    subject = models.CharField(max_length=500, blank=True)
    sender = models.CharField(max_length=500)
    recipients = models.JSONField(default=list)
    headers = models.JSONField(default=list)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    caught_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.subject or "(no subject)"
