"""Videos: handed to the video service, which works on them and lays them on the account's server.

Called by the adapter beside it. https://docs.bsky.app/docs/tutorials/video
"""

from typing import Any

from publishers import handles
from publishers.adapters.bluesky import parts
from publishers.adapters.bluesky.refusals import NAME, UNCONFIRMED, VIDEO_FIX
from publishers.adapters.bluesky.server import Server
from publishers.adapters.bluesky.service import Service
from publishers.contract import (
    Media,
    NotPublished,
    Processing,
    Rejected,
    Reply,
    Step,
    TryLater,
)
from publishers.verdicts import Said, at, quoted, text_at

UPLOAD_SECONDS = 900.0
# What no post names is dropped after a while.
BLOB_SECONDS = 3600
JOB_SECONDS = 3600
LOOK_AFTER = 4
# How much of a day's allowance comes back is not told.
LATER = 3600
HAD_BEFORE = 409
FULL = TryLater(f"{NAME} takes no more videos of this account for now.", after=LATER)


def prepare(server: Server, media: Media, step: Step) -> Processing | NotPublished | None:
    """None: it lies on the server, and its blob is kept in `step`."""
    if handles.held(step, media):
        return None
    service = Service(server)
    job = str(handles.held_as(step, _name(media)).get("id") or "")
    if not job:
        return _hand_over(service, media, step)
    reply = service.ask("GET", "getJobStatus", params={"jobId": job})
    if isinstance(reply, Rejected):
        handles.drop_as(step, _name(media))
        return TryLater("The video service does not know the video any more; it is sent again.")
    return _told(reply.json, media, step) if isinstance(reply, Reply) else reply


def _hand_over(service: Service, media: Media, step: Step) -> Processing | NotPublished | None:
    problem = None if parts.is_begun(media, step) else _unwelcome(service, media)
    if problem is not None:
        return problem
    if media.size > parts.LARGE:
        sent = parts.send(service, media, step)
        if isinstance(sent, dict):
            return _told(sent, media, step)
        if sent is not None:
            return sent
    return _upload(service, media, step)


def _unwelcome(service: Service, media: Media) -> NotPublished | None:
    """Asked before a long upload: an account without a confirmed e-mail address, a day's fill."""
    token = service.pass_to_ask("getUploadLimits")
    if not isinstance(token, str):
        return token
    reply = service.ask("GET", "getUploadLimits", token)
    if not isinstance(reply, Reply):
        # Where it does not answer that question, the upload tells.
        return None if isinstance(reply, Rejected) else reply
    left = [at(reply.json, f"remainingDaily{what}") for what in ("Videos", "Bytes")]
    least = zip(left, (1, media.size), strict=True)
    if any(isinstance(there, int) and there < needed for there, needed in least):
        return FULL
    if at(reply.json, "canUpload") is not False:
        return None
    words = text_at(reply.json, "message") or text_at(reply.json, "error")
    if UNCONFIRMED.fits(Said(words, frozenset(), reply.status)):
        return Rejected(quoted(NAME, words, str(UNCONFIRMED.then)))
    return TryLater(quoted(NAME, words), after=LATER)


def _upload(service: Service, media: Media, step: Step) -> Processing | NotPublished | None:
    """In one piece."""
    token = service.pass_to_lay_down()
    if not isinstance(token, str):
        return token
    query = {"did": service.server.account.remote_id, "name": parts.name_of(media)}
    with media.stream() as stream:
        reply = service.ask(
            "POST",
            "uploadVideo",
            token,
            (HAD_BEFORE,),
            params=query,
            headers={"Content-Type": media.mime},
            data=stream,
            length=media.size,
            seconds=UPLOAD_SECONDS,
        )
    if not isinstance(reply, Reply):
        return reply
    return _told(reply.json, media, step, had=reply.status == HAD_BEFORE)


def _told(
    body: Any, media: Media, step: Step, *, had: bool = False
) -> Processing | NotPublished | None:
    """Of a job, which the service names as its lexicon does, or not at all.

    A blob counts whatever else is said: a video that the service has `had` before is an error to
    it, and the blob is told when it is asked for that job.
    """
    status = at(body, "jobStatus") or body
    job, state, blob = text_at(status, "jobId"), text_at(status, "state"), at(status, "blob")
    if isinstance(blob, dict):
        handles.drop_as(step, _name(media))
        handles.keep(step, media, BLOB_SECONDS, blob=blob)
        return None
    if state == "JOB_STATE_FAILED" and not had:
        handles.drop_as(step, _name(media))
        return _failed(status)
    if not job:
        return TryLater("The video service took the video but did not name it; it is sent again.")
    handles.keep_as(step, _name(media), JOB_SECONDS, id=job)
    return Processing(job, LOOK_AFTER)


def _failed(status: Any) -> NotPublished:
    words, code = text_at(status, "message"), text_at(status, "failureCode")
    if code in ("validation_failure", "encoding_failure"):
        return Rejected(quoted(NAME, words, VIDEO_FIX), code)
    if code == "pds_upload_unsupported_blob_size":
        return Rejected("The account's own server takes no video as large. Save it smaller.", code)
    return TryLater(f"{NAME} could not work on the video; it is sent again.")


def _name(media: Media) -> str:
    return f"job:{media.sha256}"
