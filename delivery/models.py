"""What was tried, which ticks are alive, what people decided. The delivery itself is of posts."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import Team, TeamQuerySet
from posts.models import Delivery


class Attempt(models.Model):
    """One intent to make the call that publishes, committed before the call.

    Written once and closed once: the database refuses every other change. Without an outcome the
    call may be on the wire, or its process died with the answer.
    """

    class Outcome(models.TextChoices):
        OK = "ok", "Published"
        ACCEPTED = "accepted", "Accepted, being processed"
        NOT_SENT = "not_sent", "Not sent"
        REJECTED = "rejected", "Refused"
        RECONNECT = "reconnect", "Signed out"
        AMBIGUOUS = "ambiguous", "No clear answer"

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="attempts")
    item = models.PositiveSmallIntegerField(default=0)
    attempt_no = models.PositiveIntegerField()
    content_hash = models.CharField(max_length=64)
    idempotent = models.BooleanField()
    worker = models.CharField(max_length=100)
    intent_at = models.DateTimeField()
    outcome = models.CharField(  # noqa: DJ001  (none yet is not an outcome)
        max_length=10, choices=Outcome.choices, null=True, blank=True
    )
    status = models.PositiveSmallIntegerField("HTTP status", null=True, blank=True)
    detail = models.CharField(max_length=1000, blank=True)
    remote_id = models.CharField(max_length=300, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["attempt_no", "item"]
        indexes = [models.Index(fields=["intent_at"], name="attempt_begun")]
        constraints = [
            models.UniqueConstraint(fields=["delivery", "item", "attempt_no"], name="attempt_once"),
            models.CheckConstraint(
                condition=Q(outcome__isnull=True, ended_at__isnull=True)
                | Q(outcome__isnull=False, ended_at__isnull=False),
                name="attempt_closed_with_outcome",
            ),
        ]

    def __str__(self) -> str:
        return f"attempt {self.attempt_no} of delivery {self.delivery_id}"


class Heartbeat(models.Model):
    """When a tick last did its work. The fallback publisher and the health page read it."""

    name = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField(default=timezone.now)
    detail = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return f"{self.name} at {self.at:%H:%M:%S}"


class Undo(models.Model):
    """The way back from what one person decided about some deliveries, for a few minutes."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    decisions = models.JSONField()
    created_at = models.DateTimeField(default=timezone.now)
    used_at = models.DateTimeField(null=True, blank=True)

    objects = TeamQuerySet["Undo"].as_manager()

    class Meta:
        indexes = [models.Index(fields=["team", "created_at"], name="undo_age")]

    def __str__(self) -> str:
        return f"undo of {len(self.decisions)} by {self.by}"


class Tally(models.Model):
    """What delivery/tally.py has added up of all attempts and publications until `until`."""

    name = models.CharField(max_length=40, primary_key=True)
    until = models.DateTimeField(null=True, blank=True)
    sums = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"{self.name} until {self.until}"
