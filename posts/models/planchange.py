"""Since when what was read of a team's plan is no longer so."""

from django.db import models
from django.db.models.functions import Now

from accounts.models import Team, TeamQuerySet


class PlanChange(models.Model):
    """A transaction that changed something of what a team plans, or of what is shown with it.

    The database alone writes these rows (migration 0034), whoever makes the change, and each
    transaction its own: no one waits for another. Kept a day for what queries/kept.py holds for
    minutes. They refer to the team without holding it.
    """

    team = models.ForeignKey(
        Team, on_delete=models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    # PostgreSQL's number of it.
    transaction = models.BigIntegerField()
    at = models.DateTimeField(db_default=Now(), db_index=True)

    objects = TeamQuerySet["PlanChange"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["team", "transaction"], name="plan_change_once")
        ]

    def __str__(self) -> str:
        return f"{self.team_id} in {self.transaction}"
