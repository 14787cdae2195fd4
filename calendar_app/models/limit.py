"""How many posts a team wants in one column of its board at most."""

from django.db import models
from django.db.models import Q

from accounts.models import Team, TeamQuerySet

# The columns in which work waits; what is out, or went wrong, nobody limits.
LIMITED = ("idea", "draft", "review", "approved", "scheduled")
MOST = 999


class StageLimit(models.Model):
    """A hint: the board says when there are more, and refuses nothing."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")
    column = models.CharField(max_length=10)
    most = models.PositiveSmallIntegerField()

    objects = TeamQuerySet["StageLimit"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["team", "column"], name="stage_limit_once"),
            models.CheckConstraint(
                condition=Q(column__in=LIMITED), name="stage_limit_column_known"
            ),
            models.CheckConstraint(
                condition=Q(most__gte=1, most__lte=MOST), name="stage_limit_sane"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.most} in {self.column}"
