"""What really happened on the platforms' side, for tests that count."""

from django.db.models import Q, QuerySet

from publishers.sandbox.models import Account, Call, RemotePost


def posts(account: Account | None = None) -> QuerySet[RemotePost]:
    """Every post ever accepted, oldest first, also the deleted. `accepted_at` is database time."""
    rows = RemotePost.objects.select_related("account").order_by("accepted_at", "pk")
    return rows if account is None else rows.filter(account=account)


def failures(account: Account | None = None) -> QuerySet[Call]:
    """Every request that was refused, or whose answer was spoilt after all, oldest first."""
    rows = Call.objects.filter(Q(status__gte=400) | ~Q(fault="")).order_by("at", "pk")
    return rows if account is None else rows.filter(account=account)
