"""Posts: how they are sent and read. Called by the adapter beside it."""

import re
from collections.abc import Sequence
from typing import Any

from publishers import containers
from publishers.adapters.threads.refusals import FAILURES, NAME
from publishers.containers import Status
from publishers.contract import Media, Payload, Rejected
from publishers.graph import STATES, moment_at
from publishers.lookups import Seen
from publishers.verdicts import list_at, text_at

FIELDS = "id,text,timestamp,permalink,media_type,children"
ONE = 1


def mistake(payload: Payload) -> Rejected | None:
    """What can be said before anything is sent."""
    if any(not media.url for media in payload.media):
        return Rejected(
            f"{NAME} fetches pictures and videos from an address of this installation, and there "
            "is none. An administrator can set up a public one."
        )
    tag = payload.options.get("topic_tag", "")
    if len(tag) > 50 or re.search(r"[.&]", tag):
        return Rejected("A topic has up to 50 characters, without a full stop and without “&”.")
    return None


def items(payload: Payload) -> list[tuple[str, dict[str, str]]]:
    """The containers of what stands side by side, by what each is remembered by."""
    if len(payload.media) <= ONE:
        return []
    return [
        (containers.item_of(payload, place), {**_shown(media), "is_carousel_item": "true"})
        for place, media in enumerate(payload.media)
    ]


def whole(payload: Payload, children: Sequence[str]) -> dict[str, str]:
    """The container of the post."""
    form: dict[str, str] = {"media_type": "TEXT"}
    if children:
        form = {"media_type": "CAROUSEL", "children": ",".join(children)}
    elif payload.media:
        form = _shown(payload.media[0])
    elif payload.link:
        form["link_attachment"] = payload.link
    if payload.text:
        form["text"] = payload.text
    return form | _options(payload)


def _shown(media: Media) -> dict[str, str]:
    kind = "video" if media.is_video else "image"
    form = {"media_type": kind.upper(), f"{kind}_url": media.url}
    return form | ({"alt_text": media.alt} if media.alt else {})


def _options(payload: Payload) -> dict[str, str]:
    """Who may answer and what it is about are said once, of the post that begins a thread."""
    if payload.reply_to is not None:
        return {"reply_to_id": payload.reply_to.parent}
    form = {name: payload.options.get(name, "") for name in ("topic_tag", "reply_control")}
    if payload.media and payload.options.get("spoiler") == "yes":
        form["is_spoiler_media"] = "true"
    return {name: value for name, value in form.items() if value}


def status_in(found: Any) -> Status:
    """What a container says of itself."""
    said = text_at(found, "status")
    if said in STATES:
        return Status(STATES[said])
    if said != "ERROR":
        return Status("unknown")
    words, mends = FAILURES.get(text_at(found, "error_message"), FAILURES["UNKNOWN"])
    return Status("failed", words, mends)


def seen(row: Any, *, answers: bool) -> Seen:
    """`answers`: it stands in the list of replies."""
    children, kind = len(list_at(row, "children", "data")), text_at(row, "media_type")
    root = (text_at(row, "root_post", "id") or None) if answers else ""
    return Seen(
        text_at(row, "id"),
        text_at(row, "permalink"),
        text_at(row, "text"),
        children or int(kind in ("IMAGE", "VIDEO")),
        moment_at(row, "timestamp"),
        root=root,
    )
