"""A calendar of ours that is read elsewhere."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from accounts.models import Team, TeamQuerySet


class Feed(models.Model):
    """Whoever has its address reads it, as long as its owner is in the team.

    `nonce` is half of the address (calendar_app/addresses.py); a new one ends the old address.
    `mine`: only what its owner writes or is assigned.
    """

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    mine = models.BooleanField()
    nonce = models.CharField(max_length=32, unique=True)
    created_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True, blank=True)

    objects = TeamQuerySet["Feed"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["team", "user", "mine"], name="feed_once")]

    def __str__(self) -> str:
        return f"{self.user} reads {self.team}"
