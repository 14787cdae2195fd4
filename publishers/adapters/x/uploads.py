"""Pictures in one request each; videos and GIFs in parts, and then worked on for a while.

https://docs.x.com/x-api/media/quickstart/media-upload-chunked. Larger parts than these meet a 413
without words, which asks for smaller ones. How far a file came is kept, and where a part got no
answer it is sent again under its number. Called by the adapter beside it.
"""

import time
from typing import Any, BinaryIO

from publishers import handles
from publishers.adapters.x.calls import Calls
from publishers.adapters.x.refusals import NAME
from publishers.contract import (
    Media,
    NotPublished,
    Payload,
    Processing,
    Rejected,
    Reply,
    Step,
    TryLater,
)
from publishers.verdicts import at, quoted, text_at

PART, LEAST_PART, PARTS = 1024 * 1024, 64 * 1024, 1000
# As many as fit into a turn of some seconds.
AT_ONCE = 32
PART_SECONDS = 60.0
LIVES, MARGIN = 86_400, 3600
LONGEST_PAUSE = 300
WORKING = ("pending", "in_progress")
GONE = TryLater(f"{NAME} no longer has a picture or video; it is uploaded again.", after=1)


def in_parts(media: Media) -> bool:
    """What moves."""
    return media.is_video or media.mime == "image/gif"


def prepare(calls: Calls, payload: Payload, step: Step) -> Processing | NotPublished | None:
    for media in payload.media:
        if (outcome := _upload(calls, media, step)) is not None:
            return outcome
    # Only now: X works on all of them at once.
    for media in payload.media:
        outcome = _wait_for(calls, media, step) or _describe(calls, media, step)
        if outcome is not None:
            return outcome
    return None


def _upload(calls: Calls, media: Media, step: Step) -> Processing | NotPublished | None:
    if not in_parts(media):
        return None if handles.held(step, media) else _whole(calls, media, step)
    if not handles.held(step, media) and (problem := _begin(calls, media, step)) is not None:
        return problem
    if handles.held(step, media).get("whole"):
        return None
    with media.stream() as stream:
        return _send_on(calls, media, stream, step)


def _whole(calls: Calls, media: Media, step: Step) -> Processing | NotPublished | None:
    file = {"media": (media.sha256[:16], media.read(), media.mime)}
    form = {"media_category": "tweet_image"}
    reply = calls.ask("POST", "/2/media/upload", files=file, form=form)
    if not isinstance(reply, Reply):
        return reply
    number = text_at(reply.json, "data", "id")
    if not number:
        return TryLater(f"{NAME} took a picture but did not name it. It is uploaded again.")
    facts = {"id": number, "whole": True, "described": not media.alt}
    return _told(media, facts, reply, step)


# -- in parts


