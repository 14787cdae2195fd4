"""What the schema of a post lets through: known names, the right types, one kind of attachment."""

import re
from typing import Any

from publishers.sandbox.platforms.x.errors import invalid

KEYS = {
    "card_uri",
    "community_id",
    "direct_message_deep_link",
    "edit_options",
    "for_super_followers_only",
    "geo",
    "made_with_ai",
    "media",
    "nullcast",
    "paid_partnership",
    "poll",
    "quote_tweet_id",
    "reply",
    "reply_settings",
    "share_with_followers",
    "text",
}
INSIDE = {
    "media": {"media_ids", "tagged_user_ids", "title", "description", "embeddable"},
    "reply": {
        "in_reply_to_tweet_id",
        "exclude_reply_user_ids",
        "auto_populate_reply_metadata",
    },
    "poll": {"options", "duration_minutes", "reply_settings"},
    "edit_options": {"previous_post_id"},
    "geo": {"place_id"},
}
FLAGS = (
    "for_super_followers_only",
    "made_with_ai",
    "nullcast",
    "paid_partnership",
    "share_with_followers",
)
EXCLUSIVE = ("media", "poll", "quote_tweet_id", "card_uri")
REPLY_SETTINGS = ("following", "mentionedUsers", "subscribers", "verified")
NUMBER = re.compile(r"[0-9]{1,19}")


def check(body: dict[str, Any]) -> None:
    _names(body)
    _types(body)
    if sum(bool(body.get(name)) for name in EXCLUSIVE) > 1:
        raise invalid(f"$: {', '.join(EXCLUSIVE)} are mutually exclusive")
    for name in ("quote_tweet_id", "community_id"):
        _number(body, name)
    if "edit_options" in body:
        _number({"previous_post_id": None, **body["edit_options"]}, "previous_post_id")
    if "reply" in body:
        _number({"in_reply_to_tweet_id": None, **body["reply"]}, "in_reply_to_tweet_id")
    if "media" in body:
        _media(body["media"])
    if "poll" in body:
        _poll(body["poll"])


def _names(body: dict[str, Any]) -> None:
    if unknown := set(body) - KEYS:
        raise invalid(f"$.{min(unknown)}: is not defined in the schema")
    for name, known in INSIDE.items():
        part = body.get(name, {})
        if not isinstance(part, dict):
            raise invalid(f"$.{name}: object found expected")
        if unknown := set(part) - known:
            raise invalid(f"$.{name}.{min(unknown)}: is not defined in the schema")


def _types(body: dict[str, Any]) -> None:
    if not isinstance(body.get("text", ""), str):
        raise invalid("$.text: string found expected")
    if body.get("reply_settings", "verified") not in REPLY_SETTINGS:
        raise invalid("$.reply_settings: does not have a value in the enumeration")
    for name in FLAGS:
        if not isinstance(body.get(name, False), bool):
            raise invalid(f"$.{name}: boolean expected")


def _number(part: dict[str, Any], name: str) -> None:
    value = part.get(name)
    if name in part and not (isinstance(value, str) and NUMBER.fullmatch(value)):
        raise invalid(f"$.{name}: does not match the regex pattern")


def _media(media: dict[str, Any]) -> None:
    media_ids = media.get("media_ids", [])
    if not isinstance(media_ids, list) or len(media_ids) > 4:
        raise invalid("$.media.media_ids: there must be a maximum of 4 items in the array")


def _poll(poll: dict[str, Any]) -> None:
    options, minutes = poll.get("options"), poll.get("duration_minutes")
    if not isinstance(options, list) or not 2 <= len(options) <= 4:
        raise invalid("$.poll.options: there must be 2 to 4 items in the array")
    if not all(isinstance(one, str) and 1 <= len(one) <= 25 for one in options):
        raise invalid("$.poll.options: must be 1 to 25 characters long")
    if not isinstance(minutes, int) or not 5 <= minutes <= 10_080:
        raise invalid("$.poll.duration_minutes: must be between 5 and 10080")
