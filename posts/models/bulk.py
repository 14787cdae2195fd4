"""What one person did to many posts at once: what became of each, and the way back."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from accounts.models import Team, TeamQuerySet


class BulkAct(models.Model):
    """`results`: each post's id and name, whether it was `done`, and `words` for what or why not.
    `way_back`: of those that can be taken back, how the post stood and what it became. Kept a day.
    """

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20)
    said = models.CharField(max_length=200)
    results = models.JSONField(default=list)
    way_back = models.JSONField(default=list)
    created_at = models.DateTimeField(default=timezone.now)
    undone_at = models.DateTimeField(null=True, blank=True)

    objects = TeamQuerySet["BulkAct"].as_manager()

    class Meta:
        indexes = [models.Index(fields=["team", "created_at"], name="bulk_act_age")]

    def __str__(self) -> str:
        return self.said

    @property
    def done(self) -> int:
        return sum(result["done"] for result in self.results)
