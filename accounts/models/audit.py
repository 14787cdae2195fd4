"""What people did and what was refused: append-only, which the database sees to.

Written by audit.py alone. Without foreign keys: an entry outlives the team, the person and the
thing it tells of, so it keeps their numbers and names as they were.
"""

from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models.people import Team


class AuditQuerySet(models.QuerySet["AuditEntry"]):
    def for_team(self, team: Team) -> Self:
        return self.filter(team_id=team.pk)


class AuditEntry(models.Model):
    """`verb` is one of verbs.py, `kind` its group. `team_id` None: of the whole installation."""

    class Via(models.TextChoices):
        PAGE = "page"
        LINK = "link"
        API = "api"
        ADMIN = "admin"
        WORKER = "worker"

    team_id = models.BigIntegerField(null=True)
    at = models.DateTimeField(default=timezone.now)
    verb = models.CharField(max_length=40)
    kind = models.CharField(max_length=12)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=200, blank=True)
    subject_type = models.CharField(max_length=20, blank=True)
    subject_id = models.BigIntegerField(null=True)
    subject = models.CharField(max_length=200, blank=True)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    via = models.CharField(max_length=6, choices=Via.choices, default=Via.WORKER)
    ip = models.GenericIPAddressField(null=True)
    agent = models.CharField(max_length=200, blank=True)

    objects = AuditQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-id"]
        verbose_name = "audit entry"
        verbose_name_plural = "audit entries"
        # One for each way in which the page may be narrowed; all end in its order.
        indexes = [
            models.Index(fields=["team_id", "at", "id"], name="audit_of_team"),
            models.Index(fields=["team_id", "actor_id", "at", "id"], name="audit_of_actor"),
            models.Index(fields=["team_id", "kind", "at", "id"], name="audit_of_kind"),
            models.Index(
                fields=["team_id", "subject_type", "subject_id", "at", "id"],
                name="audit_of_subject",
            ),
            models.Index(fields=["at"], name="audit_refusals", condition=Q(kind="refusal")),
        ]

    def __str__(self) -> str:
        return f"{self.verb}: {self.subject}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """The database would refuse; this says it sooner, and where."""
        if self.pk is not None:
            raise TypeError("An audit entry is never changed.")
        super().save(*args, **kwargs)
