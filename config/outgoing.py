"""The guarded HTTP client for rooms below publishers. Named by `settings.OUTGOING_CALLER`."""

from collections.abc import Collection, Mapping
from urllib.parse import urlsplit

from notifications.calling import Answer, Outcome, Refused, Unanswered
from publishers.contract import Rejected, Reply
from publishers.http import Client

# Nobody reads more of an answer than its beginning.
MOST_BYTES = 1_000_000


def post(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    seconds: float,
    trusted: Collection[str],
) -> Outcome:
    """A connection of its own, so that calls in threads beside each other share nothing."""
    client = Client(trusted, total_seconds=seconds, max_bytes=MOST_BYTES)
    try:
        reply = client.send("POST", url, headers=headers, data=body)
    finally:
        client.close()
    if isinstance(reply, Reply):
        named = {name.lower(): value for name, value in reply.headers.items()}
        return Answer(reply.status, reply.body, named)
    if isinstance(reply, Rejected):
        return Refused(reply.reason)
    host = urlsplit(url).hostname
    if "could not be reached" in reply.reason:
        return Unanswered(f"{host} could not be reached.")
    return Unanswered(f"{host} gave no full answer.")
