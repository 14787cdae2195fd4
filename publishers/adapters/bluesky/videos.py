"""Videos: handed to the video service, which works on them and lays them on the account's server.

It acts there for the account by a pass that the server gives, good for that one thing. Called by
the adapter beside it. https://docs.bsky.app/docs/tutorials/video
"""

import time
from typing import Any
from urllib.parse import urlsplit

from publishers import handles
from publishers.adapters.bluesky.refusals import NAME, UNCONFIRMED, VIDEO_FIX, VIDEO_RULES
from publishers.adapters.bluesky.server import Server, refused
from publishers.contract import (
    Media,
    NotPublished,
    Processing,
    Rejected,
    Reply,
    Step,
    TryLater,
)
from publishers.verdicts import Said, at, is_fine, quoted, repeatable, text_at

SERVICE = "https://video.bsky.app"
SERVICE_NAME = "did:web:video.bsky.app"
# The pass must last until the service has worked on the video and laid it down.
PASS_SECONDS = 1800
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
    job = str(handles.held_as(step, _name(media)).get("id") or "")
    if not job:
        problem = _unwelcome(server, media)
        return _upload(server, media, step) if problem is None else problem
    reply = _service(server, "GET", "app.bsky.video.getJobStatus", params={"jobId": job})
    if isinstance(reply, Rejected):
        handles.drop_as(step, _name(media))
        return TryLater("The video service does not know the video any more; it is sent again.")
    return _told(reply.json, media, step) if isinstance(reply, Reply) else reply


def _unwelcome(server: Server, media: Media) -> NotPublished | None:
    """Asked before a long upload: an account without a confirmed e-mail address, a day's fill."""
    name = "app.bsky.video.getUploadLimits"
    token = _pass(server, SERVICE_NAME, name)
    if not isinstance(token, str):
        return token
    reply = _service(server, "GET", name, token)
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


def _upload(server: Server, media: Media, step: Step) -> Processing | NotPublished | None:
    holder = f"did:web:{urlsplit(server.host).hostname}"
    token = _pass(server, holder, "com.atproto.repo.uploadBlob", PASS_SECONDS)
    if not isinstance(token, str):
        return token
    query = {"did": server.account.remote_id, "name": f"{media.sha256[:16]}.mp4"}
    with media.stream() as stream:
        reply = _service(
            server,
            "POST",
            "app.bsky.video.uploadVideo",
            token,
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


def _pass(server: Server, audience: str, method: str, seconds: int = 0) -> str | NotPublished:
    """What lets its bearer call this one method there for the account; a minute by default."""
    query = {"aud": audience, "lxm": method}
    if seconds:
        query["exp"] = str(int(time.time()) + seconds)
    name = "com.atproto.server.getServiceAuth"
    reply = server.ask("GET", name, headers=server.bearer(), params=query)
    if not isinstance(reply, Reply):
        return reply
    token = text_at(reply.json, "token")
    return token or TryLater("The server gave no pass for the video service.")


def _service(
    server: Server, method: str, name: str, token: str = "", **request: Any
) -> Reply | NotPublished:
    """A reply is a 2xx, or that it has had this video before."""
    shown = {"Authorization": f"Bearer {token}"} if token else {}
    headers = {**shown, **request.pop("headers", {})}
    url = server.app.at(f"{SERVICE}/xrpc/{name}")
    answer = server.http.send(method, url, headers=headers, **request)
    if isinstance(answer, Reply) and answer.status == 401:
        # It is the pass that it does not accept: the account's session may be fine.
        return TryLater("The video service did not accept the server's pass for the account.")
    reply = repeatable(answer, NAME)
    if not isinstance(reply, Reply) or is_fine(reply) or reply.status == HAD_BEFORE:
        return reply
    return refused(reply, VIDEO_RULES)


def _name(media: Media) -> str:
    return f"job:{media.sha256}"
