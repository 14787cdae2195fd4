"""Pictures and videos, handed over before the post and worked on meanwhile. Called by the adapter
beside it.
"""

from publishers import handles
from publishers.adapters.linkedin import documents, files, videos
from publishers.adapters.linkedin.calls import Calls
from publishers.adapters.linkedin.refusals import NAME
from publishers.contract import Media, NotPublished, Payload, Processing, Rejected, Step
from publishers.verdicts import quoted

AGAIN, AGAIN_VIDEO = 5, 10


def prepare(calls: Calls, payload: Payload, step: Step) -> Processing | NotPublished | None:
    """All are handed over before one is waited for."""
    if documents.is_one(payload):
        return documents.prepare(calls, payload, step)
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
    if documents.is_one(payload):
        urn = documents.urn(payload, step)
        return [urn] if urn else None
    held = [handles.held(step, media) for media in payload.media]
    found = [str(one.get("urn", "")) for one in held if not videos.is_partial(one)]
    return found if len(found) == len(held) and all(found) else None


def drop(payload: Payload, step: Step) -> None:
    """What LinkedIn says is no good is uploaded again."""
    handles.drop(step, payload.media)
    if documents.is_one(payload):
        documents.drop(payload, step)


def _upload(calls: Calls, media: Media, step: Step) -> NotPublished | None:
    if handles.held(step, media):
        return None
    with media.stream() as stream:
        urn = files.put(calls, "image", media.mime, stream, media.size)
    if not isinstance(urn, str):
        return urn
    handles.keep(step, media, files.KEPT_SECONDS, urn=urn, checked=False)
    return None


def _wait(calls: Calls, media: Media, step: Step) -> Processing | NotPublished | None:
    kept = handles.held(step, media)
    if not kept or kept.get("checked"):
        return None
    urn = str(kept["urn"])
    state = files.state(calls, "video" if media.is_video else "image", urn)
    if not isinstance(state, files.State):
        return state
    if state.name == "PROCESSING_FAILED":
        handles.drop(step, [media])
        return _failed(media, state.reason)
    if state.is_waited_for:
        return Processing(urn, AGAIN_VIDEO if media.is_video else AGAIN)
    handles.keep(step, media, files.KEPT_SECONDS, urn=urn, checked=True)
    return None


def _failed(media: Media, reason: str) -> Rejected:
    if not media.is_video:
        return Rejected(f"{NAME} could not read a picture. Save it again as JPEG or PNG.")
    fix = "Save the video again as MP4."
    if reason:
        return Rejected(quoted(NAME, reason, fix), code="PROCESSING_FAILED")
    return Rejected(f"{NAME} could not work on the video. {fix}", code="PROCESSING_FAILED")
