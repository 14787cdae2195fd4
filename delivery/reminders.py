"""Asks again while nobody has said whether a doubtful post is live. Called by the sentinel.

The first message goes out with the question itself (alerts.trouble). After a quarter of an hour
the same people are asked again, after another one the team's owners.
"""

from collections.abc import Callable
from datetime import timedelta

from django.db.models import Exists, F, OuterRef
from django.db.models.functions import Coalesce, Now

from delivery import alerts
from delivery.models import Notice
from posts.models import Delivery
from posts.states import DeliveryState

AGAIN = timedelta(minutes=15)
# So few in one transaction: each has its messages, and all that watch wait for one lock.
MOST = 25
MOST_NEW = 200
# What is said at each step after the first message.
STEPS: tuple[Callable[[Delivery], None], ...] = (alerts.trouble, alerts.remind_owners)


def remind() -> int:
    """The next few, and how many: fewer than `MOST` when no more are due.

    In the caller's transaction, and one caller at a time.
    """
    _note_new()
    due = Notice.objects.filter(
        kind=Notice.Kind.UNSURE,
        next_at__lte=Now(),
        delivery__state=DeliveryState.NEEDS_HUMAN,
        due_at=Coalesce("delivery__unknown_since", "delivery__due_at"),
    ).select_related("delivery__post__team", "delivery__channel")
    notices = list(due.order_by("next_at")[:MOST])
    for notice in notices:
        STEPS[notice.steps - 1](notice.delivery)
        more = notice.steps < len(STEPS)
        Notice.objects.filter(pk=notice.pk).update(
            steps=F("steps") + 1, next_at=Now() + AGAIN if more else None
        )
    return len(notices)


def _note_new() -> None:
    """Whatever way it became a question, its reminders are counted from here. The parts of a thread
    are due at one time, so it is the doubt that tells their questions apart.
    """
    doubted = Delivery.objects.annotate(doubted_at=Coalesce("unknown_since", "due_at"))
    noted = Notice.objects.filter(
        delivery=OuterRef("pk"), kind=Notice.Kind.UNSURE, due_at=OuterRef("doubted_at")
    )
    new = doubted.filter(~Exists(noted), state=DeliveryState.NEEDS_HUMAN)
    Notice.objects.bulk_create(
        [
            Notice(delivery_id=pk, kind=Notice.Kind.UNSURE, due_at=at, next_at=Now() + AGAIN)
            for pk, at in new.values_list("pk", "doubted_at")[:MOST_NEW]
            if at is not None
        ],
        ignore_conflicts=True,
    )
