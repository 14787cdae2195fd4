"""What writing costs: each account has points for an hour, which create, update and delete take."""

from datetime import timedelta

from django.db.models import Count, Min
from django.utils import timezone

from publishers.sandbox.models import Account, Does
from publishers.sandbox.platforms.bluesky.errors import xrpc_error
from publishers.sandbox.twin import Refused

HOURLY = 5000
HOUR = timedelta(hours=1)
# By the end of the method's name. A batch is a post with a gate or two.
COSTS = {"createRecord": 3, "putRecord": 2, "deleteRecord": 1, "applyWrites": 6}


def need(account: Account) -> None:
    """Refused while all points of the last hour are spent."""
    writes = account.calls.filter(at__gt=timezone.now() - HOUR, status__lt=400)
    writes = writes.filter(does__in=(Does.PUBLISH, Does.REMOVE))
    rows = writes.order_by().values_list("path").annotate(times=Count("pk"), first=Min("at"))
    counted = list(rows)
    spent = sum(times * COSTS.get(path.rpartition(".")[2], 0) for path, times, _ in counted)
    if spent < HOURLY:
        return
    ends = min(first for _, _, first in counted) + HOUR
    response = xrpc_error(429, "RateLimitExceeded", "Rate Limit Exceeded")
    response["RateLimit-Limit"] = str(HOURLY)
    response["RateLimit-Remaining"] = "0"
    response["RateLimit-Reset"] = str(int(ends.timestamp()))
    response["RateLimit-Policy"] = f"{HOURLY};w={int(HOUR.total_seconds())}"
    response["Retry-After"] = str(max(1, round((ends - timezone.now()).total_seconds())))
    raise Refused(response)
