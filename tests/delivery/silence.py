"""A time in which nothing was published, and what was missed in it."""

from datetime import timedelta

from django.utils import timezone

from delivery import reaper
from delivery.models import Heartbeat
from posts.models import Delivery

HOUR = 3600


def silent_since(seconds: float, *names: str) -> None:
    """The last that was heard of these ticks."""
    for name in names or ("dispatch", "publisher"):
        Heartbeat.objects.update_or_create(
            name=name, defaults={"at": timezone.now() - timedelta(seconds=seconds)}
        )


def missed(*rows: Delivery) -> list[int]:
    """What the sweeper has found to be too late."""
    reaper.sweep()
    return [row.pk for row in rows if Delivery.objects.get(pk=row.pk).state == "missed"]
