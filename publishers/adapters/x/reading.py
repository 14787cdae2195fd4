"""Reading a post as X shows it. Called by the adapter beside it."""

import re
from datetime import UTC, datetime
from typing import Any

from publishers.verdicts import at, list_at, text_at


def root_of(row: Any) -> str | None:
    """The post that began its conversation; empty when this one did."""
    root = text_at(row, "conversation_id")
    return ("" if root == text_at(row, "id") else root) if root else None


def moment_of(row: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text_at(row, "created_at"))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def written(row: Any) -> str:
    """The text as it was written: short addresses expanded, the one of the pictures taken off."""
    long = at(row, "note_post") or at(row, "note_tweet")
    source = long if text_at(long, "text") else row
    text = text_at(source, "text")
    for entity in [*list_at(source, "entities", "urls"), *list_at(row, "entities", "urls")]:
        short, full = text_at(entity, "url"), text_at(entity, "expanded_url")
        of_media = text_at(entity, "media_key") or re.search(r"/status/\d+/(photo|video)/", full)
        if short:
            text = text.replace(short, "" if of_media else full)
    pictured = bool(list_at(row, "attachments", "media_keys"))
    return re.sub(r"\s*https://t\.co/\w+\s*$", "", text) if pictured else text
