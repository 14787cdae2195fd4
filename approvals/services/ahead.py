"""The hour before posts are due: what a gate says may be another thing by then. A link opens
nothing any more, a right has ended, a rule was made. Called by tasks.py.
"""

from datetime import timedelta

import structlog
from django.db.models import Exists, OuterRef
from django.utils import timezone

from posts.errors import PostsError
from posts.models import Delivery, Post, Verdict
from posts.services import holding
from posts.states import DeliveryState

log = structlog.get_logger(__name__)

AHEAD = timedelta(hours=1)
# What was looked at within that time is not looked at again.
FRESH = timedelta(minutes=20)
AT_ONCE = 100


def tick() -> None:
    """Each post in a transaction of its own: one that cannot be dealt with keeps back no other."""
    for pk in waiting():
        try:
            holding.look_ahead(post=Post(pk=pk))
        except PostsError as error:
            # A worker was first. It goes out, as it would have a moment ago.
            log.info("gates.too_late", post=pk, why=str(error))


def waiting() -> list[int]:
    """Of teams that have chosen gates, soonest first."""
    now = timezone.now()
    fresh = Verdict.objects.filter(
        post=OuterRef("post"), when=Verdict.When.AHEAD, at__gte=now - FRESH
    )
    queued = Delivery.objects.filter(
        ~Exists(fresh),
        state=DeliveryState.QUEUED,
        due_at__range=(now, now + AHEAD),
        team__gates__isnull=False,
    )
    rows = queued.order_by("due_at", "pk").values_list("post_id", flat=True)
    return list(dict.fromkeys(rows[:AT_ONCE]))
