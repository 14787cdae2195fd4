"""Looking through the account's posts for one that may be live. Called by the adapter beside it."""

from datetime import datetime
from typing import Any
from urllib.parse import quote

from publishers import lookups
from publishers.adapters.mastodon import statuses
from publishers.adapters.mastodon.refusals import NAME
from publishers.adapters.mastodon.server import Server
from publishers.contract import CannotTell, Payload, Reply, Sighting
from publishers.verdicts import is_fine, list_at, text_at

PAGES = 5
PAGE = 40


def find(server: Server, payload: Payload) -> Sighting:
    rows = _timeline(server, lookups.since(payload))
    if isinstance(rows, CannotTell):
        return rows
    seen = []
    for row in rows:
        text = _written(server, row)
        if text is None:
            return CannotTell(f"{NAME} did not show a post as it was written.")
        seen.append(_seen(server, row, text, payload))
    return lookups.sighting(NAME, payload, seen)


def _timeline(server: Server, since: datetime) -> list[Any] | CannotTell:
    """Everything posted since then, newest first."""
    rows: list[Any] = []
    query = {"limit": str(PAGE), "exclude_reblogs": "true"}
    path = f"/api/v1/accounts/{quote(server.account.remote_id.partition('@')[0])}/statuses"
    for _ in range(PAGES):
        reply = server.ask("GET", path, params=query)
        if not isinstance(reply, Reply):
            return CannotTell(reply.reason)
        if not isinstance(reply.json, list):
            return CannotTell(f"{NAME} does not show us the account's posts as expected.")
        moments = [statuses.moment_of(row) for row in reply.json]
        pairs = zip(reply.json, moments, strict=True)
        rows += [row for row, moment in pairs if moment is None or moment >= since]
        # Pinned posts are older and may stand in front.
        last = moments[-1] if moments else None
        if not reply.json or (last is not None and last < since):
            return rows
        query["max_id"] = text_at(reply.json, -1, "id")
    return CannotTell("The account posted too much since then to look through.")


def _written(server: Server, row: Any) -> str | None:
    """The text as it was sent; older servers only tell what people see."""
    content = text_at(row, "content")
    if not statuses.names_people(content):
        return statuses.shown(content)
    path = f"/api/v1/statuses/{quote(text_at(row, 'id'))}/source"
    reply = server.ask("GET", path, accept=404)
    if not isinstance(reply, Reply):
        return None
    return text_at(reply.json, "text") if is_fine(reply) else statuses.shown(content)


def _seen(server: Server, row: Any, text: str, payload: Payload) -> lookups.Seen:
    answered = text_at(row, "in_reply_to_id")
    if payload.reply_to is not None and answered == payload.reply_to.parent:
        answered = payload.reply_to.root
    return lookups.Seen(
        text_at(row, "id"),
        server.permalink(row),
        text,
        len(list_at(row, "media_attachments")),
        statuses.moment_of(row),
        root=answered,
    )
