"""What the journal remembers of a delivery that its database forgot."""

from datetime import timedelta

from django.utils import timezone

from delivery import instance, journal, reconcile
from delivery.journal import Line
from posts.models import Delivery


def line_of(delivery: Delivery, /, **changes) -> Line:
    """What the journal kept of a call for it."""
    facts = {
        "at": timezone.now() - timedelta(hours=1),
        "database": "7:1",
        "team": delivery.team_id,
        "channel": delivery.channel_id,
        "account": delivery.channel.account,
        "post": delivery.post_id,
        "delivery": delivery.pk,
        "item": 0,
        "attempt": delivery.attempt_no + 1,
        "content_hash": delivery.content_hash,
        "idempotent": False,
        "written_at": delivery.due_at or timezone.now(),
    }
    return Line(**{**facts, **changes})


def remembered(*lines: Line) -> None:
    for line in lines:
        assert journal.here().write(line) is None
    instance.forget()


def now(delivery: Delivery) -> Delivery:
    return Delivery.objects.select_related("post", "channel").get(pk=delivery.pk)


def look() -> None:
    """All the looks that are due, as if their time had come."""
    Delivery.objects.filter(check_at__isnull=False).update(check_at=timezone.now())
    for one in reconcile.due():
        reconcile.look(one.delivery_id, one.checks)
