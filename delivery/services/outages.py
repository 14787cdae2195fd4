"""What a team decides, all at once, about what waits since nothing was published for a while."""

from collections.abc import Collection

from django.utils.translation import gettext as _

from accounts.models import Team, User
from delivery.models import Outage
from delivery.outages import touched
from delivery.services import bulk
from delivery.services.bulk import Answer
from posts.errors import UnknownDelivery
from posts.models import Delivery
from posts.states import DeliveryState
from posts.times import Moment


def publish_paced(*, team: Team, outage: int, by: User) -> Answer:
    """Oldest first, on each channel one a minute. `outage` is the banner's number."""
    return bulk.pace(team=team, ids=_waiting(team, outage), by=by)


def reschedule(*, team: Team, outage: int, by: User, at: Moment) -> Answer:
    """The first at `at`, the others at the distances that they had. Raises BadTime."""
    return bulk.reschedule(team=team, ids=_waiting(team, outage), by=by, at=at)


def drop(*, team: Team, outage: int, by: User) -> Answer:
    return bulk.drop(team=team, ids=_waiting(team, outage), by=by)


def _waiting(team: Team, outage: int) -> Collection[int]:
    """The oldest of what still waits; what is more than can be done at once comes next time."""
    row = Outage.objects.filter(pk=outage).first()
    if row is None:
        raise UnknownDelivery(_("Nothing waits since then."))
    held = Delivery.objects.for_team(team).filter(touched(row), state=DeliveryState.MISSED)
    return list(held.order_by("due_at", "id").values_list("pk", flat=True)[: bulk.MOST])
