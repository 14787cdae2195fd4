"""Videos: a place with an address for each part, the parts, and a call that ends the upload.

https://learn.microsoft.com/linkedin/marketing, Videos. The parts want no token, and each is
answered by its name (ETag), which is kept as one of `tags` until the upload is ended: what breaks
off goes on with the part that broke. Called by uploads.py.
"""

import time
from collections.abc import Mapping
from typing import Any, BinaryIO

from publishers import handles
from publishers.adapters.linkedin.calls import Calls, encoded, judged
from publishers.adapters.linkedin.refusals import EXPIRED, NAME
from publishers.contract import (
    Media,
    NotPublished,
    Processing,
    Rejected,
    Reply,
    Step,
    TryLater,
)
from publishers.verdicts import at, list_at, repeatable, text_at

KEPT_SECONDS = 20 * 3600
# Where it does not say how long its addresses are good.
PLACE_SECONDS = 3600
# 64 MB: the stored bytes are read from their beginning each time that one begins.
PARTS_AT_ONCE = 16
PART_SECONDS = 120.0
# An address that has ended is said so in several ways.
ENDED = frozenset({400, 401, 403, 404, 410})


def upload(calls: Calls, media: Media, step: Step) -> Processing | NotPublished | None:
    kept = handles.held(step, media)
    if kept and not is_partial(kept):
        return None
    begun = kept and handles.held_as(step, _place(media))
    problem = None if begun else _begin(calls, media, step)
    return problem or _send(calls, media, step) or _finish(calls, media, step)


def is_partial(kept: Mapping[str, Any]) -> bool:
    return "tags" in kept


def _place(media: Media) -> str:
    return f"{handles.SECRET}parts:{media.sha256}"


def _begin(calls: Calls, media: Media, step: Step) -> NotPublished | None:
    wanted = {
        "owner": calls.account.remote_id,
        "fileSizeBytes": media.size,
        "uploadCaptions": False,
        "uploadThumbnail": False,
    }
    body = {"initializeUploadRequest": wanted}
    reply = calls.ask("POST", "/rest/videos?action=initializeUpload", json=body)
    if not isinstance(reply, Reply):
        return reply
    value = at(reply.json, "value")
    urn, parts = text_at(value, "video"), _parts(value, media.size)
    if not urn or not parts:
        return TryLater(f"{NAME} gave no place for the video.")
    lasts, token = _seconds(value), text_at(value, "uploadToken")
    handles.keep_as(step, _place(media), lasts, parts=parts, token=token)
    handles.keep(step, media, lasts, urn=urn, tags=[])
    return None


def _parts(value: Any, size: int) -> list[tuple[str, int, int]]:
    """(address, first byte, last byte) of each; empty where they are not the whole video."""
    parts: list[tuple[str, int, int]] = []
    due = 0
    for row in list_at(value, "uploadInstructions"):
        url, first, last = text_at(row, "uploadUrl"), at(row, "firstByte"), at(row, "lastByte")
        if not url or first != due or not isinstance(last, int) or not first <= last < size:
            return []
        parts.append((url, first, last))
        due = last + 1
    return parts if due == size else []


def _seconds(value: Any) -> float:
    ends = at(value, "uploadUrlsExpireAt")
    left = ends / 1000 - time.time() if isinstance(ends, int) else 0.0
    return min(left, KEPT_SECONDS) if left > 0 else PLACE_SECONDS


def _send(calls: Calls, media: Media, step: Step) -> Processing | NotPublished | None:
    """None: all parts are there."""
    place = handles.held_as(step, _place(media))
    urn, tags = str(handles.held(step, media)["urn"]), [*handles.held(step, media)["tags"]]
    due = place["parts"][len(tags) :]
    # One stream for several parts: it is checked from its beginning each time that it is opened.
    with media.stream() as stream:
        for url, first, last in due[:PARTS_AT_ONCE]:
            stream.seek(first)
            tag = _put(calls, url, stream, last + 1 - first)
            if tag is EXPIRED:
                handles.drop(step, [media])
            if not isinstance(tag, str):
                return tag
            tags.append(tag)
            handles.keep(step, media, place["until"] - time.time(), urn=urn, tags=tags)
    return Processing(urn, 1) if len(due) > PARTS_AT_ONCE else None


def _put(calls: Calls, url: str, stream: BinaryIO, length: int) -> str | NotPublished:
    """What the part is called from now on."""
    answer = calls.http.send(
        "PUT",
        url,
        headers={"Content-Type": "application/octet-stream"},
        data=stream,
        length=length,
        seconds=PART_SECONDS,
    )
    if isinstance(answer, Reply) and answer.status in ENDED:
        return EXPIRED
    reply = judged(repeatable(answer, NAME))
    if not isinstance(reply, Reply):
        return reply
    tag = reply.headers.get("ETag", "").removeprefix("W/").strip('"')
    if not tag:
        return TryLater(f"{NAME} took a part of the video without naming it. It is sent again.")
    return tag


def _finish(calls: Calls, media: Media, step: Step) -> NotPublished | None:
    kept, place = handles.held(step, media), handles.held_as(step, _place(media))
    urn = str(kept["urn"])
    body = {"video": urn, "uploadToken": place["token"], "uploadedPartIds": kept["tags"]}
    path = "/rest/videos?action=finalizeUpload"
    reply = calls.ask("POST", path, json={"finalizeUploadRequest": body})
    refused = isinstance(reply, Rejected) or reply is EXPIRED
    # A call whose answer was lost may have ended it, and it ends only once.
    if not isinstance(reply, Reply) and not (refused and _is_taken(calls, urn)):
        if refused:
            handles.drop(step, [media])
        return reply
    handles.keep(step, media, KEPT_SECONDS, urn=urn)
    handles.drop_as(step, _place(media))
    return None


def _is_taken(calls: Calls, urn: str) -> bool:
    reply = calls.ask("GET", f"/rest/videos/{encoded(urn)}")
    state = text_at(reply.json, "status") if isinstance(reply, Reply) else ""
    return state in ("PROCESSING", "AVAILABLE")
