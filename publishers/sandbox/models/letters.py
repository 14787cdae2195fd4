"""Mail that was caught."""

from django.db import models
from django.db.models.functions import Now


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
