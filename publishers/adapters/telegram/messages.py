"""A post as messages of Telegram. Called by the adapter beside it.

Texts are sent without any markup (no parse_mode, no entities): what stands in them is shown as it
is, and Telegram itself finds links, names and tags.
"""

import json
import re
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from publishers import attachments
from publishers.adapters.telegram.bot import chat_id
from publishers.contract import Media, Payload
from publishers.verdicts import at


@dataclass(frozen=True)
class Sending:
    """The method, and the rest of the request as `Http.send` takes it."""

    method: str
    request: Mapping[str, Any]


def sending(payload: Payload, chat: str, home: str, files: ExitStack) -> Sending:
    """For that chat; `home` is the account's own. `files` closes what is opened for it."""
    fields: dict[str, Any] = {"chat_id": chat_id(chat), **_manner(payload, chat, home)}
    if not payload.media:
        return Sending("sendMessage", {"json": {**fields, **text(payload)}})
    if len(payload.media) == 1:
        [media] = payload.media
        kind = _kind(media)
        fields |= {**caption(payload), **_measures(media)}
        return Sending(f"send{kind.capitalize()}", _form(fields, {kind: media}, files))
    named = {f"file{number}": media for number, media in enumerate(payload.media)}
    fields["media"] = [
        {
            "type": _kind(media),
            "media": f"attach://{name}",
            **(caption(payload) if name == "file0" else {}),
            **_measures(media),
        }
        for name, media in named.items()
    ]
    return Sending("sendMediaGroup", _form(fields, named, files))


def text(payload: Payload) -> dict[str, Any]:
    previews = {"none": {"is_disabled": True}, "above": {"show_above_text": True}}
    preview = previews.get(payload.options.get("link_preview", ""))
    return {"text": payload.text, **({"link_preview_options": preview} if preview else {})}


def caption(payload: Payload) -> dict[str, Any]:
    above = payload.options.get("caption") == "above"
    words: dict[str, Any] = {"caption": payload.text} if payload.text else {}
    return words | ({"show_caption_above_media": True} if words and above else {})


def _manner(payload: Payload, chat: str, home: str) -> dict[str, Any]:
    said: dict[str, Any] = {}
    if payload.options.get("sound") == "silent":
        said["disable_notification"] = True
    if payload.options.get("sharing") == "protected":
        said["protect_content"] = True
    answered = payload.reply_to.parent if payload.reply_to else ""
    # In a chat that has another number since, that of the message is another one's.
    if answered and (chat_of(answered) or home) == chat:
        said["reply_parameters"] = {"message_id": first_of(answered)}
    return said


def _kind(media: Media) -> str:
    return "video" if media.is_video else "photo"


def _measures(media: Media) -> dict[str, Any]:
    if not media.is_video:
        return {}
    lasts = {"duration": round(media.seconds)} if media.seconds else {}
    return {"width": media.width, "height": media.height, **lasts, "supports_streaming": True}


def _form(
    fields: Mapping[str, Any], named: Mapping[str, Media], files: ExitStack
) -> dict[str, Any]:
    form = {
        name: value if isinstance(value, str) else json.dumps(value)
        for name, value in fields.items()
    }
    return {
        "form": form,
        "files": attachments.opened(named, files),
        "seconds": attachments.seconds_for(named.values()),
    }


# -- what came of it: an album is several messages, and their numbers together are its id; before
# them stands the chat, where that was not the account's own


def ids_in(result: Any) -> list[str]:
    rows = result if isinstance(result, list) else [result]
    numbers = [at(row, "message_id") for row in rows]
    return [str(n) for n in numbers if isinstance(n, int) and not isinstance(n, bool) and n > 0]


def remote_id(ids: list[str], elsewhere: str = "") -> str:
    return (f"{elsewhere}/" if elsewhere else "") + ",".join(ids)


def chat_of(remote: str) -> str:
    """Where its messages are; empty: in the account's own chat."""
    return _split(remote)[0]


def numbers_of(remote: str) -> list[int | str]:
    return [chat_id(part) for part in _split(remote)[1].split(",")]


def first_of(remote: str) -> int | str:
    """The one that has the text, and that answers answer."""
    return numbers_of(remote)[0]


def _split(remote: str) -> tuple[str, str]:
    chat, slash, numbers = remote.partition("/")
    return (chat, numbers) if slash and re.fullmatch(r"-[0-9]{1,20}", chat) else ("", remote)
