"""Every registered adapter, made with an account, and what may be asked of it."""

from dataclasses import replace
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import pytest

from publishers import registry
from publishers.contract import (
    Account,
    Adapter,
    App,
    Media,
    Payload,
    Prepares,
    Processing,
    Published,
    Reconnect,
    Rejected,
    ReplyTo,
    TryLater,
    Uncertain,
)
from tests.publishers.adapters.kit import Memory, Recorder, film, picture, post, reply

ADAPTERS = [pytest.param(adapter, id=slug) for slug, adapter in registry.ADAPTERS.items()]
OUTCOMES = (Published, Processing, TryLater, Rejected, Reconnect, Uncertain)
WORDS = "Tide at nine, says @ana.example.com #tide https://tide.earth"
every_adapter = pytest.mark.parametrize("kind", ADAPTERS)

every_preparer = pytest.mark.parametrize(
    "kind", [one for one in ADAPTERS if "prepare" in one.values[0].spec.features]
)

# Answers every question with yes, in the words of many platforms at once. What only one says, or
# says otherwise, stands as YES and HEADERS in the file of its name beside this one.
YES = {
    "id": "42",
    "data": {
        "id": "424242",
        "username": "tide",
        "name": "Tide",
        "expires_after_secs": 86400,
        "url": "https://web.example/@tide/high-water-424242",
        "publish_id": "p_pub_url~42",
    },
    "value": {"image": "urn:li:image:1", "uploadUrl": "https://up.example/1"},
    "status": "FINISHED",
    "status_code": "FINISHED",
    "permalink": "https://web.example/@tide/post/42",
    "blob": {"$type": "blob", "ref": {"$link": "bafy"}, "mimeType": "image/png", "size": 9},
    "uri": "at://did:plc:tide/app.bsky.feed.post/3n2sqezd3trbf",
    "cid": "bafyreigh2akiscaildc",
    "commentUrn": "urn:li:comment:(urn:li:share:41,42)",
    "did": "did:plc:ana",
    "sub": "abc",
    "name": "Tide",
    "username": "tide",
    "path": "/tide/high-water-4aca",
    "args": {"action": "//up.example", "fields": [{"name": "key", "value": "rte_images/42"}]},
    "asset": {"asset_id": "42"},
    "json": {
        "errors": [],
        "data": {
            "url": "https://web.example/r/tides/comments/42/high_water/",
            "name": "t3_42",
            "things": [
                {"data": {"name": "t1_43", "permalink": "/r/tides/comments/42/high_water/43/"}}
            ],
        },
    },
}
FOLLOWING = {"thread": "part", "comment": "comment"}
HEAD = "at://did:plc:tide/app.bsky.feed.post/3n2sqezd3aaaa"
PARENT = YES["uri"]
ACCOUNT = Account("urn:li:organization:7", "tide", "Tide", kind="organization", token="hush-token")
APP = App("client", "hush-secret", "https://api.example", "https://web.example")


def own_words(slug: str, name: str) -> dict[str, Any]:
    module = f"tests.publishers.adapters.{slug}"
    return getattr(import_module(module), name, {}) if find_spec(module) else {}


def agreeable(kind):
    headers = {"x-restli-id": "urn:li:share:42", **own_words(kind.spec.slug, "HEADERS")}
    body = YES | own_words(kind.spec.slug, "YES")
    return lambda method, url, commits: reply(201, body, **headers)


def made(kind, answers=None) -> Adapter:
    return kind(Recorder(answers or agreeable(kind)), APP, ACCOUNT)


def ready(kind, payload):
    """An adapter whose pictures are uploaded, and the memory that knows it."""
    adapter, step = made(kind), Memory()
    assert prepared(adapter, payload, step) is None
    return adapter, step


def written(kind, text="Tide", *media, **more) -> Payload:
    """A post that this platform takes: with a title, choices and addresses where it needs them."""
    spec = kind.spec
    more.setdefault("title", "High water" if spec.limits.title else "")
    media = [_taken(one, spec) for one in media]
    needed = {one.name: _chosen(one) for one in spec.options if one.required}
    return post(text, *media, **{**more, "options": needed | more.get("options", {})})


def _taken(media: Media, spec) -> Media:
    """The same bytes as the platform takes them. Who uploads must not need an address."""
    if not spec.limits.images:
        moving = film(media.alt)
        media = replace(moving, sha256=media.sha256, size=media.size, read=media.read)
    return media if spec.fetches else replace(media, url="")


def _chosen(option) -> str:
    return option.default or next((value for value, _ in option.choices if value), "tide")


def prepared(adapter, payload, step):
    """What preparing says, where the platform has such a thing."""
    return adapter.prepare(payload, step) if isinstance(adapter, Prepares) else None


def following(kind) -> list[Payload]:
    """One of each kind of item that may follow a post on this platform, as its spec says."""
    kinds = [one for feature, one in FOLLOWING.items() if feature in kind.spec.features]
    return [post("Tide", kind=one, reply_to=ReplyTo(HEAD, PARENT)) for one in kinds]


def everything(kind) -> list[Payload]:
    return [written(kind, "Tide", picture()), *following(kind)]


def counts(kind) -> list[int]:
    """How many pictures to try: none where a text may stand alone, one, and several; where only
    videos are taken, as many of these.
    """
    limits = kind.spec.limits
    most = limits.images or limits.videos
    return [count for count in (0, 1, 4) if limits.media_least <= count <= most]


def least(kind, text="Tide", **more) -> Payload:
    """A post with as few pictures as the platform takes."""
    mime = next(iter(kind.spec.limits.image_types), "image/png")
    media = [replace(picture(f"Pier {n}"), mime=mime) for n in range(kind.spec.limits.media_least)]
    return written(kind, text, *media, **more)
