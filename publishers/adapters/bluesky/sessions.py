"""Reading what a server says of a session. Called by the adapter beside it."""

import base64
import json
from datetime import UTC, datetime
from typing import Any

from publishers.contract import Tokens
from publishers.verdicts import at, list_at, text_at

ACCESS_SECONDS = 7200
LONGEST = 366 * 86_400


def base_url(host: str) -> str:
    host = host.strip().rstrip("/")
    return host if not host or "://" in host else f"https://{host}"


def home_of(session: Any) -> str:
    """Where the account's data lives, from its identity document."""
    for service in list_at(session, "didDoc", "service"):
        if text_at(service, "id").endswith("#atproto_pds"):
            return text_at(service, "serviceEndpoint").rstrip("/")
    return ""


def tokens_in(session: Any) -> Tokens | None:
    access, renewal = text_at(session, "accessJwt"), text_at(session, "refreshJwt")
    if not access or not renewal:
        return None
    return Tokens(access=access, refresh=renewal, expires_in=_lasts(access))


def _lasts(token: str) -> int:
    """Seconds, read from the token itself; the reference server's two hours where it is opaque."""
    part = [*token.split("."), ""][1]
    try:
        claims = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (ValueError, RecursionError):
        return ACCESS_SECONDS
    ends, now = at(claims, "exp"), int(datetime.now(UTC).timestamp())
    # Whoever runs the server wrote this: a moment within a year, or it is not believed.
    if not isinstance(ends, int) or not now - LONGEST < ends < now + LONGEST:
        return ACCESS_SECONDS
    return max(1, ends - now)
