"""Tokens of the Graph API: traded for longer ones, and those of the pages that a person runs. Pure.

Called by the adapters that speak it. Facts: the vendor's guide to long-lived access tokens.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from publishers.contract import Account, App, NotPublished, Reply, Tokens, TryLater
from publishers.graph import Graph
from publishers.verdicts import at, text_at

# An ended token cannot be renewed, so that it is done well before, whatever our own outages.
EARLY = 7 * 86_400


def long_token(reply: Reply | NotPublished, scopes: tuple[str, ...] = ()) -> Tokens | NotPublished:
    """A token that is renewed by showing itself, from the answer to an exchange or a renewal."""
    if not isinstance(reply, Reply):
        return reply
    access, seconds = text_at(reply.json, "access_token"), at(reply.json, "expires_in")
    if not access:
        return TryLater("The answer to our request for access holds none.")
    known = isinstance(seconds, int) and seconds > 1
    return Tokens(access, access, max(seconds - EARLY, seconds // 2) if known else None, scopes)


def page_token(graph: Graph, app: App, tokens: Tokens) -> Tokens | NotPublished:
    """The person's token for two months. Those of pages that it opens do not end."""
    asked = {
        "grant_type": "fb_exchange_token",
        "client_id": app.client_id,
        "client_secret": app.client_secret,
        "fb_exchange_token": tokens.access,
    }
    graph = replace(graph, token=tokens.access)
    longer = long_token(graph.ask("GET", "oauth/access_token", params=asked), tokens.scopes)
    return replace(longer, refresh="") if isinstance(longer, Tokens) else longer


def page_accounts(
    graph: Graph, fields: str, read: Callable[[Any], Account | None]
) -> list[Account] | NotPublished:
    """What the pages of the person are, or are linked to; `read` makes an account of each."""
    rows = graph.rows("me/accounts", {"fields": f"id,name,access_token,tasks,{fields}"})
    if not isinstance(rows, list):
        return rows
    return [account for row in rows if (account := read(row)) is not None]
