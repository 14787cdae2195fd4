"""Large videos go to the video service in parts: a line that breaks costs one of them.

Called by videos.py. Lexicons of app.bsky.video: startUpload, uploadPart, finishUpload.
"""

from typing import Any, BinaryIO

from publishers import handles
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
from publishers.verdicts import at, is_fine, text_at

LARGE = 25_000_000
AT_ONCE = 5
PART_SECONDS = 180.0
KEPT_SECONDS = 3600
# A service that takes none says that there is no such method.
NOT_OFFERED = (404, 501)
LOST = frozenset(
    {
        "UploadNotFound",
        "UploadExpired",
        "UploadFailed",
        "UploadAborted",
        "UploadAlreadyCompleted",
        "MissingParts",
        "PartSizeMismatch",
        "InvalidPartNumber",
    }
)


def is_begun(media: Media, step: Step) -> bool:
    return bool(handles.held_as(step, _name(media)))


def send(
    service: Service, media: Media, step: Step
) -> dict[str, Any] | Processing | NotPublished | None:
    """The state of the job once all parts are there. None: the service takes no parts."""
    token = service.pass_to_lay_down()
    if not isinstance(token, str):
        return token
    plan = _plan(service, media, step, token)
    if not isinstance(plan, dict):
        return plan
    # One stream for several parts: it is checked from its beginning each time that it is opened.
    with media.stream() as stream:
        for _ in range(AT_ONCE):
            if plan["sent"] >= plan["count"]:
                return _finish(service, plan, media, step, token)
            reply = _part(service, plan, media.size, stream, token)
            if not isinstance(reply, Reply):
                return _lost(reply, media, step)
            plan = {**plan, "sent": plan["sent"] + 1}
            handles.keep_as(step, _name(media), KEPT_SECONDS, **plan)
    return Processing(str(plan["id"]), 1)


def described(media: Media) -> dict[str, Any]:
    """What it is, so that one that is too long is refused before it is sent."""
    said = {"sizeBytes": media.size, "mimeType": media.mime, "name": name_of(media)}
    told = {"durationMs": int(media.seconds * 1000), "width": media.width, "height": media.height}
    return said | {name: value for name, value in told.items() if value}


def name_of(media: Media) -> str:
    return f"{media.sha256[:16]}.mp4"


def _plan(
    service: Service, media: Media, step: Step, token: str
) -> dict[str, Any] | NotPublished | None:
    """{id, size, count, sent}: of the parts the size in bytes, how many, and how many are there."""
    if kept := handles.held_as(step, _name(media)):
        return {name: kept[name] for name in ("id", "size", "count", "sent")}
    reply = service.ask("POST", "startUpload", token, NOT_OFFERED, json=described(media))
    if not isinstance(reply, Reply):
        return reply
    job, size = text_at(reply.json, "jobId"), at(reply.json, "partSizeBytes")
    count = at(reply.json, "partCount")
    sound = isinstance(size, int) and size > 0 and count == -(-media.size // size)
    if not is_fine(reply) or not job or not sound:
        return None
    plan = {"id": job, "size": size, "count": count, "sent": 0}
    handles.keep_as(step, _name(media), KEPT_SECONDS, **plan)
    return plan


def _part(
    service: Service, plan: dict[str, Any], size: int, stream: BinaryIO, token: str
) -> Reply | NotPublished:
    """The next one of all `size` bytes; sent again it is the same one."""
    first = plan["sent"] * plan["size"]
    query = {"jobId": str(plan["id"]), "partNumber": str(plan["sent"] + 1)}
    stream.seek(first)
    return service.ask(
        "POST",
        "uploadPart",
        token,
        params=query,
        headers={"Content-Type": "application/octet-stream"},
        data=stream,
        length=min(plan["size"], size - first),
        seconds=PART_SECONDS,
    )


def _finish(
    service: Service, plan: dict[str, Any], media: Media, step: Step, token: str
) -> dict[str, Any] | NotPublished:
    """The job may be another one, where the service has had the video before."""
    reply = service.ask("POST", "finishUpload", token, json={"jobId": plan["id"]})
    if not isinstance(reply, Reply):
        return _lost(reply, media, step)
    handles.drop_as(step, _name(media))
    status, job = at(reply.json, "jobStatus"), text_at(reply.json, "completedJobId")
    return {"jobId": job or plan["id"], **(status if isinstance(status, dict) else {})}


def _lost(problem: NotPublished, media: Media, step: Step) -> NotPublished:
    if not isinstance(problem, Rejected):
        return problem
    if problem.code == "UploadNotReady":
        return TryLater("The video service is putting the video together.", after=5)
    handles.drop_as(step, _name(media))
    if problem.code in LOST:
        return TryLater("The video service lost the video; it is sent again.")
    return problem


def _name(media: Media) -> str:
    return f"parts:{media.sha256}"
