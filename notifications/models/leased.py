"""A row of the outbox: waiting, taken by one worker for a while, and what became of it."""

from django.db import models
from django.utils import timezone


class Leased(models.Model):
    """`sending` past its lease is taken over by whoever comes next."""

    class State(models.TextChoices):
        GATHERED = "gathered"
        WAITING = "waiting"
        SENDING = "sending"
        SENT = "sent"
        FAILED = "failed"

    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    run_at = models.DateTimeField(default=timezone.now)
    lease_until = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)

    class Meta:
        abstract = True
