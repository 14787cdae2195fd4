"""A place in a channel's week, on the clock of the team's zone."""

from django.db import models
from django.db.models import Q

from accounts.models import Team, TeamQuerySet
from publishers.models import Channel


class Slot(models.Model):
    """`weekday` 0 is Monday; `at` has no seconds."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="slots")
    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="slots")
    weekday = models.PositiveSmallIntegerField()
    at = models.TimeField()

    objects = TeamQuerySet["Slot"].as_manager()

    class Meta:
        ordering = ["weekday", "at"]
        constraints = [
            models.UniqueConstraint(fields=["channel", "weekday", "at"], name="slot_once"),
            models.CheckConstraint(condition=Q(weekday__lte=6), name="slot_weekday_known"),
            models.CheckConstraint(condition=Q(at__second=0), name="slot_on_the_minute"),
        ]

    def __str__(self) -> str:
        return f"{self.weekday} {self.at:%H:%M} on {self.channel_id}"
