"""Which decisions a person may still take back. Asked by the pages and by services/bulk.py."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.db.models.functions import Now

from accounts.models import Team, User
from delivery.models import Undo
from posts.models import Delivery
from posts.states import DeliveryState

UNDO_FOR = timedelta(minutes=10)
# Who decides more often than this in ten minutes finds the older ways back gone from the rows.
_MOST = 20


@dataclass(frozen=True)
class WayBack:
    """Open until `until`; it takes back the whole decision, which was about `size` deliveries."""

    pk: int
    until: datetime
    size: int


def usable(team: Team, by: User) -> QuerySet[Undo]:
    young = Now() - UNDO_FOR
    return Undo.objects.for_team(team).filter(by=by, used_at=None, created_at__gt=young)


def ways_back(rows: Iterable[Delivery], by: User) -> Mapping[int, WayBack]:
    """By delivery, for those of `rows` that this person dropped. One statement, none without."""
    dropped = {row.pk: row for row in rows if row.state == DeliveryState.CANCELLED}
    if not dropped:
        return {}
    team = next(iter(dropped.values())).team
    found: dict[int, WayBack] = {}
    for undo in usable(team, by).order_by("-created_at")[:_MOST]:
        way = WayBack(undo.pk, undo.created_at + UNDO_FOR, len(undo.decisions))
        for given in undo.decisions:
            pk = given["delivery_id"]
            if pk in dropped and given["became"]["state"] == DeliveryState.CANCELLED:
                found.setdefault(pk, way)
    return found
