"""The request that makes or changes a post, and reading one back. Called by the adapter beside."""

import html
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from publishers.contract import Payload, PostMetric
from publishers.verdicts import at, list_at, text_at

COUNTS: Mapping[PostMetric, str] = {
    "likes": "favourites_count",
    "comments": "replies_count",
    "shares": "reblogs_count",
    "quotes": "quotes_count",
}
# Options that are fields of the request by the same name.
PLAIN = ("visibility", "spoiler_text", "quote_approval_policy")


def body(payload: Payload, media_ids: Sequence[str]) -> dict[str, Any]:
    """What is not said is as the account has it by default."""
    options = payload.options
    said: dict[str, Any] = {"status": payload.text}
    said |= {name: options[name] for name in PLAIN if options.get(name)}
    if media_ids:
        said["media_ids"] = list(media_ids)
    if payload.reply_to is not None:
        said["in_reply_to_id"] = payload.reply_to.parent
    if options.get("sensitive"):
        said["sensitive"] = True
    if re.fullmatch(r"[a-z]{2,3}", options.get("language", "")):
        said["language"] = options["language"]
    return said


def changed(payload: Payload, status: Any) -> dict[str, Any]:
    """An edit repeats everything: what it leaves out is taken off the post."""
    ids = [text_at(one, "id") for one in list_at(status, "media_attachments")]
    said = body(payload, ids)
    chosen = payload.options
    said["spoiler_text"] = chosen.get("spoiler_text", text_at(status, "spoiler_text"))
    said["sensitive"] = bool(chosen.get("sensitive", at(status, "sensitive")))
    for name in ("visibility", "in_reply_to_id", "quote_approval_policy"):
        said.pop(name, None)
    if ids and len(ids) == len(payload.media):
        pairs = zip(ids, payload.media, strict=True)
        said["media_attributes"] = [{"id": one, "description": media.alt} for one, media in pairs]
    return said


def figures(status: Any) -> dict[str, float]:
    """By our names; what this server does not count is not there."""
    told = {name: at(status, field) for name, field in COUNTS.items()}
    return {name: value for name, value in told.items() if isinstance(value, int)}


def shown(content: str) -> str:
    """The text of a post's HTML. Addresses are whole in it, the middle of long ones hidden."""
    text = re.sub(r"<br\s*/?>", "\n", content)
    text = re.sub(r"</p>\s*<p[^>]*>", "\n\n", text)
    return html.unescape(re.sub(r"<[^>]*>", "", text))


def names_people(content: str) -> bool:
    """Of a name on another server only the part before its server is shown."""
    return bool(re.search(r'class="[^"]*\bmention\b', content))


def moment_of(status: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text_at(status, "created_at"))
    except ValueError:
        return None
    return moment if moment.tzinfo else None
