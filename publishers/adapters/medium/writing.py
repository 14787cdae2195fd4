"""A post as a story of Medium. Called by the adapter beside it."""

from typing import Any

from publishers import articles
from publishers.adapters.medium.refusals import NAME
from publishers.adapters.medium.spec import MOST_TAGS, TAG, TITLE
from publishers.articles import Shown
from publishers.contract import Payload, Rejected

NOTIFY = {"yes": True, "no": False}


def story(payload: Payload, addresses: list[str]) -> dict[str, Any]:
    """`addresses`: of the pictures, in order. The state is said always: by itself it is public."""
    chosen = payload.options
    found: dict[str, Any] = {
        "title": payload.title.strip(),
        "contentFormat": "markdown",
        "content": content(payload, addresses),
        "publishStatus": chosen.get("state") or "public",
    }
    if words := tags(payload):
        found["tags"] = words
    if address := articles.canonical(payload):
        found["canonicalUrl"] = address
    if chosen.get("license"):
        found["license"] = chosen["license"]
    if chosen.get("notify") in NOTIFY:
        found["notifyFollowers"] = NOTIFY[chosen["notify"]]
    return found


def content(payload: Payload, addresses: list[str]) -> str:
    """With the title on top, once: what the title field says is shown nowhere in the story."""
    title = payload.title.strip()
    text = articles.without_title(articles.without_front_matter(payload.text), title)
    pictures = [Shown(url, media.alt) for url, media in zip(addresses, payload.media, strict=True)]
    body = articles.with_pictures(text, pictures)
    return f"{articles.heading(title)}\n\n{body}".strip()


def tags(payload: Payload) -> list[str]:
    return articles.words_in(payload.options.get("tags", ""))


def mistake(payload: Payload) -> Rejected | None:
    """What Medium would refuse, or worse, change without a word."""
    if (wrong := articles.mistake(NAME, payload, TITLE)) is not None:
        return wrong
    words = tags(payload)
    if len(words) > MOST_TAGS:
        return Rejected(f"{NAME} takes {MOST_TAGS} tags; these are {len(words)}.", code="tags")
    if long := next((word for word in words if len(word) > TAG), ""):
        return Rejected(f"A tag on {NAME} has up to {TAG} characters; “{long}” has more.", "tags")
    return None
