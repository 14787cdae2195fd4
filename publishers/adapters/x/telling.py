"""What X tells by itself: events of its Activity API, sent to a webhook. Called by the adapter.

https://docs.x.com/x-api/webhooks, https://docs.x.com/x-api/activity/event-payloads. They are signed
with the client secret; an app that has only an OAuth 1.0 consumer secret is not heard.
"""

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from publishers.adapters.x.reading import moment_in
from publishers.contract import App, Event, EventKind, Forged, Greeting, Heard, Hook
from publishers.verdicts import at, list_at, text_at

# During a change of secrets both may come.
SIGNATURES = ("x-twitter-webhooks-signature-oauth2", "x-twitter-webhooks-signature")
KINDS: Mapping[str, EventKind] = {
    "post.create": "published",
    "post.delete": "removed",
    "post.reply.create": "comment",
    "post.mention.create": "mention",
    "post.quote.create": "mention",
    "post.repost.create": "reaction",
    "like.create": "reaction",
    "oauth.revoke": "revoked",
}
# Whoever asks gets a signature of this, so that it must never be the body of an event.
_TOKEN = re.compile(r"[A-Za-z0-9_.=+/-]{1,200}")


def hear(hook: Hook, app: App) -> Heard:
    if not app.client_secret:
        return Forged("no secret is known")
    if hook.method == "GET":
        return _checked(hook.query.get("crc_token", ""), app)
    made = signature(app.client_secret, hook.body).encode()
    given = [value for name, value in hook.headers.items() if name.lower() in SIGNATURES]
    if not any(hmac.compare_digest(one.encode(), made) for one in given):
        return Forged("the signature does not fit")
    try:
        told = json.loads(hook.body)
    except (ValueError, RecursionError):
        return Forged("it is no JSON")
    data = at(told, "data")
    listed = data if isinstance(data, list) else [data]
    return tuple(_event(one) for one in listed if isinstance(one, dict))


def signature(secret: str, said: bytes) -> str:
    made = hmac.new(secret.encode(), said, hashlib.sha256).digest()
    return f"sha256={base64.b64encode(made).decode()}"


def _checked(token: str, app: App) -> Greeting | Forged:
    if not _TOKEN.fullmatch(token):
        return Forged("it is no check of this address")
    body = {"response_token": signature(app.client_secret, token.encode())}
    return Greeting(json.dumps(body), "application/json")


def _event(told: Any) -> Event:
    name, said = text_at(told, "event_type"), at(told, "payload")
    account = (
        text_at(told, "filter", "user_id") or text_at(said, "user_id") or text_at(said, "author_id")
    )
    kind = KINDS.get(name, "other")
    return Event(
        _id(told, name, account, said),
        _own(kind, account, said),
        account,
        post=_post(kind, said),
        # Of a like `created_at` is when the post was made.
        at=_clock(said) or moment_in(text_at(said, "created_at") or text_at(said, "date_time")),
        words=text_at(said, "text"),
    )


def _id(told: Any, name: str, account: str, said: Any) -> str:
    """What is told again has another event_uuid, and is of the same thing or the same moment."""
    number = text_at(said, "id") or text_at(said, "date_time") or text_at(told, "event_uuid")
    if number:
        return f"{name}:{account}:{number}"
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def _own(kind: EventKind, account: str, said: Any) -> EventKind:
    """The account's own answers are posts, and its own likes nothing that concerns it."""
    if kind in ("comment", "mention") and text_at(said, "author_id") == account:
        return "published"
    liked = text_at(said, "liked_tweet_author_id") or text_at(said, "tweet_author_id")
    return "other" if kind == "reaction" and liked not in ("", account) else kind


def _post(kind: EventKind, said: Any) -> str:
    """Of what people did the post that they did it to."""
    referred = list_at(said, "referenced_tweets") or list_at(said, "referenced_posts")
    wanted = {"comment": "replied_to", "reaction": "retweeted"}.get(kind)
    named = next((text_at(one, "id") for one in referred if text_at(one, "type") == wanted), "")
    if kind == "comment":
        named = named or text_at(said, "conversation_id")
    return named or text_at(said, "liked_tweet_id") or text_at(said, "id")


def _clock(said: Any) -> datetime | None:
    told = at(said, "timestamp_ms")
    text = str(told) if isinstance(told, int | str) else ""
    known = re.fullmatch(r"[0-9]{1,14}", text)
    return datetime.fromtimestamp(int(text) / 1000, UTC) if known else None
