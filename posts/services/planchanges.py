"""What the database noted of changes to plans is of use for minutes."""

from datetime import timedelta

from django.utils import timezone

from posts.models import PlanChange

KEPT = timedelta(days=1)


def sweep() -> int:
    return PlanChange.objects.filter(at__lt=timezone.now() - KEPT).delete()[0]
