"""First comments: how they are sent, named and read. Called by the adapter beside it.

Plain text, not the little-text of posts; https://learn.microsoft.com/linkedin/marketing, Comments.
Unknown: how a mention in one is written since its interface has versions; it is sent as a name.
"""

import re
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, unquote

from publishers.adapters.linkedin.refusals import NAME
from publishers.contract import Payload, Rejected, Reply
from publishers.littletext import shown
from publishers.lookups import Seen
from publishers.verdicts import Rule, at, text_at

AT_ONCE = 100
# The post is out: what keeps a comment from following it is no reason to sign the account in again.
RULES = (
    Rule(
        Rejected(
            f"{NAME} does not let us comment with the access we have. Add the comment by hand; for "
            "a page check that you may still post for it."
        ),
        codes=frozenset({"ACCESS_DENIED"}),
        statuses=frozenset({403}),
    ),
    Rule(
        Rejected(f"The post is no longer on {NAME}, so nothing can be said about it there."),
        codes=frozenset({"NOT_FOUND"}),
        statuses=frozenset({404}),
    ),
)


def path(post: str) -> str:
    return f"/rest/socialActions/{quote(post, safe='')}/comments"


def body(actor: str, post: str, payload: Payload) -> dict[str, Any]:
    return {"actor": actor, "object": post, "message": {"text": shown(payload.text)}}


def change(payload: Payload) -> dict[str, Any]:
    return {"patch": {"message": {"$set": {"text": shown(payload.text)}}}}


def address(comment: str, actor: str) -> str:
    """Of one that is there, for who wrote it."""
    post, number = place_of(comment)
    return f"{path(post)}/{number}?actor={quote(actor, safe='')}"


def urn_in(reply: Reply, post: str) -> str:
    """The new comment; empty when the answer names none."""
    number = reply.headers.get("x-restli-id", "") or text_at(reply.json, "id")
    named = text_at(reply.json, "commentUrn")
    return named or (f"urn:li:comment:({post},{number})" if number.isdecimal() else "")


def permalink(web: str, post: str, comment: str) -> str:
    return f"{web}/feed/update/{post}/?commentUrn={quote(comment, safe='')}"


def is_comment(urn: str) -> bool:
    return urn.startswith("urn:li:comment:(")


def named_in(permalink: str) -> str:
    """The comment or else the post that an address opens."""
    address = unquote(permalink)
    comment = re.search(r"urn:li:comment:\(urn:li:\w+:\d+,\d+\)", address)
    found = comment or re.search(
        r"(?<=/feed/update/)urn:li:(?:share|ugcPost|activity):\d+", address
    )
    return found.group() if found else ""


def place_of(comment: str) -> tuple[str, str]:
    """The post that a comment stands under, and its number there."""
    post, _, number = comment.removeprefix("urn:li:comment:(").rstrip(")").rpartition(",")
    return post, number


def seen(row: Any, web: str, post: str) -> Seen:
    number, moment = text_at(row, "id"), at(row, "created", "time")
    urn = text_at(row, "commentUrn") or f"urn:li:comment:({post},{number})"
    when = datetime.fromtimestamp(moment / 1000, UTC) if isinstance(moment, int) else None
    words = text_at(row, "message", "text")
    return Seen(urn, permalink(web, post, urn), words, 0, when, root=post)
