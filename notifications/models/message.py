"""What people are told: a message is a row, and each way it travels is a row of the outbox."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.html import format_html

from accounts.models import Team, TeamQuerySet
from notifications.facts import facts
from notifications.kinds import KINDS
from notifications.models.leased import Leased


class Message(models.Model):
    """Something one person (a user, or an e-mail address outside) should know."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="messages",
    )
    email = models.EmailField(blank=True)
    kind = models.CharField(max_length=60)
    data = models.JSONField(default=dict)
    # What only the mail may show (sealing.py); emptied once every way has sent it.
    sealed = models.TextField(blank=True)
    # Whether its reader wanted it under the bell when it was written.
    in_app = models.BooleanField(default=True, db_default=True)
    created_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True, blank=True)

    objects = TeamQuerySet["Message"].as_manager()

    class Meta:
        indexes = [models.Index(fields=["user", "-id"])]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(user__isnull=False) | ~models.Q(email=""),
                name="message_has_recipient",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.user or self.email}"

    @property
    def sentence(self) -> str:
        """The line of its kind, with the person who did it in bold."""
        said = {**self.facts, "by": format_html("<b>{}</b>", self.data.get("by", ""))}
        return format_html(str(KINDS[self.kind].line), **said)

    @property
    def facts(self) -> dict[str, Any]:
        return facts(self.data)

    @property
    def shape(self) -> str:
        """How its moment is written: today's by the clock, others by the day."""
        today = timezone.localdate(self.created_at) == timezone.localdate()
        return "time" if today else "date"

    @property
    def mark(self) -> str:
        return KINDS[self.kind].mark


class Sending(Leased):
    """One message by one way, or gathered for the digest that will carry it."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="sendings")
    way = models.CharField(max_length=20)
    browser = models.ForeignKey(
        "notifications.Browser",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="sendings",
    )
    digest = models.ForeignKey(
        "notifications.Digest",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="sendings",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["message", "way", "browser"],
                name="sending_once_per_place",
                nulls_distinct=False,
            )
        ]
        indexes = [
            models.Index(
                fields=["run_at"], name="sending_due", condition=models.Q(state="waiting")
            ),
            models.Index(
                fields=["lease_until"], name="sending_lease", condition=models.Q(state="sending")
            ),
            models.Index(
                fields=["run_at"],
                name="sending_gathered",
                condition=models.Q(state="gathered", digest=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.way}: {self.state}"
