"""Posts: how they are sent and read. Called by the adapter beside it."""

import json
import re
from collections.abc import Sequence
from typing import Any

from publishers import containers
from publishers.adapters.instagram.refusals import NAME, failed
from publishers.containers import Status
from publishers.contract import Media, Payload, Rejected
from publishers.graph import STATES, moment_at
from publishers.lookups import Seen
from publishers.verdicts import list_at, text_at

FIELDS = "id,caption,timestamp,permalink,media_type,media_product_type,children"
COLLABORATORS = 3


def is_story(payload: Payload) -> bool:
    return payload.options.get("placement") == "story"


def mistake(payload: Payload) -> Rejected | None:
    """What can be said before anything is sent."""
    if not payload.media:
        return Rejected(f"{NAME} has no posts without a picture or video. Add one.")
    if any(not media.url for media in payload.media):
        return Rejected(
            f"{NAME} fetches pictures and videos from an address of this installation, and there "
            "is none. An administrator can set up a public one."
        )
    if is_story(payload) and len(payload.media) > 1:
        return Rejected("A story is one picture or one video. Take the others out.")
    if len(_collaborators(payload)) > COLLABORATORS:
        return Rejected(f"{NAME} takes up to {COLLABORATORS} collaborators.")
    return None


def items(payload: Payload) -> list[tuple[str, dict[str, str]]]:
    """The containers of what stands side by side, by what each is remembered by."""
    if len(payload.media) == 1:
        return []
    return [
        (
            containers.item_of(payload, place),
            {**_shown(media), "is_carousel_item": "true"}
            | ({"media_type": "VIDEO"} if media.is_video else {}),
        )
        for place, media in enumerate(payload.media)
    ]


def whole(payload: Payload, children: Sequence[str]) -> dict[str, str]:
    """The container of the post. A story shows no words."""
    if is_story(payload):
        form = _shown(payload.media[0])
        form.pop("alt_text", None)
        return {**form, "media_type": "STORIES"}
    if children:
        form = {"media_type": "CAROUSEL", "children": ",".join(children)}
    else:
        form = _shown(payload.media[0])
        if payload.media[0].is_video:
            form |= {"media_type": "REELS"} | _reel(payload)
    if payload.text:
        form["caption"] = payload.text
    if names := _collaborators(payload):
        form["collaborators"] = json.dumps(names)
    return form


def _shown(media: Media) -> dict[str, str]:
    if media.is_video:
        return {"video_url": media.url}
    return {"image_url": media.url} | ({"alt_text": media.alt} if media.alt else {})


def _reel(payload: Payload) -> dict[str, str]:
    form = {"share_to_feed": "false" if payload.options.get("reel_feed") == "no" else "true"}
    seconds = payload.options.get("cover_second", "")
    if re.fullmatch(r"\d{1,4}(\.\d{1,3})?", seconds):
        form["thumb_offset"] = str(round(float(seconds) * 1000))
    return form


def _collaborators(payload: Payload) -> list[str]:
    named = re.split(r"[\s,]+", payload.options.get("collaborators", ""))
    return [name.lstrip("@") for name in named if name.strip("@")]


def status_in(found: Any) -> Status:
    """Sometimes the code is missing, and only the prose beside it says that it failed."""
    code, prose = text_at(found, "status_code"), text_at(found, "status")
    if code in STATES:
        return Status(STATES[code])
    if code == "ERROR" or prose.startswith("Error"):
        return failed(prose)
    return Status("unknown")


def seen(row: Any) -> Seen:
    children = len(list_at(row, "children", "data"))
    return Seen(
        text_at(row, "id"),
        text_at(row, "permalink"),
        text_at(row, "caption"),
        children or 1,
        moment_at(row, "timestamp"),
        root="",
    )


def comment_seen(row: Any, post: str, permalink: str) -> Seen:
    moment = moment_at(row, "timestamp")
    return Seen(text_at(row, "id"), permalink, text_at(row, "text"), 0, moment, root=post)
