"""Who one can be on a simulated platform, and what apps hold of them."""

from typing import Self
from uuid import uuid4

from django.db import models
from django.db.models.functions import Now
from django.utils import timezone


class Account(models.Model):
    """Somebody one can post as. An organisation is run by persons and has no sign-in of its own.

    `budget_limit` posts in a quarter of an hour, `day_limit` in any 24 hours (None: as the platform
    has it); `processing_seconds` is how long a video, or what else is worked on, is not yet ready.
    """

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
    day_limit = models.PositiveIntegerField(null=True, blank=True)
    processing_seconds = models.FloatField(default=1.0)
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
    """An authorization code or a token. Those that came from one consent share a family.

    `way` is the door (Twin.other_ways) through which it was given, empty at the front.
    """

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
    way = models.CharField(max_length=20, blank=True)
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


class ClientApp(models.Model):
    """An app that registered itself, where platforms let apps do that."""

    platform = models.CharField(max_length=20)
    client_id = models.CharField(max_length=100, unique=True)
    client_secret = models.CharField(max_length=100)
    name = models.CharField(max_length=200)
    redirect_uris = models.JSONField(default=list)
    scopes = models.TextField(blank=True)
    website = models.CharField(max_length=2000, blank=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.name} on {self.platform}"
