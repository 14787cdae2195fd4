"""Where a team files its pictures and videos. Folders lie side by side, none in another."""

from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from accounts.models import Team, TeamQuerySet


class Folder(models.Model):
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=60)
    created_at = models.DateTimeField(default=timezone.now)

    objects = TeamQuerySet["Folder"].as_manager()

    class Meta:
        ordering = [Lower("name")]
        constraints = [models.UniqueConstraint("team", Lower("name"), name="folder_once")]

    def __str__(self) -> str:
        return self.name
