"""How much an account may post in any 24 hours, which some platforms tell when they are asked."""

from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone

from publishers.sandbox.models import Account, RemotePost
from publishers.sandbox.twin import Twin

WINDOW = timedelta(hours=24)
# The reason that a twin's `refusal(429, …)` is given for it.
SPENT = "day_limit"


def limit(twin: Twin, account: Account) -> int | None:
    """The account's own where one is set on its page, else the platform's; None: there is none."""
    return twin.day_limit if account.day_limit is None else account.day_limit


def used(account: Account) -> int:
    """What it posted in the last 24 hours, also if it is gone again. Answers do not count."""
    return _counted(account).count()


def is_spent(twin: Twin, account: Account) -> bool:
    most = limit(twin, account)
    return most is not None and used(account) >= most


def seconds_left(account: Account) -> int:
    """Until the first of them no longer counts; 0 when none does."""
    first = _counted(account).order_by("accepted_at").first()
    if first is None:
        return 0
    return max(0, round((first.accepted_at + WINDOW - timezone.now()).total_seconds()))


def _counted(account: Account) -> QuerySet[RemotePost]:
    since = timezone.now() - WINDOW
    return account.posts.filter(accepted_at__gt=since, parent=None)
