"""Whom and what a post names: the accounts it mentions, what it answers, what it quotes.

Looked up once per post and kept, for a repeat must carry the very same record. Called by the
adapter beside it.
"""

import json
import re
import zlib
from typing import Any

from publishers.adapters.bluesky.figures import POSTS_QUERY, query_of
from publishers.adapters.bluesky.records import POSTS, record_at
from publishers.adapters.bluesky.refusals import GONE, NAME
from publishers.adapters.bluesky.server import Server
from publishers.contract import NotPublished, Payload, Rejected, Reply, Step, TryLater
from publishers.richtext import facets
from publishers.verdicts import at, text_at

_ADDRESS = re.compile(
    rf"(?:at://|https?://\S+?/profile/)([^/\s]+)/(?:post|{re.escape(POSTS)})/([\w.~:-]{{1,512}})"
)


def prepare(server: Server, payload: Payload, step: Step) -> NotPublished | None:
    return (
        _answered(server, payload, step)
        or _quoted(server, payload, step)
        or _mentioned(server, payload, step)
    )


def kept(payload: Payload, step: Step) -> tuple[dict[str, str], Any, Any] | None:
    """The accounts by their handles, what is answered, what is quoted; None: look them up again."""
    mentions, reply_to, quote = (
        step.get(name) for name in ("mentions", "reply", _quote_name(payload))
    )
    if mentions is None or (payload.reply_to and not reply_to) or (quoted(payload) and not quote):
        return None
    answered = json.loads(reply_to) if reply_to else None
    return json.loads(mentions), answered, json.loads(quote) if quote else None


def quoted(payload: Payload) -> str:
    """The address as it was typed; what follows a post quotes nothing."""
    return payload.options.get("quote", "").strip() if payload.kind == "post" else ""


def _quote_name(payload: Payload) -> str:
    return f"quote:{zlib.crc32(quoted(payload).encode()):08x}"


def _answered(server: Server, payload: Payload, step: Step) -> NotPublished | None:
    """What is answered is named in its exact version, with the post that began it all."""
    if payload.reply_to is None or step.get("reply") is not None:
        return None
    query = record_at(payload.reply_to.parent)
    reply = server.ask("GET", "com.atproto.repo.getRecord", GONE, params=query)
    if not isinstance(reply, Reply):
        return reply
    parent = {"uri": text_at(reply.json, "uri"), "cid": text_at(reply.json, "cid")}
    if not all(parent.values()):
        return TryLater("Bluesky did not say which version of the post is there.")
    root = at(reply.json, "value", "reply", "root") or parent
    step.keep("reply", json.dumps({"root": root, "parent": parent}))
    return None


def _quoted(server: Server, payload: Payload, step: Step) -> NotPublished | None:
    """In its exact version."""
    typed = quoted(payload)
    if not typed or step.get(_quote_name(payload)):
        return None
    row = _shown_at(server, typed)
    if not isinstance(row, dict):
        return row
    if at(row, "viewer", "embeddingDisabled") is True:
        reason = "Its author lets nobody quote that post. Take it out, or link to it in the text."
        return Rejected(reason, code="no_quotes")
    found = {name: text_at(row, name) for name in ("uri", "cid")}
    if not all(found.values()):
        return TryLater(f"{NAME} did not say which version of the post to quote is there.")
    step.keep(_quote_name(payload), json.dumps(found))
    return None


def _shown_at(server: Server, typed: str) -> dict[str, Any] | NotPublished:
    """As everybody sees it, for it may lie on any server."""
    named = _ADDRESS.match(typed)
    if named is None:
        reason = f"“{typed[:80]}” is not the address of a post on {NAME}."
        return Rejected(reason, code="bad_quote")
    who = _whose(server, named[1])
    if not isinstance(who, str):
        return who
    query = query_of([f"at://{who}/{POSTS}/{named[2]}"])
    reply = server.ask("GET", f"{POSTS_QUERY}?{query}", headers=server.bearer())
    if not isinstance(reply, Reply):
        return reply
    rows = at(reply.json, "posts")
    if rows == []:
        return Rejected(f"The post to quote is not on {NAME} any more.", code="no_quote")
    row = at(rows, 0)
    return row if isinstance(row, dict) else TryLater(f"{NAME} did not show the post to quote.")


def _whose(server: Server, name: str) -> str | NotPublished:
    if name.startswith("did:"):
        return name
    reply = _resolved(server, name)
    if isinstance(reply, Rejected):
        return Rejected(f"Nobody on {NAME} is called {name[:80]}. Check the post to quote.")
    if not isinstance(reply, Reply):
        return reply
    return text_at(reply.json, "did") or TryLater(f"{NAME} did not say whose post is to be quoted.")


def _mentioned(server: Server, payload: Payload, step: Step) -> NotPublished | None:
    if step.get("mentions") is not None:
        return None
    known: dict[str, str] = {}
    for handle in {mark.value for mark in facets(payload.text) if mark.kind == "mention"}:
        reply = _resolved(server, handle)
        if isinstance(reply, Reply):
            known[handle] = text_at(reply.json, "did")
        elif not isinstance(reply, Rejected):
            return reply
    step.keep("mentions", json.dumps(known, sort_keys=True))
    return None


def _resolved(server: Server, handle: str) -> Reply | NotPublished:
    name = "com.atproto.identity.resolveHandle"
    return server.ask("GET", name, params={"handle": handle})
