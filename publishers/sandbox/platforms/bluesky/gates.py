"""Gates: who may reply to a post and quote it. They lie under its own key, and are kept with it."""

from typing import Any

from publishers.sandbox.models import RemotePost

THREADGATE, POSTGATE = "app.bsky.feed.threadgate", "app.bsky.feed.postgate"
NAMES = (THREADGATE, POSTGATE)
# No record has a field of this name.
KEPT = "~gates"
WHO = {
    "mentionRule": "mentioned people",
    "followerRule": "followers",
    "followingRule": "people it follows",
    "listRule": "people on a list",
}


def of(post: RemotePost) -> dict[str, Any]:
    """By collection."""
    found: dict[str, Any] = post.body.get(KEPT, {})
    return found


def written(post: RemotePost) -> dict[str, Any]:
    """The record of the post itself."""
    return {name: part for name, part in post.body.items() if name != KEPT}


def change(post: RemotePost, collection: str, record: dict[str, Any] | None) -> None:
    """None: it is gone."""
    rest = {name: one for name, one in of(post).items() if name != collection}
    post.body = {**written(post), KEPT: rest if record is None else {**rest, collection: record}}
    post.save(update_fields=["body"])


def is_quotable(post: RemotePost) -> bool:
    return not of(post).get(POSTGATE, {}).get("embeddingRules")


def notes(post: RemotePost) -> list[str]:
    found = [] if is_quotable(post) else ["Nobody can quote it"]
    allow = of(post).get(THREADGATE, {}).get("allow")
    if allow is None:
        return found
    who = [WHO.get(rule["$type"].partition("#")[2], "others") for rule in allow]
    return [f"{' and '.join(who).capitalize() or 'Nobody'} can reply", *found]
