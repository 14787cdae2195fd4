"""Channels: the accounts a team posts to, with grants and rates, and whose they all are."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Team, TeamQuerySet


class Instance(models.Model):
    """Whose database this is, in one row. publishers/instance.py compares it with our own name."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    key = models.CharField(max_length=200)
    since = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="instance_one_row"),
            models.CheckConstraint(condition=~models.Q(key=""), name="instance_named"),
        ]

    def __str__(self) -> str:
        return self.key


class Registration(models.Model):
    """What an administrator registered with a platform, or what was made on an account's server.

    `way` and `host` say for which of its doors (registrations.py). The secret is encrypted and
    bound to them; `hook_token` is what the platform repeats when it subscribes us to its events.
    """

    platform = models.CharField(max_length=30)
    way = models.CharField(max_length=20, blank=True)
    host = models.CharField(max_length=200, blank=True)
    client_id = models.CharField(max_length=500)
    client_secret = models.TextField()
    hook_token = models.CharField(max_length=200, blank=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["platform", "way", "host"]
        constraints = [
            models.UniqueConstraint(fields=["platform", "way", "host"], name="registration_once"),
            models.CheckConstraint(condition=~models.Q(client_id=""), name="registration_has_id"),
        ]

    def __str__(self) -> str:
        return " ".join(part for part in (self.platform, self.way, self.host) if part)

    def row(self, secret: str) -> str:
        """What crypto.py binds its secret to."""
        return f"registration:{self.platform}:{self.way}:{self.host}:{secret}"


class Channel(models.Model):
    """One account on one platform, connected by one team."""

    class State(models.TextChoices):
        CONNECTED = "connected", _("Connected")
        RECONNECT = "reconnect", _("Needs reconnecting")
        DISCONNECTED = "disconnected", _("Disconnected")

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="channels")
    platform = models.CharField(max_length=30)
    remote_id = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, default="person")
    host = models.CharField(max_length=200, blank=True)
    handle = models.CharField(max_length=200)
    name = models.CharField(max_length=200, blank=True)
    avatar_url = models.URLField(max_length=500, blank=True)
    state = models.CharField(max_length=12, choices=State.choices, default=State.CONNECTED)
    problem = models.CharField(max_length=500, blank=True)
    paused = models.BooleanField(default=False)
    next_slot_at = models.DateTimeField(default=timezone.now)
    connected_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    connected_at = models.DateTimeField(default=timezone.now)
    checked_at = models.DateTimeField(null=True, blank=True)

    objects = TeamQuerySet["Channel"].as_manager()

    class Meta:
        ordering = ["platform", "name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["team", "platform", "remote_id"], name="channel_once_per_team"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["connected", "reconnect", "disconnected"]),
                name="channel_state_known",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.handle

    @property
    def account(self) -> str:
        """Whose it is, wherever it is connected."""
        return f"{self.platform}:{self.remote_id}"


class Grant(models.Model):
    """A channel's tokens, encrypted and bound to it (crypto.py): copied elsewhere they do not open.

    `version` grows with every new token; `refresh_lease_until` says that somebody renews them.
    Channels chosen from one consent share its tokens: their grants have one `family`. `way`: the
    door (registrations.py) that they came through. `warned_days`: how long before its end people
    heard last that it ends (expiry.py). `subscribe_at`: when the platform is asked next to tell us
    of the account (subscriptions.py).
    """

    family = models.UUIDField(default=uuid.uuid4, db_index=True, editable=False)
    channel = models.OneToOneField(Channel, on_delete=models.CASCADE, related_name="grant")
    version = models.PositiveIntegerField(default=1)
    refresh_lease_until = models.DateTimeField(null=True, blank=True)
    access_token = models.TextField()
    refresh_token = models.TextField(blank=True)
    scopes = models.TextField(blank=True)
    way = models.CharField(max_length=20, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    refreshed_at = models.DateTimeField(default=timezone.now)
    warned_days = models.PositiveSmallIntegerField(null=True, blank=True)
    subscribe_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["expires_at"], name="grant_expiry")]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(access_token=""), name="grant_has_access_token"
            )
        ]

    def __str__(self) -> str:
        return f"grant of {self.channel_id}"

    def row(self, token: str) -> str:
        """What crypto.py binds this channel's "access" or "refresh" token to."""
        return f"channel:{self.channel_id}:{token}"


class OAuthState(models.Model):
    """One consent under way: single use, ten minutes, bound to session, person, team and platform.

    `tokens` holds, encrypted, what came back until the person has chosen the accounts to connect.
    """

    state_hash = models.CharField(max_length=64, unique=True)
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    session_hash = models.CharField(max_length=64)
    platform = models.CharField(max_length=30)
    way = models.CharField(max_length=20, blank=True)
    host = models.CharField(max_length=200, blank=True)
    verifier = models.TextField(blank=True)
    reconnects = models.ForeignKey(
        Channel, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    tokens = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    used_at = models.DateTimeField(null=True, blank=True)

    objects = TeamQuerySet["OAuthState"].as_manager()

    class Meta:
        indexes = [models.Index(fields=["created_at"], name="oauth_state_age")]

    def __str__(self) -> str:
        return f"{self.platform} for {self.team_id}"

    def row(self, secret: str) -> str:
        return f"consent:{self.state_hash}:{secret}"


class HookEvent(models.Model):
    """What a platform told us by itself, once: saying it again changes nothing."""

    platform = models.CharField(max_length=30)
    event_id = models.CharField(max_length=200)
    kind = models.CharField(max_length=12)
    account = models.CharField(max_length=200, blank=True)
    post = models.CharField(max_length=300, blank=True)
    words = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField(null=True, blank=True)
    heard_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["platform", "account", "-id"], name="hook_event_account"),
            models.Index(fields=["heard_at"], name="hook_event_age"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["platform", "event_id"], name="hook_event_once")
        ]

    def __str__(self) -> str:
        return f"{self.platform} {self.kind} {self.post or self.account}"


class RateWindow(models.Model):
    """What is left of one rate (contract.Rate), of the whole app or of one channel.

    `reserve` of it is kept for reading back. `said`: read from the platform's headers; otherwise
    counted by us. Past `resets_at` the row means nothing: all of the rate is there again.
    """

    platform = models.CharField(max_length=30)
    channel = models.ForeignKey(
        Channel, null=True, blank=True, on_delete=models.CASCADE, related_name="rate_windows"
    )
    name = models.CharField(max_length=30)
    limit = models.PositiveIntegerField()
    remaining = models.PositiveIntegerField()
    reserve = models.PositiveIntegerField(default=0)
    said = models.BooleanField(default=False)
    resets_at = models.DateTimeField()
    noted_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["platform", "channel", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["platform", "channel", "name"],
                name="rate_window_once",
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        whose = f"channel {self.channel_id}" if self.channel_id else "the app"
        return f"{self.platform} {self.name} of {whose}"

    @property
    def left(self) -> int:
        """What publishing may still use."""
        return max(self.remaining - self.reserve, 0)
