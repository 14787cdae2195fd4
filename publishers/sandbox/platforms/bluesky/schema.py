"""The shapes of a post, of its gates, and of everything they may contain."""

from typing import Any

type Schema = dict[str, Any]


def ref(name: str) -> Schema:
    return {"type": "ref", "ref": name}


def struct(required: str, **properties: Schema) -> Schema:
    return {"type": "object", "required": required.split(), "properties": properties}


def listing(items: Schema, most: int | None = None) -> Schema:
    return {"type": "array", "items": items} | ({} if most is None else {"maxLength": most})


def union(*refs: str) -> Schema:
    return {"type": "union", "refs": refs}


def record(required: str, **properties: Schema) -> Schema:
    """What is kept of its own, under a key that is a moment."""
    return struct(f"{required} createdAt", createdAt=text("datetime"), **properties)


def blob(accept: str, size: int) -> Schema:
    return {"type": "blob", "accept": accept, "maxSize": size}


STRING: Schema = {"type": "string"}
COUNT: Schema = {"type": "integer", "minimum": 0}
SIZE: Schema = {"type": "integer", "minimum": 1}


def text(form: str) -> Schema:
    return {"type": "string", "format": form}


IMAGE = struct(
    "image alt",
    image=blob("image/*", 2_000_000),
    alt=STRING,
    aspectRatio=ref("app.bsky.embed.defs#aspectRatio"),
)
GALLERY_IMAGE = IMAGE | {"required": ["image", "alt", "aspectRatio"]}
MEDIA = ("images", "video", "gallery", "external")
WHO = ("mention", "follower", "following", "list")
TAG: Schema = {"type": "string", "maxLength": 640, "maxGraphemes": 64}

DEFINITIONS: dict[str, Schema] = {
    "app.bsky.feed.post": record(
        "text",
        text={"type": "string", "maxLength": 3000, "maxGraphemes": 300},
        facets=listing(ref("app.bsky.richtext.facet")),
        reply=ref("app.bsky.feed.post#replyRef"),
        embed=union(
            "app.bsky.embed.record",
            "app.bsky.embed.recordWithMedia",
            *(f"app.bsky.embed.{name}" for name in MEDIA),
        ),
        langs=listing(text("language"), 3),
        labels=union("com.atproto.label.defs#selfLabels"),
        tags=listing(TAG, 8),
    ),
    "app.bsky.feed.threadgate": record(
        "post",
        post=text("at-uri"),
        allow=listing(union(*(f"app.bsky.feed.threadgate#{one}Rule" for one in WHO)), 5),
        hiddenReplies=listing(text("at-uri"), 300),
    ),
    "app.bsky.feed.threadgate#mentionRule": struct(""),
    "app.bsky.feed.threadgate#followerRule": struct(""),
    "app.bsky.feed.threadgate#followingRule": struct(""),
    "app.bsky.feed.threadgate#listRule": struct("list", list=text("at-uri")),
    "app.bsky.feed.postgate": record(
        "post",
        post=text("at-uri"),
        detachedEmbeddingUris=listing(text("at-uri"), 50),
        embeddingRules=listing(union("app.bsky.feed.postgate#disableRule"), 5),
    ),
    "app.bsky.feed.postgate#disableRule": struct(""),
    "app.bsky.feed.post#replyRef": struct(
        "root parent",
        root=ref("com.atproto.repo.strongRef"),
        parent=ref("com.atproto.repo.strongRef"),
    ),
    "com.atproto.repo.strongRef": struct("uri cid", uri=text("at-uri"), cid=text("cid")),
    "com.atproto.label.defs#selfLabels": struct(
        "values", values=listing(struct("val", val={"type": "string", "maxLength": 128}), 10)
    ),
    "app.bsky.richtext.facet": struct(
        "index features",
        index=struct("byteStart byteEnd", byteStart=COUNT, byteEnd=COUNT),
        features=listing(
            union(*(f"app.bsky.richtext.facet#{kind}" for kind in ("mention", "link", "tag")))
        ),
    ),
    "app.bsky.richtext.facet#mention": struct("did", did=text("did")),
    "app.bsky.richtext.facet#link": struct("uri", uri=text("uri")),
    "app.bsky.richtext.facet#tag": struct("tag", tag=TAG),
    "app.bsky.embed.defs#aspectRatio": struct("width height", width=SIZE, height=SIZE),
    "app.bsky.embed.images": struct("images", images=listing(IMAGE, 4)),
    "app.bsky.embed.gallery": struct(
        "items", items=listing(union("app.bsky.embed.gallery#image"), 20)
    ),
    "app.bsky.embed.gallery#image": GALLERY_IMAGE,
    "app.bsky.embed.video": struct(
        "video",
        video=blob("video/mp4", 300_000_000),
        captions=listing(
            struct("lang file", lang=text("language"), file=blob("text/vtt", 20_000)), 20
        ),
        alt=STRING,
        presentation=STRING,
        aspectRatio=ref("app.bsky.embed.defs#aspectRatio"),
    ),
    "app.bsky.embed.external": struct(
        "external",
        external=struct(
            "uri title description",
            uri=text("uri"),
            title=STRING,
            description=STRING,
            thumb=blob("image/*", 1_000_000),
        ),
    ),
    "app.bsky.embed.record": struct("record", record=ref("com.atproto.repo.strongRef")),
    "app.bsky.embed.recordWithMedia": struct(
        "record media",
        record=ref("app.bsky.embed.record"),
        media=union(*(f"app.bsky.embed.{name}" for name in MEDIA)),
    ),
}
