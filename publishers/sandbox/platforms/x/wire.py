"""Posts in the shape of X: links shortened, markup escaped, fields only on request.

Of a long post `text` is only the beginning; the whole is its note.
"""

import hashlib
import html
from typing import Any, Literal

from publishers.sandbox import figures, text
from publishers.sandbox.models import Attachment, RemotePost
from publishers.sandbox.platforms.x import editions
from publishers.sandbox.platforms.x import media as files
from publishers.sandbox.platforms.x.errors import PROBLEMS

type Dialect = Literal["post", "tweet"]

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
    "edit_controls",
    "community_id",
    "paid_partnership",
    "non_public_metrics",
    "organic_metrics",
}
# Theirs, by the names that figures.py has.
PUBLIC = {
    "reply_count": "comments",
    "like_count": "likes",
    "quote_count": "quotes",
    "bookmark_count": "saves",
    "impression_count": "impressions",
}
OWN = {
    "impression_count": "impressions",
    "url_link_clicks": "link_clicks",
    "user_profile_clicks": "profile_clicks",
    "engagements": "engagements",
}
SHORT, BEGINNING = 280, 250
KINDS = {"video": "video", "gif": "animated_gif"}


def post(row: RemotePost, fields: set[str], dialect: Dialect, number: str = "") -> dict[str, Any]:
    """`number`: the id of one of its versions, else the newest."""
    history = editions.versions(row)
    number = number or history[-1]
    words = editions.text_of(row, number)
    shown, urls = text_and_urls(row, words)
    body, keys = row.body, [files.key(one.picture) for one in row.attachments.all()]
    reply_to = row.parent.remote_id if row.parent else None
    polled = {"poll_ids": [str(int(row.remote_id) - 1)]} if body.get("poll") else {}
    attached = ({"media_keys": keys} if keys else {}) | polled
    extra: dict[str, Any] = {
        "author_id": row.account.remote_id,
        "created_at": f"{row.accepted_at:%Y-%m-%dT%H:%M:%S.%f}"[:-3] + "Z",
        "conversation_id": _first(row).remote_id,
        "lang": "en",
        "reply_settings": body.get("reply_settings", "everyone"),
        "possibly_sensitive": False,
        "public_metrics": _metrics(row, number, dialect),
        "non_public_metrics": _named(row, number, OWN),
        "organic_metrics": _named(row, number, OWN),
        "edit_controls": editions.controls(row),
        "community_id": body.get("community_id"),
        "paid_partnership": body.get("paid_partnership", False),
        "entities": {"urls": urls} if urls else None,
        "attachments": attached or None,
        "in_reply_to_user_id": row.account.remote_id if reply_to else None,
        f"referenced_{dialect}s": _referenced(row) or None,
        f"note_{dialect}": _note(row, words) if _is_long(words) else None,
    }
    data = {"id": number, "text": shown, f"edit_history_{dialect}_ids": history}
    return data | {
        name: value for name, value in extra.items() if name in fields and value is not None
    }


def _referenced(row: RemotePost) -> list[dict[str, str]]:
    replied = [{"type": "replied_to", "id": row.parent.remote_id}] if row.parent else []
    quoted = row.body.get("quote_tweet_id")
    return [*replied, *([{"type": "quoted", "id": quoted}] if quoted else [])]


def _first(row: RemotePost) -> RemotePost:
    """The post that began the conversation."""
    while row.parent is not None:
        row = row.parent
    return row


def text_and_urls(row: RemotePost, words: str | None = None) -> tuple[str, list[dict[str, Any]]]:
    """The text as the API gives it. Positions count characters of that text."""
    words = row.text if words is None else words
    if _is_long(words):
        return _beginning(row, words)
    shown, urls = _linked(row, words)
    attached, quoted = list(row.attachments.all()), row.body.get("quote_tweet_id")
    if not attached and not quoted:
        return shown, urls
    shown += " " if shown else ""
    at, short = len(shown), _short(row, len(urls))
    if quoted:
        page = f"https://twitter.com/{row.account.handle}/status/{quoted}"
        return shown + short, [*urls, _url(at, short, page, page)]
    seen, kind = f"pic.x.com/{short[-10:]}", "video" if attached[0].picture.is_video else "photo"
    page = f"https://x.com/{row.account.handle}/status/{row.remote_id}/{kind}/1"
    urls += [
        _url(at, short, page, seen) | {"media_key": files.key(one.picture)} for one in attached
    ]
    return shown + short, urls


def _linked(row: RemotePost, words: str) -> tuple[str, list[dict[str, Any]]]:
    urls: list[dict[str, Any]] = []
    shown, position = "", 0
    for start, end, address in text.links(words):
        shown += html.escape(words[position:start], quote=False)
        urls.append(_url(len(shown), _short(row, len(urls)), address, words[start:end]))
        shown, position = shown + urls[-1]["url"], end
    return shown + html.escape(words[position:], quote=False), urls


def _is_long(words: str) -> bool:
    return text.weighted(words) > SHORT


def _beginning(row: RemotePost, words: str) -> tuple[str, list[dict[str, Any]]]:
    """Whole words, and where the rest is to be read."""
    kept = words[:BEGINNING]
    while text.weighted(kept) > BEGINNING:
        kept = kept[:-10]
    shown, urls = _linked(row, (kept.rsplit(None, 1) or [""])[0] + "…")
    short, page = _short(row, len(urls)), f"https://x.com/i/web/status/{row.remote_id}"
    return f"{shown} {short}", [*urls, _url(len(shown) + 1, short, page, page)]


def _note(row: RemotePost, words: str) -> dict[str, Any]:
    shown, urls = _linked(row, words)
    return {"text": shown} | ({"entities": {"urls": urls}} if urls else {})


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


def media(attachment: Attachment) -> dict[str, Any]:
    picture = attachment.picture
    form = picture.mime.partition("/")[0] if picture.is_video else picture.mime.partition("/")[2]
    data: dict[str, Any] = {
        "media_key": files.key(picture),
        "type": KINDS.get(form, "photo"),
        "width": picture.width,
        "height": picture.height,
        "alt_text": attachment.alt,
    }
    if not picture.is_video:
        return data
    views = figures.of_post(attachment.post, "views")["views"]
    lasts = round(picture.seconds * 1000)
    return data | {"duration_ms": lasts, "public_metrics": {"view_count": views}}


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


def not_told(post_id: str, field: str) -> dict[str, Any]:
    return {
        "title": "Field Authorization Error",
        "detail": f"Sorry, you are not authorized to access '{field}' on the Tweet: [{post_id}].",
        "type": f"{PROBLEMS}/not-authorized-for-field",
        "resource_type": "tweet",
        "resource_id": post_id,
        "parameter": "ids",
        "value": post_id,
        "section": "data",
        "field": field,
    }


def _metrics(row: RemotePost, number: str, dialect: Dialect) -> dict[str, int]:
    shared = "retweet_count" if dialect == "tweet" else "repost_count"
    return _named(row, number, {shared: "shares", **PUBLIC})


def _named(row: RemotePost, number: str, names: dict[str, str]) -> dict[str, int]:
    told = editions.counted(row, number, *names.values())
    return {theirs: told[ours] for theirs, ours in names.items()}
