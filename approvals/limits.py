"""How often a stranger may try a link. Counted in the cache, per address and per link."""

from django.core.cache import cache
from django.http import HttpRequest

UNKNOWN_PER_MINUTE = 10
POSTS_PER_HOUR = 30
FRESH_PER_HOUR = 3


def address(request: HttpRequest) -> str:
    return str(request.META.get("REMOTE_ADDR") or "unknown")


def too_many(key: str, *, limit: int, seconds: int) -> bool:
    """Count one more; whether that is more than `limit` within `seconds`."""
    name = f"approvals:{key}"
    cache.add(name, 0, seconds)
    try:
        return cache.incr(name) > limit
    except ValueError:
        # It expired between the two calls: this is the first of a new window.
        cache.set(name, 1, seconds)
        return False
