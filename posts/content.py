"""What a post says, as one document, and its digest: the thing that is approved and later sent.

`snapshot` reads the working copy; a Revision stores the document. Per channel it holds the
effective text, so that whoever reads a snapshot needs no rule of inheritance.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from posts.models import Post, PostMedia, Variant
from publishers import registry, threads
from publishers.crops import CENTRE, Point
from publishers.limits import text_limits

type Snapshot = dict[str, Any]


def text_for(body: str, hashtags: Sequence[str], own: str | None) -> str:
    """The text of one channel: its own, else the shared text followed by the hashtags."""
    if own is not None:
        return own
    tags = " ".join(f"#{tag}" for tag in hashtags)
    return "\n\n".join(part for part in (body.strip(), tags) if part)


def parts_for(
    kind: str, platform: str, text: str, options: Mapping[str, str], media: Sequence[object]
) -> list[str]:
    """The text as a thread of this platform; none where there is no thread to be.

    All parts are as short as the one that has the pictures must be.
    """
    adapter = registry.ADAPTERS.get(platform)
    if kind != Post.Kind.THREAD or adapter is None or "thread" not in adapter.spec.features:
        return []
    numbered = bool(options.get(threads.NUMBERING.name))
    return threads.split(text, text_limits(adapter.spec, media), numbered=numbered)


def snapshot(post: Post) -> Snapshot:
    pictures = list(post.pictures.select_related("asset"))
    variants = list(post.variants.select_related("channel"))
    return document(post, pictures, variants)


def document(post: Post, pictures: Sequence[PostMedia], variants: Sequence[Variant]) -> Snapshot:
    """The same for rows that need not be stored: the composer asks about what is being typed."""
    return {
        "kind": post.kind,
        "title": post.title,
        "summary": post.summary,
        "body": post.body,
        "hashtags": list(post.hashtags),
        "media": [_picture(picture) for picture in pictures],
        "channels": {
            str(variant.channel_id): _channel(post, variant, pictures) for variant in variants
        },
    }


def _picture(picture: PostMedia) -> dict[str, Any]:
    asset, focal = picture.asset, picture.focal
    said = {
        "asset": asset.pk,
        "sha256": asset.sha256,
        "alt": picture.alt,
        "mime": asset.mime,
        "width": asset.width,
        "height": asset.height,
        "bytes": asset.bytes,
        "seconds": asset.seconds,
    }
    # Left out where nobody chose: what was approved before there was a choice stays approved.
    return said if focal == CENTRE else {**said, "focal": list(focal)}


def focal_of(picture: Mapping[str, Any]) -> Point:
    """Of a picture as a snapshot has it."""
    return Point(*picture.get("focal", CENTRE))


def _channel(post: Post, variant: Variant, pictures: Sequence[PostMedia]) -> dict[str, Any]:
    chosen = {picture.asset_id: picture for picture in pictures}
    order = [p.asset_id for p in pictures] if variant.media is None else variant.media
    platform = variant.channel.platform
    text = text_for(post.body, post.hashtags, variant.text)
    media = [_picture(chosen[pk]) for pk in order if pk in chosen]
    return {
        "platform": platform,
        "own_text": variant.text,
        "own_media": variant.media,
        "text": text,
        "parts": parts_for(post.kind, platform, text, variant.options, media),
        "media": media,
        "first_comment": variant.first_comment,
        "options": variant.options,
    }


def texts_of(said: Mapping[str, Any]) -> list[str]:
    """What one channel of a document posts one after the other: a thread's parts, or one text."""
    return said.get("parts") or [said["text"]]


def _publishes_title(document: Mapping[str, Any]) -> bool:
    """As an article, and wherever a post needs a title."""
    platforms = {said.get("platform", "") for said in document["channels"].values()}
    adapters = filter(None, map(registry.ADAPTERS.get, platforms))
    titled = any(adapter.spec.limits.title for adapter in adapters)
    return document["kind"] == Post.Kind.ARTICLE or titled


def _public(picture: Mapping[str, Any]) -> list[Any]:
    chosen = [picture["focal"]] if "focal" in picture else []
    return [picture["sha256"], picture["alt"], *chosen]


def digest(document: Mapping[str, Any]) -> str:
    """SHA-256 over what becomes public: text, pictures in order with alt and what stays of them,
    comment and options.

    Of a thread every part counts, as it was cut when somebody approved it. The title counts only
    where it is published; an internal name may change without a new approval.
    """
    public = {
        "kind": document["kind"],
        "title": document["title"] if _publishes_title(document) else "",
        "channels": {
            channel: {
                "text": said["text"],
                "media": [_public(picture) for picture in said["media"]],
                "first_comment": said["first_comment"],
                "options": said["options"],
                **({"parts": said["parts"]} if said.get("parts") else {}),
            }
            for channel, said in document["channels"].items()
        },
    }
    canonical = json.dumps(public, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
