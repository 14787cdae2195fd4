"""Where a request comes from, and what is counted as one stranger."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest


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


def network(request: HttpRequest) -> str:
    """Coarser than that: where somebody is, not which of the addresses there. Empty for nowhere."""
    ip = address(request)
    if ip is None:
        return ""
    return str(ipaddress.ip_network(f"{ip}/{48 if ':' in ip else 24}", strict=False))
