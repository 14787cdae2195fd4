"""What changed on a team's pages, for browsers that were away for a moment."""

from datetime import timedelta

from django.db import models
from django.utils import timezone

from accounts.models import Team, TeamQuerySet

KEPT = timedelta(days=1)
# Of the whole transaction, also where a savepoint is inserted into.
TRANSACTION = models.Func(
    template="pg_current_xact_id()::text::bigint", output_field=models.BigIntegerField()
)


class LiveEvent(models.Model):
    """One thing that changed on a team's pages; kept a day for browsers that were away."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")
    topic = models.CharField(max_length=60)
    at = models.DateTimeField(default=timezone.now)
    # By which one knows whether a page was drawn with this: a lower `id` may be committed later.
    transaction = models.BigIntegerField(db_default=TRANSACTION, editable=False)

    objects = TeamQuerySet["LiveEvent"].as_manager()

    class Meta:
        indexes = [models.Index(fields=["team", "id"]), models.Index(fields=["at"])]

    def __str__(self) -> str:
        return self.topic
