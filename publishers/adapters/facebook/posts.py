"""Posts: how they are sent and read. Called by the adapter beside it."""

import json
from collections.abc import Sequence
from typing import Any

from publishers.adapters.facebook.refusals import NAME
from publishers.contract import Payload, Rejected
from publishers.graph import moment_at
from publishers.lookups import Seen
from publishers.verdicts import at, list_at, text_at

FIELDS = "id,message,created_time,attachments{media_type,subattachments}"
COMMENT_FIELDS = "id,message,created_time,from"


def is_story(payload: Payload) -> bool:
    return payload.options.get("placement") == "story"


def has_video(payload: Payload) -> bool:
    return any(media.is_video for media in payload.media)


def mistake(payload: Payload) -> Rejected | None:
    """What can be said before anything is sent."""
    if is_story(payload) and len(payload.media) != 1:
        return Rejected("A story is one picture or one video.")
    if has_video(payload) and len(payload.media) > 1:
        return Rejected(f"A video stands alone on {NAME}. Take out the rest.")
    return None


def body(payload: Payload, photos: Sequence[str]) -> dict[str, str]:
    """A post of the feed; `photos` are there already, unpublished."""
    form = {"message": payload.text} if payload.text else {}
    for place, photo in enumerate(photos):
        form[f"attached_media[{place}]"] = json.dumps({"media_fbid": photo})
    if payload.link and not photos:
        form["link"] = payload.link
    return form


def finish(payload: Payload, video: str) -> dict[str, str]:
    """The call that publishes a video that is there already; a story has no words."""
    form = {"upload_phase": "finish", "video_id": video}
    if is_story(payload):
        return form
    form |= {"video_state": "PUBLISHED", "description": payload.text}
    return form | ({"title": payload.title} if payload.title else {})


def seen(row: Any, permalink: str) -> Seen:
    attached = at(row, "attachments", "data", 0)
    many = len(list_at(attached, "subattachments", "data"))
    kind = text_at(attached, "media_type")
    return Seen(
        text_at(row, "id"),
        permalink,
        text_at(row, "message"),
        many or int(kind in ("photo", "album", "video")),
        moment_at(row, "created_time"),
        root="",
    )


def comment_seen(row: Any, post: str, permalink: str) -> Seen:
    moment = moment_at(row, "created_time")
    return Seen(text_at(row, "id"), permalink, text_at(row, "message"), 0, moment, root=post)
