"""What the pages say after a time in which nothing was published."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Exists, F, OuterRef, Subquery
from django.db.models.functions import Now

from accounts.models import Team
from delivery.models import Outage
from posts.models import Delivery
from posts.states import DeliveryState

SHOWN_FOR = timedelta(days=7)


@dataclass(frozen=True)
class Banner:
    """Nothing was published from `began` to `ended`; so many deliveries wait for a decision."""

    pk: int
    began: datetime
    ended: datetime
    waiting: int


def banner(team: Team) -> Banner | None:
    """Of the latest outage after which something of the team still waits. One statement."""
    # As delivery.outages.touched says it of one outage.
    held = (
        Delivery.objects.for_team(team)
        .alias(deadline=F("due_at") + F("late_after"))
        .filter(state=DeliveryState.MISSED, due_at__lte=OuterRef("ended_at"))
        .filter(deadline__gte=OuterRef("began_at"))
        .order_by()
    )
    many = held.values("team").annotate(many=Count("pk")).values("many")
    recent = Outage.objects.filter(Exists(held), ended_at__gt=Now() - SHOWN_FOR)
    row = recent.annotate(waiting=Subquery(many)).order_by("-ended_at").first()
    return Banner(row.pk, row.began_at, row.ended_at, row.waiting) if row else None
