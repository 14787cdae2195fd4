"""What the pages say after a time in which nothing was published."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models.functions import Now

from accounts.models import Team
from delivery import outages
from delivery.models import Outage
from posts.models import Delivery
from posts.states import DeliveryState

SHOWN_FOR = timedelta(days=7)


@dataclass(frozen=True)
class Banner:
    """Nothing was published from `began` to `ended`; the deliveries `ids` wait for a decision."""

    pk: int
    began: datetime
    ended: datetime
    ids: Collection[int]

    @property
    def waiting(self) -> int:
        return len(self.ids)


def banner(team: Team) -> Banner | None:
    """Of the latest outage after which something of the team still waits. Two statements."""
    recent = Outage.objects.filter(ended_at__gt=Now() - SHOWN_FOR).order_by("-ended_at")
    held = Delivery.objects.for_team(team).filter(state=DeliveryState.MISSED)
    spans = list(held.values_list("pk", "due_at", "late_after"))
    for outage in recent if spans else ():
        ids = [
            pk
            for pk, due, patience in spans
            if due and outages.touches(outage, due, due + patience)
        ]
        if ids:
            return Banner(outage.pk, outage.began_at, outage.ended_at, ids)
    return None
