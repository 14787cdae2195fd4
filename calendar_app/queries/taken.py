"""Which moments of channels are taken: by what was published, and by all that has a time."""

from collections.abc import Collection
from datetime import datetime

from django.core.exceptions import EmptyResultSet

from accounts.models import Team
from calendar_app.rhythm import HORIZON
from posts.models import Delivery
from posts.queries.statement import fetch_all
from posts.states import DeliveryState

type Moments = dict[int, set[datetime]]


def taken(
    team: Team,
    channel_ids: Collection[int],
    *,
    start: datetime,
    end: datetime | None = None,
    besides: Collection[int] = (),
) -> Moments:
    """By channel, from `start` to `end` (the horizon), in one statement; posts `besides` do not
    count.
    """
    found: Moments = {pk: set() for pk in channel_ids}
    rows = (
        Delivery.objects.for_team(team)
        .filter(channel_id__in=found, due_at__gte=start, due_at__lte=end or start + HORIZON)
        .exclude(state=DeliveryState.CANCELLED)
    )
    if besides:
        rows = rows.exclude(post_id__in=besides)
    # Written by Django, read by the driver: a year of three channels has thousands.
    statement = rows.order_by().values_list("channel_id", "due_at").query
    try:
        read = fetch_all(*statement.sql_with_params())
    except EmptyResultSet:
        return found
    for channel_id, at in read:
        found[channel_id].add(at)
    return found
