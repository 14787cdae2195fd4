"""What Facebook tells by itself, and what it counts. Called by the adapter beside it."""

from collections.abc import Iterator
from typing import Any

from publishers.contract import Event, EventKind, Figures
from publishers.graph import figures_in
from publishers.graphhooks import event_id, moment
from publishers.verdicts import at, list_at, text_at

# What is retired or misspelt fails a whole call, so that few are asked for.
OF_POSTS = {
    "post_media_view": "views",
    "post_total_media_view_unique": "reach",
    "post_clicks": "clicks",
}
OF_PAGES = {
    "page_media_view": "views",
    "page_total_media_view_unique": "reach",
    "page_post_engagements": "engagements",
    "page_views_total": "profile_views",
}
COUNTS = "shares,comments.limit(0).summary(true),reactions.limit(0).summary(true)"


def events(told: Any) -> Iterator[Event]:
    for entry in list_at(told, "entry"):
        for change in list_at(entry, "changes"):
            if isinstance(change, dict):
                yield _event(entry, change)


def _event(entry: Any, change: Any) -> Event:
    account, value = text_at(entry, "id"), at(change, "value")
    created = at(value, "created_time")
    return Event(
        event_id(account, change),
        _kind(text_at(change, "field"), text_at(value, "item"), text_at(value, "verb")),
        account,
        post=text_at(value, "post_id"),
        at=moment(created) or moment(at(entry, "time")),
        words=text_at(value, "message"),
    )


def _kind(field: str, item: str, verb: str) -> EventKind:
    if field == "mention":
        return "mention"
    if field != "feed":
        return "other"
    if item == "comment":
        return "comment" if verb == "add" else "other"
    if item in ("reaction", "like"):
        return "reaction" if verb == "add" else "other"
    verbs: dict[str, EventKind] = {"add": "published", "remove": "removed"}
    return verbs.get(verb, "other")


def of_post(counted: Any, insights: Any) -> Figures:
    said = figures_in(insights)
    figures = {ours: said[theirs] for theirs, ours in OF_POSTS.items() if theirs in said}
    counts = {
        "likes": at(counted, "reactions", "summary", "total_count"),
        "comments": at(counted, "comments", "summary", "total_count"),
        # Nobody shared what has no count of it.
        "shares": at(counted, "shares", "count") or (0 if text_at(counted, "id") else None),
    }
    return figures | {name: float(one) for name, one in counts.items() if isinstance(one, int)}


def of_page(fields: Any, insights: Any) -> Figures:
    said = figures_in(insights, latest=True)
    figures = {ours: said[theirs] for theirs, ours in OF_PAGES.items() if theirs in said}
    followers = at(fields, "followers_count")
    return figures | ({"followers": float(followers)} if isinstance(followers, int) else {})
