"""The outbox: a message is a row, and each way it travels is a row that a worker leases."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.html import format_html

from accounts.models import Team, TeamQuerySet
from notifications.kinds import KINDS
from ui.spoken import spoken

# What of a message's data a worker has put in words.
_BY_MACHINES = ("reason", "what", "waiting", "outcome", "where", "when", "began", "ended")


class LiveEvent(models.Model):
    """One thing that changed on a team's pages; kept a day for browsers that were away."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")
    topic = models.CharField(max_length=60)
    at = models.DateTimeField(default=timezone.now)

    objects = TeamQuerySet["LiveEvent"].as_manager()

    class Meta:
        indexes = [models.Index(fields=["team", "id"]), models.Index(fields=["at"])]

    def __str__(self) -> str:
        return self.topic


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
        """The data, and what a machine gave as reasons in the reader's language."""
        written = _BY_MACHINES if "by" in self.data else (*_BY_MACHINES, "comment")
        known = {key: spoken(str(self.data[key])) for key in written if key in self.data}
        return {**self.data, **known}

    @property
    def shape(self) -> str:
        """How its moment is written: today's by the clock, others by the day."""
        today = timezone.localdate(self.created_at) == timezone.localdate()
        return "time" if today else "date"

    @property
    def mark(self) -> str:
        return KINDS[self.kind].mark


class Sending(models.Model):
    """One message by one way. `sending` past its lease goes back to `waiting`."""

    class State(models.TextChoices):
        WAITING = "waiting"
        SENDING = "sending"
        SENT = "sent"
        FAILED = "failed"

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="sendings")
    way = models.CharField(max_length=20)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    run_at = models.DateTimeField(default=timezone.now)
    lease_until = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["message", "way"], name="sending_once_per_way")
        ]
        indexes = [
            models.Index(
                fields=["run_at"], name="sending_due", condition=models.Q(state="waiting")
            ),
            models.Index(
                fields=["lease_until"], name="sending_lease", condition=models.Q(state="sending")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.way}: {self.state}"
