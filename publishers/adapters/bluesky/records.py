"""The record of a post, and the key it is kept under. Called by the modules beside it."""

import hashlib
import re
from collections.abc import Mapping
from datetime import UTC
from typing import Any

from publishers.adapters.bluesky import embeds
from publishers.adapters.bluesky.refusals import NAME
from publishers.contract import Payload, Rejected
from publishers.richtext import Facet, facets
from publishers.text import count, count_bytes

POSTS = "app.bsky.feed.post"
# Language, script, region: a tag that is none makes the server refuse the whole post.
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z]{4})?(-([A-Za-z]{2}|[0-9]{3}))?")
LANGUAGES = 3
TAGS, TAG_SIGNS, TAG_BYTES = 8, 64, 640
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


def moment(payload: Payload) -> str:
    """The same on every attempt, as a repeat must carry the very same record."""
    created = payload.created_at.astimezone(UTC)
    return f"{created:%Y-%m-%dT%H:%M:%S}.{created.microsecond // 1000:03}Z"


def mistake(payload: Payload) -> Rejected | None:
    """What keeps it from being sent at all."""
    tags = _tags(payload)
    long = [t for t in tags if count(t, "graphemes") > TAG_SIGNS or count_bytes(t) > TAG_BYTES]
    if len(tags) > TAGS or long:
        limits = f"{TAGS} further hashtags of up to {TAG_SIGNS} characters"
        return Rejected(f"{NAME} takes {limits}. Take some out.", code="bad_tags")
    return embeds.mistake(payload)


def build_record(
    payload: Payload,
    blobs: list[Any],
    mentions: dict[str, str],
    reply_to: Any = None,
    quote: Any = None,
) -> dict[str, Any]:
    """`reply_to`: {root, parent}, each {uri, cid} as `quote` is."""
    record: dict[str, Any] = {"$type": POSTS, "text": payload.text, "createdAt": moment(payload)}
    if reply_to:
        record["reply"] = reply_to
    if marked := facets_of(payload.text, mentions):
        record["facets"] = marked
    if spoken := _languages(payload):
        record["langs"] = spoken
    if tags := _tags(payload):
        record["tags"] = tags
    if shown := embeds.embed(payload, blobs, quote):
        record["embed"] = shown
    if warnings := _labels(payload):
        values = [{"val": one} for one in warnings]
        record["labels"] = {"$type": "com.atproto.label.defs#selfLabels", "values": values}
    return record


def _languages(payload: Payload) -> list[str]:
    typed = re.split(r"[\s,;]+", payload.options.get("language", ""))
    known = dict.fromkeys(one for one in typed if _LANGUAGE.fullmatch(one))
    return list(known)[:LANGUAGES]


def _tags(payload: Payload) -> list[str]:
    """Beyond those in the text, by which it is found; of a whole thread they are the post's."""
    typed = payload.options.get("tags", "") if payload.kind == "post" else ""
    return [tag for tag in dict.fromkeys(re.split(r"[\s,;#]+", typed)) if tag]


def _labels(payload: Payload) -> list[str]:
    """Of pictures and videos: they are what it hides."""
    if not payload.media:
        return []
    adult = payload.options.get("adult", "")
    graphic = "graphic-media" if payload.options.get("graphic") else ""
    return [one for one in (adult, graphic) if one]


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
