"""Reading a post as X shows it. Called by the adapter beside it."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from publishers.adapters.x.spec import PREMIUM, SUBSCRIPTIONS
from publishers.text import fingerprint
from publishers.verdicts import at, figures_at, list_at, text_at

# Milliseconds since 1970 at which ids begin; the lower 22 bits tell neighbours apart.
_FIRST_ID = 1_288_834_974_657
COUNTS = {
    "impression_count": "impressions",
    "like_count": "likes",
    "reply_count": "comments",
    "retweet_count": "shares",
    "repost_count": "shares",
    "quote_count": "quotes",
    "bookmark_count": "saves",
}
OWN_COUNTS = {"url_link_clicks": "link_clicks", "user_profile_clicks": "profile_clicks"}
OF_ACCOUNT = {
    "followers_count": "followers",
    "following_count": "following",
    "tweet_count": "posts",
    "post_count": "posts",
}
# How a text ends of which only the beginning is shown, and how long this is at least.
_CUT, _BEGINNING = re.compile(r"…(?:\s*https?://\S+)?\s*$"), 100


def kind_of(who: Any) -> str:
    """Of account; whoever does not say so has no subscription."""
    subscribed = text_at(who, "subscription_type").lower() in SUBSCRIPTIONS
    return PREMIUM if subscribed else "person"


def root_of(row: Any) -> str | None:
    """The post that began its conversation; empty when this one did."""
    root = text_at(row, "conversation_id")
    return ("" if root == text_at(row, "id") else root) if root else None


def moment_of(row: Any) -> datetime | None:
    return moment_in(text_at(row, "created_at"))


def moment_in(words: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(words)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def posted_at(number: str) -> float:
    """When a post of that id was made, in seconds since 1970."""
    return ((int(number) >> 22) + _FIRST_ID) / 1000


def written(row: Any, quoted: str = "") -> str:
    """The text as it was written: short addresses expanded, that of the pictures or of the quoted
    post taken off.
    """
    source = _note(row) or row
    text = text_at(source, "text")
    for entity in [*list_at(source, "entities", "urls"), *list_at(row, "entities", "urls")]:
        short, full = text_at(entity, "url"), text_at(entity, "expanded_url")
        if short and quoted and full.endswith(f"/status/{quoted}"):
            text = text.removesuffix(short).rstrip()
        of_media = text_at(entity, "media_key") or re.search(r"/status/\d+/(photo|video)/", full)
        if short:
            text = text.replace(short, "" if of_media else full)
    pictured = bool(list_at(row, "attachments", "media_keys"))
    return re.sub(r"\s*https://t\.co/\w+\s*$", "", text) if pictured else text


def begins(row: Any, text: str) -> bool:
    """Whether the row has only the beginning of a long post, and this text begins so."""
    shown = written(row)
    cut = _CUT.search(shown)
    if cut is None or cut.start() < _BEGINNING or _note(row):
        return False
    whole = fingerprint(text)
    return whole != fingerprint(shown) and whole.startswith(fingerprint(shown[: cut.start()]))


def _note(row: Any) -> Any:
    """The whole of a long post; None: it is none, or its whole is not told."""
    notes = (at(row, name) for name in ("note_post", "note_tweet"))
    return next((note for note in notes if text_at(note, "text")), None)


def versions(row: Any) -> list[str]:
    """The ids of all that this post was and is, the oldest first."""
    told = list_at(row, "edit_history_post_ids") or list_at(row, "edit_history_tweet_ids")
    numbers = {one for one in told if isinstance(one, str) and re.fullmatch(r"[0-9]{1,19}", one)}
    return sorted(numbers | {text_at(row, "id")}, key=int) if numbers else [text_at(row, "id")]


def figures(row: Any, views: Mapping[str, float]) -> dict[str, float]:
    """By our names. `views`: of videos, by their media keys."""
    found = figures_at(at(row, "public_metrics"), COUNTS)
    found |= figures_at(at(row, "non_public_metrics"), OWN_COUNTS)
    seen = [views[key] for key in _keys(row) if key in views]
    return found | ({"views": sum(seen)} if seen else {})


def views(included: Any) -> dict[str, float]:
    """How often each video of an answer was watched, by its media key."""
    told = {
        text_at(one, "media_key"): figures_at(at(one, "public_metrics"), {"view_count": "views"})
        for one in list_at(included, "media")
    }
    return {key: found["views"] for key, found in told.items() if key and found}


def of_account(me: Any) -> dict[str, float]:
    return figures_at(at(me, "public_metrics"), OF_ACCOUNT)


def _keys(row: Any) -> list[str]:
    return [one for one in list_at(row, "attachments", "media_keys") if isinstance(one, str)]
