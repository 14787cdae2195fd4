"""Pictures and videos, handed over before the post and worked on meanwhile. Called by the adapter
beside it.
"""

import re

from publishers import handles
from publishers.adapters.linkedin import videos
from publishers.adapters.linkedin.calls import Calls, encoded, judged
from publishers.adapters.linkedin.refusals import DENIED, NAME
from publishers.contract import (
    Media,
    NotPublished,
    Payload,
    Processing,
    Reconnect,
    Rejected,
    Reply,
    Step,
    TryLater,
)
from publishers.verdicts import quoted, repeatable, text_at

IMAGE_SECONDS = 20 * 3600
AGAIN, AGAIN_VIDEO = 5, 10
# Our access is sent there.
_ITS_OWN = re.compile(r"https://(?:[a-z0-9-]+\.)*linkedin\.com/")


def prepare(calls: Calls, payload: Payload, step: Step) -> Processing | NotPublished | None:
    """All are handed over before one is waited for."""
    for media in payload.media:
        send = videos.upload if media.is_video else _upload
        if (problem := send(calls, media, step)) is not None:
            return problem
    for media in payload.media:
        if (waiting := _wait(calls, media, step)) is not None:
            return waiting
    return None


def urns(payload: Payload, step: Step) -> list[str] | None:
    """What they are called there; None while one of them is missing."""
    held = [handles.held(step, media) for media in payload.media]
    found = [str(one.get("urn", "")) for one in held if not videos.is_partial(one)]
    return found if len(found) == len(held) and all(found) else None


def _upload(calls: Calls, media: Media, step: Step) -> NotPublished | None:
    if handles.held(step, media):
        return None
    body = {"initializeUploadRequest": {"owner": calls.account.remote_id}}
    reply = calls.ask("POST", "/rest/images?action=initializeUpload", json=body)
    if not isinstance(reply, Reply):
        return reply
    urn, url = text_at(reply.json, "value", "image"), text_at(reply.json, "value", "uploadUrl")
    is_theirs = calls.app.moved or _ITS_OWN.match(url)
    if not urn or not url or not is_theirs:
        return TryLater(f"{NAME} gave no place for a picture.")
    headers = calls.bearer() | {"Content-Type": media.mime}
    with media.stream() as stream:
        answer = calls.http.send("PUT", url, headers=headers, data=stream, length=media.size)
    stored = judged(repeatable(answer, NAME))
    if not isinstance(stored, Reply):
        return stored
    handles.keep(step, media, IMAGE_SECONDS, urn=urn, checked=False)
    return None


def _wait(calls: Calls, media: Media, step: Step) -> Processing | NotPublished | None:
    """Members may not ask for the state (403): then posting tells."""
    kept = handles.held(step, media)
    if not kept or kept.get("checked"):
        return None
    urn, kind = str(kept["urn"]), "videos" if media.is_video else "images"
    reply = calls.ask("GET", f"/rest/{kind}/{encoded(urn)}")
    if isinstance(reply, TryLater) or (isinstance(reply, Reconnect) and reply is not DENIED):
        return reply
    found = reply.json if isinstance(reply, Reply) else None
    state = text_at(found, "status")
    if state == "PROCESSING_FAILED":
        handles.drop(step, [media])
        return _failed(media, text_at(found, "processingFailureReason"))
    if state in ("PROCESSING", "WAITING_UPLOAD"):
        return Processing(urn, AGAIN_VIDEO if media.is_video else AGAIN)
    handles.keep(step, media, IMAGE_SECONDS, urn=urn, checked=True)
    return None


def _failed(media: Media, reason: str) -> Rejected:
    if not media.is_video:
        return Rejected(f"{NAME} could not read a picture. Save it again as JPEG or PNG.")
    fix = "Save the video again as MP4."
    if reason:
        return Rejected(quoted(NAME, reason, fix), code="PROCESSING_FAILED")
    return Rejected(f"{NAME} could not work on the video. {fix}", code="PROCESSING_FAILED")
