"""Posts: how they are sent and read. Called by the adapter beside it."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from publishers.contract import Payload
from publishers.littletext import little_text, plain_text
from publishers.lookups import Seen
from publishers.verdicts import at, list_at, text_at


def body(author: str, payload: Payload, images: Sequence[str]) -> dict[str, Any]:
    """`images`: the names of the uploaded pictures, in order."""
    return {
        "author": author,
        "commentary": little_text(payload.text),
        "visibility": payload.options.get("visibility") or "PUBLIC",
        "distribution": {
            "feedDistribution": "MAIN_FEED",
            "targetEntities": [],
            "thirdPartyDistributionChannels": [],
        },
        "lifecycleState": "PUBLISHED",
        "isReshareDisabledByAuthor": False,
        **_content(payload, images),
    }


def _content(payload: Payload, urns: Sequence[str]) -> Mapping[str, Any]:
    images = [
        {"id": urn, **({"altText": media.alt} if media.alt else {})}
        for urn, media in zip(urns, payload.media, strict=True)
    ]
    if len(images) > 1:
        return {"content": {"multiImage": {"images": images}}}
    if images:
        return {"content": {"media": images[0]}}
    if payload.link:
        title = payload.title or urlsplit(payload.link).netloc
        return {"content": {"article": {"source": payload.link, "title": title}}}
    return {}


def seen(row: Any, permalink: str) -> Seen:
    pictures = len(list_at(row, "content", "multiImage", "images"))
    if "image" in text_at(row, "content", "media", "id"):
        pictures = 1
    moment = at(row, "publishedAt") or at(row, "createdAt")
    when = datetime.fromtimestamp(moment / 1000, UTC) if isinstance(moment, int) else None
    words = plain_text(text_at(row, "commentary"))
    return Seen(text_at(row, "id"), permalink, words, pictures, when)


def reach_back(rows: Sequence[Any], moment: datetime) -> bool:
    """Do rows, sorted by when they were last modified, show all that was published since then?

    An old post that was edited lately stands among the new ones, so its age says nothing.
    """
    before = moment.timestamp() * 1000
    last = [at(row, "lastModifiedAt") for row in rows]
    return any(isinstance(one, int) and one < before for one in last)
