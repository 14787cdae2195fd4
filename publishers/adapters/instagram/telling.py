"""What Instagram tells by itself, and what it counts. Called by the adapter beside it."""

from collections.abc import Iterator, Mapping
from typing import Any

from publishers.contract import Event, EventKind, Figures
from publishers.graph import figures_in
from publishers.graphhooks import event_id, moment
from publishers.verdicts import at, list_at, text_at

KINDS: Mapping[str, EventKind] = {
    "comments": "comment",
    "live_comments": "comment",
    "mentions": "mention",
}
OF_POSTS = {
    "views": "views",
    "reach": "reach",
    "likes": "likes",
    "comments": "comments",
    "saved": "saves",
    "shares": "shares",
}
OF_ACCOUNTS = {
    "reach": "reach",
    "views": "views",
    "total_interactions": "engagements",
    "likes": "likes",
}
FIELDS = {"followers_count": "followers", "follows_count": "following", "media_count": "posts"}


def events(told: Any) -> Iterator[Event]:
    for entry in list_at(told, "entry"):
        for change in list_at(entry, "changes"):
            if isinstance(change, dict):
                yield _event(entry, change)


def _event(entry: Any, change: Any) -> Event:
    account, value = text_at(entry, "id"), at(change, "value")
    when = at(entry, "time")
    return Event(
        event_id(account, [when, change]),
        KINDS.get(text_at(change, "field"), "other"),
        account,
        post=text_at(value, "media", "id") or text_at(value, "media_id"),
        at=moment(when),
        words=text_at(value, "text"),
    )


def of_post(found: Any) -> Figures:
    """An empty answer means that nothing is counted yet."""
    said = figures_in(found)
    return {ours: said[theirs] for theirs, ours in OF_POSTS.items() if theirs in said}


def of_account(fields: Any, insights: Any) -> Figures:
    said = figures_in(insights)
    figures = {ours: said[theirs] for theirs, ours in OF_ACCOUNTS.items() if theirs in said}
    for theirs, ours in FIELDS.items():
        if isinstance(value := at(fields, theirs), int):
            figures[ours] = float(value)
    return figures
