"""How many deliveries each platform may take now. Asked by the dispatcher inside each claim.

Call `room` in the transaction that claims: what it grants is only good with it.
"""

from django.db.models import Count

from posts.models import Delivery
from posts.states import LEASED
from publishers import registry

# What one platform may hold at once, so that a slow one cannot take every worker.
PLATFORM_SLOTS = 48


def room() -> dict[str, int]:
    """For each registered platform how many more deliveries may be claimed; 0: none now.

    A platform that is not in it is not of this installation: nothing can be sent there. At most
    two statements.
    """
    held = (
        Delivery.objects.filter(state__in=sorted(LEASED))
        .order_by()
        .values_list("channel__platform")
        .annotate(Count("pk"))
    )
    busy = dict(held)
    return {slug: max(PLATFORM_SLOTS - busy.get(slug, 0), 0) for slug in registry.ADAPTERS}
