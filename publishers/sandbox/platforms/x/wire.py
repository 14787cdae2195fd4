"""Posts in the shape of X: links shortened, markup escaped, fields only on request."""

import hashlib
import html
from typing import Any

from publishers.sandbox import text
from publishers.sandbox.models import Attachment, RemotePost
from publishers.sandbox.platforms.x.errors import PROBLEMS

FIELDS = {
    "id",
    "text",
    "author_id",
    "created_at",
    "conversation_id",
    "entities",
    "attachments",
    "public_metrics",
    "lang",
    "edit_history_tweet_ids",
    "edit_history_post_ids",
    "note_tweet",
    "note_post",
    "referenced_tweets",
    "referenced_posts",
    "reply_settings",
    "possibly_sensitive",
    "in_reply_to_user_id",
}


def post(row: RemotePost, fields: set[str], dialect: str) -> dict[str, Any]:
    shown, urls = text_and_urls(row)
    body, keys = row.body, [key(one) for one in row.attachments.all()]
    reply_to = row.parent.remote_id if row.parent else None
    extra: dict[str, Any] = {
        "author_id": row.account.remote_id,
        "created_at": f"{row.accepted_at:%Y-%m-%dT%H:%M:%S.%f}"[:-3] + "Z",
        "conversation_id": _first(row).remote_id,
        "lang": "en",
        "reply_settings": body.get("reply_settings", "everyone"),
        "possibly_sensitive": False,
        "public_metrics": _metrics(dialect),
        "entities": {"urls": urls} if urls else None,
        "attachments": {"media_keys": keys} if keys else None,
        "in_reply_to_user_id": row.account.remote_id if reply_to else None,
        f"referenced_{dialect}s": [{"type": "replied_to", "id": reply_to}] if reply_to else None,
    }
    data = {"id": row.remote_id, "text": shown, f"edit_history_{dialect}_ids": [row.remote_id]}
    return data | {
        name: value for name, value in extra.items() if name in fields and value is not None
    }


def _first(row: RemotePost) -> RemotePost:
    """The post that began the conversation."""
    while row.parent is not None:
        row = row.parent
    return row


def text_and_urls(row: RemotePost) -> tuple[str, list[dict[str, Any]]]:
    """The text as the API gives it. Positions count characters of that text."""
    urls: list[dict[str, Any]] = []
    shown, position = "", 0
    for start, end, address in text.links(row.text):
        shown += html.escape(row.text[position:start], quote=False)
        urls.append(_url(len(shown), _short(row, len(urls)), address, row.text[start:end]))
        shown, position = shown + urls[-1]["url"], end
    shown += html.escape(row.text[position:], quote=False)
    attached = list(row.attachments.all())
    if attached:
        shown += " " if shown else ""
        at, short = len(shown), _short(row, len(urls))
        seen = f"pic.x.com/{short[-10:]}"
        page = f"https://x.com/{row.account.handle}/status/{row.remote_id}/photo/1"
        urls += [_url(at, short, page, seen) | {"media_key": key(one)} for one in attached]
        shown += short
    return shown, urls


def _url(at: int, short: str, address: str, seen: str) -> dict[str, Any]:
    return {
        "start": at,
        "end": at + len(short),
        "url": short,
        "expanded_url": address,
        "display_url": seen.removeprefix("https://").removeprefix("http://")[:40],
    }


def _short(row: RemotePost, number: int) -> str:
    return f"https://t.co/{hashlib.sha256(f'{row.remote_id}/{number}'.encode()).hexdigest()[:10]}"


def key(attachment: Attachment) -> str:
    return f"3_{attachment.picture.remote_id}"


def media(attachment: Attachment) -> dict[str, Any]:
    picture = attachment.picture
    return {
        "media_key": key(attachment),
        "type": "photo",
        "width": picture.width,
        "height": picture.height,
        "alt_text": attachment.alt,
    }


def missing(post_id: str) -> dict[str, Any]:
    return {
        "title": "Not Found Error",
        "detail": f"Could not find tweet with ids: [{post_id}].",
        "type": f"{PROBLEMS}/resource-not-found",
        "resource_type": "tweet",
        "resource_id": post_id,
        "parameter": "ids",
        "value": post_id,
    }


def _metrics(dialect: str) -> dict[str, int]:
    names = ("reply", "like", "quote", "bookmark", "impression")
    shared = "retweet" if dialect == "tweet" else "repost"
    return {f"{name}_count": 0 for name in (shared, *names)}
