"""Holding back the channels of some deliveries, and letting them go on. Called by pages.

A pause is of the channel: everything on it waits, not only what was chosen.
"""

from collections.abc import Collection

from django.utils.translation import gettext as _

from accounts.models import Team
from posts.errors import UnknownDelivery
from posts.models import Delivery
from publishers.models import Channel
from publishers.services import pause


def hold(*, team: Team, ids: Collection[int], paused: bool) -> list[Channel]:
    """Pause the channels of these deliveries, or resume them; those that this changed.

    Raises UnknownDelivery.
    """
    rows = Delivery.objects.for_team(team).filter(pk__in=set(ids))
    found = dict(rows.values_list("pk", "channel_id"))
    if len(found) != len(set(ids)):
        raise UnknownDelivery(_("Some of these deliveries do not exist."))
    channels = Channel.objects.for_team(team).filter(pk__in=found.values()).exclude(paused=paused)
    changed = list(channels)
    for channel in changed:
        pause(channel, paused=paused)
    return changed
