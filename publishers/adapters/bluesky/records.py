"""The record of a post, and the key it is kept under. Called by the adapter beside it."""

import hashlib
import re
from collections.abc import Mapping
from datetime import UTC
from typing import Any
from urllib.parse import urlsplit

from publishers.contract import Media, Payload
from publishers.richtext import Facet, facets

POSTS = "app.bsky.feed.post"
# Language, script, region: a tag that is none makes the server refuse the whole post.
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z]{4})?(-([A-Za-z]{2}|[0-9]{3}))?")
TID_LETTERS = "234567abcdefghijklmnopqrstuvwxyz"


def record_key(payload: Payload) -> str:
    """A TID made of the post's time and token: the same on every attempt, on every machine."""
    digest = int.from_bytes(hashlib.sha256(payload.client_token.encode()).digest()[:8])
    micros = int(payload.created_at.timestamp()) * 1_000_000 + digest % 1_000_000
    number = (micros << 10) | (digest >> 32) & 0x3FF
    return "".join(TID_LETTERS[(number >> shift) & 31] for shift in range(60, -1, -5))


def record_at(uri: str) -> dict[str, str]:
    """How to ask for the record that an at:// address names."""
    repo, collection, rkey = [*uri.removeprefix("at://").split("/"), "", ""][:3]
    return {"repo": repo, "collection": collection, "rkey": rkey}


def build_record(
    payload: Payload, blobs: list[Any], mentions: dict[str, str], reply_to: Any = None
) -> dict[str, Any]:
    """`reply_to`: {root, parent}, each {uri, cid}."""
    created = payload.created_at.astimezone(UTC)
    record: dict[str, Any] = {
        "$type": POSTS,
        "text": payload.text,
        "createdAt": f"{created:%Y-%m-%dT%H:%M:%S}.{created.microsecond // 1000:03}Z",
    }
    if reply_to:
        record["reply"] = reply_to
    if marked := facets_of(payload.text, mentions):
        record["facets"] = marked
    language = payload.options.get("language", "")
    if _LANGUAGE.fullmatch(language):
        record["langs"] = [language]
    if blobs:
        images = [_image(media, blob) for media, blob in zip(payload.media, blobs, strict=True)]
        record["embed"] = {"$type": "app.bsky.embed.images", "images": images}
    elif payload.link:
        title = payload.title or urlsplit(payload.link).netloc
        card = {"uri": payload.link, "title": title, "description": ""}
        record["embed"] = {"$type": "app.bsky.embed.external", "external": card}
    return record


def facets_of(text: str, mentions: Mapping[str, str] | None = None) -> list[dict[str, Any]]:
    """`mentions`: the accounts by their handles, others are not marked; None: nobody was asked, and
    a handle stands for its account.
    """
    marks = facets(text)
    if mentions is None:
        mentions = {mark.value: mark.value for mark in marks}
    return [
        _facet(mark, mentions)
        for mark in marks
        if mark.kind != "mention" or mentions.get(mark.value)
    ]


def _facet(mark: Facet, mentions: Mapping[str, str]) -> dict[str, Any]:
    kinds = {
        "link": {"uri": mark.value},
        "tag": {"tag": mark.value},
        "mention": {"did": mentions.get(mark.value, "")},
    }
    return {
        "index": {"byteStart": mark.byte_start, "byteEnd": mark.byte_end},
        "features": [{"$type": f"app.bsky.richtext.facet#{mark.kind}", **kinds[mark.kind]}],
    }


def _image(media: Media, blob: Any) -> dict[str, Any]:
    ratio = {"width": media.width, "height": media.height}
    return {"image": blob, "alt": media.alt, "aspectRatio": ratio}