def _begin(calls: Calls, media: Media, step: Step) -> NotPublished | None:
    category = "tweet_video" if media.is_video else "tweet_gif"
    told = {"media_type": media.mime, "total_bytes": media.size, "media_category": category}
    reply = calls.ask("POST", "/2/media/upload/initialize", json=told)
    if not isinstance(reply, Reply):
        return reply
    number = text_at(reply.json, "data", "id")
    if not number:
        return TryLater(f"{NAME} gave no place for a video.")
    part = max(PART, -(-media.size // PARTS))
    facts: dict[str, Any] = {"sent": 0, "parts": 0, "part": part, "whole": False, "ready": False}
    handles.keep(step, media, _life(reply), id=number, described=not media.alt, **facts)
    return None


def _send_on(
    calls: Calls, media: Media, stream: BinaryIO, step: Step
) -> Processing | NotPublished | None:
    """From where it stands, as much as fits into one turn."""
    for _ in range(AT_ONCE):
        held = handles.held(step, media)
        if not held:
            return GONE
        if held["sent"] >= media.size:
            return _finish(calls, media, held, step)
        if (problem := _append(calls, media, held, stream, step)) is not None:
            return problem
    return Processing(str(handles.held(step, media).get("id", "")), 1)


def _append(
    calls: Calls, media: Media, held: dict[str, Any], stream: BinaryIO, step: Step
) -> NotPublished | None:
    stream.seek(held["sent"])
    piece = stream.read(min(held["part"], media.size - held["sent"]))
    if not piece:
        return Rejected("A video is shorter than it was when it was chosen. Upload it anew.")
    reply = calls.ask(
        "POST",
        f"/2/media/upload/{held['id']}/append",
        files={"media": ("part", piece, "application/octet-stream")},
        form={"segment_index": str(held["parts"])},
        seconds=PART_SECONDS,
        accept=(404, 413),
    )
    if not isinstance(reply, Reply):
        return reply
    if reply.status == 404:
        return _gone(media, step)
    if reply.status == 413:
        return _smaller(media, held, step)
    _keep(step, media, held, sent=held["sent"] + len(piece), parts=held["parts"] + 1)
    return None


def _smaller(media: Media, held: dict[str, Any], step: Step) -> Rejected | None:
    part = held["part"] // 2
    left = -(-(media.size - held["sent"]) // max(part, 1))
    if part < LEAST_PART or held["parts"] + left > PARTS:
        handles.drop(step, [media])
        return Rejected(f"{NAME} takes no video of this size. Save it smaller.", code="413")
    _keep(step, media, held, part=part)
    return None


def _finish(
    calls: Calls, media: Media, held: dict[str, Any], step: Step
) -> Processing | NotPublished | None:
    reply = calls.ask("POST", f"/2/media/upload/{held['id']}/finalize", accept=(404,))
    if isinstance(reply, Rejected):
        # The answer to an earlier one may have been lost; then it is refused, and all is well.
        known = _status(calls, held)
        if not isinstance(known, Reply) or not text_at(
            known.json, "data", "processing_info", "state"
        ):
            handles.drop(step, [media])
            return reply
        reply = known
    if not isinstance(reply, Reply):
        return reply
    if reply.status == 404:
        return _gone(media, step)
    return _told(media, {**held, "whole": True}, reply, step)


# -- until it can be posted


def _wait_for(calls: Calls, media: Media, step: Step) -> Processing | NotPublished | None:
    held = handles.held(step, media)
    if not held:
        return GONE
    if held["ready"]:
        return None
    reply = _status(calls, held)
    if not isinstance(reply, Reply):
        return reply
    return _gone(media, step) if reply.status == 404 else _told(media, held, reply, step)


def _status(calls: Calls, held: dict[str, Any]) -> Reply | NotPublished:
    query = {"command": "STATUS", "media_id": str(held["id"])}
    return calls.ask("GET", "/2/media/upload", params=query, accept=(404,))


def _told(
    media: Media, facts: dict[str, Any], reply: Reply, step: Step
) -> Processing | NotPublished | None:
    """What X says of a file that is there in whole; without a word on work it is ready."""
    if not text_at(reply.json, "data", "id"):
        return TryLater(f"{NAME} does not say what became of a picture or video.", after=5)
    info = at(reply.json, "data", "processing_info")
    state = text_at(info, "state")
    if state == "failed":
        handles.drop(step, [media])
        words = text_at(info, "error", "message") or "the file cannot be used"
        fix = "Save it again as MP4 with H.264 and AAC." if media.is_video else "Save it again."
        return Rejected(quoted(NAME, words, fix), code="processing_failed")
    works = state in WORKING
    handles.keep(step, media, _life(reply), **{**facts, "ready": not works})
    return Processing(facts["id"], _pause(at(info, "check_after_secs"))) if works else None


def _pause(told: Any) -> int:
    return min(max(told, 1), LONGEST_PAUSE) if isinstance(told, int) else 5


def _life(reply: Reply) -> int:
    told = at(reply.json, "data", "expires_after_secs")
    return max(60, (told if isinstance(told, int) else LIVES) - MARGIN)


def _gone(media: Media, step: Step) -> TryLater:
    handles.drop(step, [media])
    return GONE


def _describe(calls: Calls, media: Media, step: Step) -> NotPublished | None:
    """Of videos X may not take it, and they are posted all the same."""
    held = handles.held(step, media)
    if not held or held["described"]:
        return None
    body = {"id": held["id"], "metadata": {"alt_text": {"text": media.alt}}}
    reply = calls.ask("POST", "/2/media/metadata", json=body)
    if isinstance(reply, Reply) or (isinstance(reply, Rejected) and media.is_video):
        _keep(step, media, held, described=True)
        return None
    return reply


def _keep(step: Step, media: Media, held: dict[str, Any], **changed: Any) -> None:
    """With the end that it had."""
    handles.keep(step, media, held["until"] - time.time(), **{**held, **changed})
