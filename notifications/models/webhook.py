"""Other programs that hear what happens: where they listen, what happened, and each call."""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Team, TeamQuerySet
from notifications.models.leased import Leased


class Endpoint(models.Model):
    """An address of a team's own choice. Address and secrets are sealed (webhooks.py): whoever
    reads the rows can neither call it nor sign. `host` is what may be shown.

    `failures` in a row since `failing_since`; it is left alone until `rest_until`.
    """

    class Style(models.TextChoices):
        GENERIC = "generic", _("Signed JSON")
        SLACK = "slack", _("Words for a chat: Slack, Mattermost and others")

    class Pause(models.TextChoices):
        NOT = "", _("Active")
        ASKED = "asked", _("Paused")
        GONE = "gone", _("Paused: the address is gone")
        DEAD = "dead", _("Paused: no answer for three days")

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=60)
    style = models.CharField(max_length=7, choices=Style.choices, default=Style.GENERIC)
    events = ArrayField(models.CharField(max_length=60), default=list)
    host = models.CharField(max_length=255)
    address = models.TextField()
    secret = models.TextField()
    former_secret = models.TextField(blank=True)
    former_until = models.DateTimeField(null=True, blank=True)
    pause = models.CharField(max_length=5, choices=Pause.choices, blank=True, default=Pause.NOT)
    failures = models.PositiveIntegerField(default=0)
    failing_since = models.DateTimeField(null=True, blank=True)
    rest_until = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)

    objects = TeamQuerySet["Endpoint"].as_manager()

    class Meta:
        indexes = [models.Index(fields=["team", "id"])]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(pause__in=["", "asked", "gone", "dead"]),
                name="endpoint_pause_known",
            ),
            models.CheckConstraint(
                condition=models.Q(style__in=["generic", "slack"]), name="endpoint_style_known"
            ),
            models.CheckConstraint(
                condition=models.Q(former_secret="", former_until=None)
                | (~models.Q(former_secret="") & models.Q(former_until__isnull=False)),
                name="endpoint_former_secret_ends",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Event(models.Model):
    """One thing that happened in a team, whoever was told of it. Its id is what receivers see."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=60)
    data = models.JSONField(default=dict)
    at = models.DateTimeField(default=timezone.now)

    objects = TeamQuerySet["Event"].as_manager()

    class Meta:
        indexes = [models.Index(fields=["at"])]

    def __str__(self) -> str:
        return f"{self.name} {self.pk}"


class Call(Leased):
    """One event for one endpoint, and what was answered last. `since`: when trying began."""

    endpoint = models.ForeignKey(Endpoint, on_delete=models.CASCADE, related_name="calls")
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="calls")
    since = models.DateTimeField(default=timezone.now)
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    took_ms = models.PositiveIntegerField(null=True, blank=True)
    answer = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["endpoint", "event"], name="call_once_per_endpoint")
        ]
        indexes = [
            models.Index(
                fields=["endpoint", "run_at"],
                name="call_open",
                condition=models.Q(state__in=["waiting", "sending"]),
            ),
            models.Index(fields=["endpoint", "-id"]),
        ]

    def __str__(self) -> str:
        return f"{self.event.name}: {self.state}"
