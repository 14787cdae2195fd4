"""What really happened on the platforms' side, for tests that count."""

from django.db.models import Q, QuerySet

from publishers.sandbox.models import Account, Call, RemotePost

# The version of what its author still keeps back: nobody has ever seen it.
DRAFT = "draft"


def posts(account: Account | None = None) -> QuerySet[RemotePost]:
    """Every post ever accepted, oldest first, also the deleted. `accepted_at` is database time."""
    rows = RemotePost.objects.exclude(version=DRAFT).select_related("account")
    rows = rows.order_by("accepted_at", "pk")
    return rows if account is None else rows.filter(account=account)


def failures(account: Account | None = None) -> QuerySet[Call]:
    """Every request that was refused, or whose answer was spoilt after all, oldest first."""
    rows = Call.objects.filter(Q(status__gte=400) | ~Q(fault="")).order_by("at", "pk")
    return rows if account is None else rows.filter(account=account)
