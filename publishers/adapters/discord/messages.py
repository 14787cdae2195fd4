"""A post as a message of Discord. Called by the adapter beside it."""

import json
import re
from collections.abc import Mapping
from contextlib import ExitStack
from typing import Any

from publishers import attachments
from publishers.adapters.discord.refusals import NAME
from publishers.contract import Media, Payload, Rejected

NO_PREVIEW, NO_SOUND = 1 << 2, 1 << 12
# What stands in a text is never a call to everybody, to a role or to a person.
NO_MENTIONS: Mapping[str, Any] = {"parse": []}


def mistake(payload: Payload) -> Rejected | None:
    """What would be refused, and counts against everybody who posts from the same address."""
    if not re.fullmatch(r"([0-9]{1,20})?", thread_of(payload), re.ASCII):
        return Rejected(f"A thread on {NAME} is given by its number.", code="thread")
    return None


def thread_of(payload: Payload) -> str:
    return payload.options.get("thread", "").strip()


def sending(payload: Payload, files: ExitStack) -> dict[str, Any]:
    """As `Http.send` takes it. `files` closes what is opened for it."""
    body = content(payload)
    if flags := _flags(payload):
        body["flags"] = flags
    if title := payload.options.get("thread_name", "").strip():
        body["thread_name"] = title
    if not payload.media:
        return {"json": body}
    body["attachments"] = [_attached(number, one) for number, one in enumerate(payload.media)]
    named = {f"files[{number}]": one for number, one in enumerate(payload.media)}
    return {
        "form": {"payload_json": json.dumps(body)},
        "files": attachments.opened(named, files),
        "seconds": attachments.seconds_for(payload.media),
    }


def _attached(number: int, media: Media) -> dict[str, Any]:
    words = {"description": media.alt} if media.alt else {}
    # Numbers are written as text, as everywhere in its API.
    return {"id": str(number), "filename": attachments.name_of(media), **words}


def content(payload: Payload) -> dict[str, Any]:
    words = {"content": payload.text} if payload.text else {}
    return {**words, "allowed_mentions": NO_MENTIONS}


def changed(payload: Payload) -> dict[str, Any]:
    """The text is said also when it is empty: what is not said stays. Files stay."""
    flags = _flags(payload) & NO_PREVIEW
    return {"content": payload.text, "allowed_mentions": NO_MENTIONS, "flags": flags}


def _flags(payload: Payload) -> int:
    plain = NO_PREVIEW if payload.options.get("links") == "plain" else 0
    silent = NO_SOUND if payload.options.get("sound") == "silent" else 0
    return plain | silent
