"""Days on which a team does not publish, or would rather not: holidays, launches, mourning."""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from accounts.models import Team, TeamQuerySet


class Blackout(models.Model):
    """Whole days in the team's zone, the first and the last included. `yearly`: the same days of
    every year from then on. `blocks`: no time can be chosen there; else it is only a warning.
    """

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="blackouts")
    name = models.CharField(max_length=80)
    starts_on = models.DateField()
    ends_on = models.DateField()
    yearly = models.BooleanField(default=False)
    blocks = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)

    objects = TeamQuerySet["Blackout"].as_manager()

    class Meta:
        ordering = ["starts_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["team", "name", "starts_on", "ends_on"], name="blackout_once"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="blackout_named"),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="blackout_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def covers(self, day: date) -> bool:
        """`day` in the team's zone. One that goes over New Year does so every year."""
        if not self.yearly:
            return self.starts_on <= day <= self.ends_on
        first, last = _of_year(self.starts_on), _of_year(self.ends_on)
        if day < self.starts_on:
            return False
        if first <= last:
            return first <= _of_year(day) <= last
        return _of_year(day) >= first or _of_year(day) <= last


def _of_year(day: date) -> tuple[int, int]:
    return day.month, day.day
