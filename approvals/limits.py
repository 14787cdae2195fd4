"""How often a stranger may try a link. Counted in the cache, per address and per link."""

import ipaddress

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

UNKNOWN_PER_MINUTE = 10
POSTS_PER_HOUR = 30
FRESH_PER_HOUR = 3


def address(request: HttpRequest) -> str | None:
    """The client's, behind as many proxies as are ours; None where nobody tells one."""
    hops = [
        *request.headers.get("X-Forwarded-For", "").split(","),
        request.META.get("REMOTE_ADDR", ""),
    ]
    said = hops[-1 - settings.ALLAUTH_TRUSTED_PROXY_COUNT :][0].strip()
    try:
        return str(ipaddress.ip_address(said.partition("%")[0]))
    except ValueError:
        return None


def place(request: HttpRequest) -> str:
    """What guesses are counted by: one household has a whole network of newer addresses."""
    ip = address(request)
    if ip is None or ":" not in ip:
        return ip or "unknown"
    return str(ipaddress.ip_network(f"{ip}/64", strict=False))


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
