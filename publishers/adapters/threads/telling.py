"""What Threads tells by itself, and what it counts. Called by the adapter beside it."""

from collections.abc import Iterator, Mapping
from typing import Any

from publishers.contract import Event, EventKind, Figures
from publishers.graph import figures_in, moment_at
from publishers.graphhooks import event_id, moment
from publishers.verdicts import at, list_at, text_at

KINDS: Mapping[str, EventKind] = {
    "replies": "comment",
    "mentions": "mention",
    "publish": "published",
    "delete": "removed",
}
OF_POSTS = ("views", "likes", "replies", "reposts", "quotes", "shares")
OF_ACCOUNTS = ("views", "likes", "replies", "reposts", "quotes", "clicks", "followers_count")
# Before this moment Threads counted nothing.
FIRST = 1_712_991_600


def events(told: Any) -> Iterator[Event]:
    """One notice, or several in a list."""
    for one in told if isinstance(told, list) else [told]:
        values = at(one, "values")
        for change in values if isinstance(values, list) else [values]:
            if isinstance(change, dict):
                yield _event(one, change)


def _event(notice: Any, change: Any) -> Event:
    kind, value = KINDS.get(text_at(change, "field"), "other"), at(change, "value")
    owner = text_at(value, "root_post", "owner_id") or text_at(value, "owner", "id")
    account = owner or text_at(notice, "target_id")
    answered = text_at(value, "root_post", "id") or text_at(value, "replied_to", "id")
    post = answered if kind == "comment" else ""
    return Event(
        event_id(account, [at(notice, "time"), change]),
        kind,
        account,
        post=post or text_at(value, "id"),
        at=moment_at(value, "timestamp") or moment(at(notice, "time")),
        words=text_at(value, "text"),
    )


def of_post(found: Any) -> Figures:
    said = figures_in(found)
    names = {"views": "views", "likes": "likes", "replies": "comments", "quotes": "quotes"}
    figures = {ours: said[theirs] for theirs, ours in names.items() if theirs in said}
    shared = [said[name] for name in ("reposts", "shares") if name in said]
    return figures | ({"shares": sum(shared)} if shared else {})


def of_account(found: Any) -> Figures:
    said = figures_in(found)
    names = {"followers_count": "followers", "views": "views", "likes": "likes"}
    figures = {ours: said[theirs] for theirs, ours in names.items() if theirs in said}
    acts = [said[name] for name in ("likes", "replies", "reposts", "quotes") if name in said]
    clicks = [
        value
        for row in list_at(found, "data")
        for link in list_at(row, "link_total_values")
        if isinstance(value := at(link, "value"), int)
    ]
    if acts:
        figures["engagements"] = sum(acts)
    return figures | ({"clicks": float(sum(clicks))} if clicks else {})
