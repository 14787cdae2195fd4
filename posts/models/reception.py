"""How what went out was received, as the platforms count it."""

from django.db import models
from django.db.models import Q

from accounts.models import Team, TeamQuerySet
from posts.models.delivery import Delivery


class Reception(models.Model):
    """One row for each delivery that was published `at`; null is what its platform does not tell.

    Each figure is the last that was heard, at `measured_at`. It is asked again at `next_at`, or
    never where that is null.
    """

    delivery = models.OneToOneField(
        Delivery, on_delete=models.CASCADE, primary_key=True, related_name="reception"
    )
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    impressions = models.PositiveBigIntegerField(null=True, blank=True)
    engagements = models.PositiveBigIntegerField(null=True, blank=True)
    measured_at = models.DateTimeField(null=True, blank=True)
    next_at = models.DateTimeField(null=True, blank=True)

    objects = TeamQuerySet["Reception"].as_manager()

    class Meta:
        ordering = ["-at", "delivery"]
        indexes = [
            models.Index(fields=["team", "at"], name="reception_of_team"),
            models.Index(
                fields=["next_at"], name="reception_due", condition=Q(next_at__isnull=False)
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(measured_at__isnull=False) | Q(impressions=None, engagements=None),
                name="reception_figures_were_measured",
            )
        ]

    def __str__(self) -> str:
        return f"delivery {self.delivery_id}"
