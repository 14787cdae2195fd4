"""Posts on X: what is sent, and what can be said against it before. Called by the adapter beside.

Of pictures, a poll and a quoted post it takes one kind.
"""

import re
from collections.abc import Sequence
from typing import Any

from publishers.adapters.x.refusals import NAME
from publishers.adapters.x.spec import LIMITS
from publishers.adapters.x.uploads import in_parts
from publishers.contract import Payload, Rejected
from publishers.text import measure

ANSWERS, ANSWER = (2, 4), 25
USUAL_MINUTES = 1440
DISCLOSED = ("made_with_ai", "paid_partnership")
_POST = re.compile(r"(?:^|/status(?:es)?/)([0-9]{1,19})(?:[/?#]|$)")
_COMMUNITY = re.compile(r"(?:^|/communities/)([0-9]{1,19})(?:[/?#]|$)")


def mistake(payload: Payload) -> Rejected | None:
    if payload.kind != "post":
        return None
    moving = sum(in_parts(media) for media in payload.media)
    if moving and len(payload.media) > 1:
        reason = f"{NAME} takes up to four pictures, or one GIF, or one video."
        return Rejected(f"{reason} Take the others out.", code="mixed_media")
    chosen = payload.options
    if chosen.get("quote", "").strip() and not quoted(payload):
        return Rejected(_no_address("The post to quote", "/status/"), code="no_quote")
    if chosen.get("community", "").strip() and not community(payload):
        return Rejected(_no_address("The community", "/communities/"), code="no_community")
    return _poll_mistake(payload)


def _no_address(noun: str, path: str) -> str:
    return f"{noun} is named by its address on {NAME}, with {path} and a number in it."


def _poll_mistake(payload: Payload) -> Rejected | None:
    answers = poll(payload)
    if answers and not ANSWERS[0] <= len(answers) <= ANSWERS[1]:
        reason = f"A poll on {NAME} has two to four answers; this one has {len(answers)}."
        return Rejected(f"{reason} Put a semicolon between them.", code="poll")
    if (long := next((one for one in answers if len(one) > ANSWER), None)) is not None:
        reason = f"The answer “{long}” has more than {ANSWER} characters. Shorten it."
        return Rejected(reason, code="poll")
    if sum((bool(payload.media), bool(answers), bool(quoted(payload)))) > 1:
        reason = f"{NAME} takes pictures or a video, a poll, or a quoted post: one of them."
        return Rejected(f"{reason} Take the others out.", code="exclusive")
    return None


# -- what was chosen


def poll(payload: Payload) -> list[str]:
    """Its answers; empty: there is none."""
    return [one.strip() for one in payload.options.get("poll", "").split(";") if one.strip()]


def quoted(payload: Payload) -> str:
    """The id of the post that is quoted."""
    return _number(_POST, payload.options.get("quote", ""))


def community(payload: Payload) -> str:
    return _number(_COMMUNITY, payload.options.get("community", ""))


def is_long(payload: Payload) -> bool:
    """Longer than accounts without Premium may write."""
    return measure(payload.text, LIMITS).over > 0


def is_for_few(payload: Payload) -> bool:
    """Unknown: whether the account's own list shows what only some see."""
    return bool(community(payload)) or payload.options.get("subscribers") == "yes"


def _number(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text.strip())
    return found[1] if found else ""


# -- what is sent


def body(payload: Payload, media_ids: Sequence[str]) -> dict[str, Any]:
    """Unknown keys are refused, empty ones too."""
    said: dict[str, Any] = {"text": payload.text} if payload.text else {}
    if media_ids:
        said["media"] = {"media_ids": list(media_ids)}
    if payload.reply_to is not None:
        return said | {"reply": {"in_reply_to_tweet_id": payload.reply_to.parent}}
    return said | _chosen(payload)


def changed(payload: Payload, previous: str) -> dict[str, Any]:
    """An edit is a post that names the version before it."""
    return {
        "text": payload.text,
        "edit_options": {"previous_post_id": previous},
        **_disclosed(payload),
    }


def _chosen(payload: Payload) -> dict[str, Any]:
    chosen = payload.options
    said: dict[str, Any] = {
        "reply_settings": chosen.get("reply_settings", ""),
        "quote_tweet_id": quoted(payload),
        "community_id": community(payload),
        "for_super_followers_only": chosen.get("subscribers") == "yes",
    }
    if answers := poll(payload):
        minutes = chosen.get("poll_minutes", "")
        lasts = int(minutes) if minutes.isdecimal() and len(minutes) < 6 else USUAL_MINUTES
        said["poll"] = {"options": answers, "duration_minutes": lasts}
    return {name: value for name, value in said.items() if value} | _disclosed(payload)


def _disclosed(payload: Payload) -> dict[str, bool]:
    return {name: True for name in DISCLOSED if payload.options.get(name) == "yes"}
