"""What changed on a team's pages, for browsers that were away for a moment."""

from django.db import models
from django.utils import timezone

from accounts.models import Team, TeamQuerySet


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
