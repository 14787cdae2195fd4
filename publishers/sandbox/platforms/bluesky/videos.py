"""The video service: takes a video, works on it, and lays it on the account's server.

Of its own host on the platform itself. https://docs.bsky.app/docs/tutorials/video
"""

import secrets
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from publishers.sandbox import content_id, files, pictures, uploads
from publishers.sandbox.models import Account, Credential, Picture, Upload
from publishers.sandbox.platforms.bluesky import blobs, passes
from publishers.sandbox.platforms.bluesky.errors import invalid, params_of, refused, xrpc_error
from publishers.sandbox.twin import Asked, Refused, answer

SERVICE = "did:web:video.bsky.app"
LAY_DOWN, LIMITS = "com.atproto.repo.uploadBlob", "app.bsky.video.getUploadLimits"
LARGEST = 300_000_000
LONGEST = 600.0
DAY = timedelta(days=1)
DAILY, DAILY_BYTES = 25, 10_000_000_000
KEPT = 7 * uploads.DAY
NO_MORE = "User has reached daily upload limit"


def identify(request: HttpRequest) -> Credential:
    if request.path.endswith(LIMITS):
        return passes.shown(request, SERVICE, LIMITS)
    holder = urlsplit(f"//{request.get_host()}").hostname
    return passes.shown(request, f"did:web:{holder}", LAY_DOWN)


def limits(asked: Asked) -> HttpResponse:
    videos, size = left(asked.who)
    told = {"remainingDailyVideos": videos, "remainingDailyBytes": size}
    if videos and size:
        return answer({"canUpload": True, **told})
    return answer({"canUpload": False, **told, "error": "quota", "message": NO_MORE})


def upload(asked: Asked) -> HttpResponse:
    who, request, params = asked.who, asked.request, params_of(asked, "did", "name")
    size = request.headers.get("Content-Length", "")
    if params["did"] != who.remote_id:
        raise refused("AuthRequired", "did does not match the token", 401)
    if request.headers.get("Content-Type") != "video/mp4":
        raise invalid("Unsupported content type")
    if not size.isdecimal() or int(size) == 0:
        raise invalid("Content-Length is required")
    if int(size) > LARGEST:
        raise Refused(xrpc_error(413, "VideoTooLarge", "The video is too large"))
    if not all(left(who)):
        raise refused("DailyLimitExceeded", NO_MORE)
    made = uploads.begin(who, secrets.token_hex(10), size=int(size), mime="video/mp4", seconds=KEPT)
    uploads.take(made, request, 0)
    if made.missing is not None:
        files.drop(made.kept)
        raise invalid("The video broke off")
    return _begun(made)


def status(asked: Asked) -> HttpResponse:
    """For whoever knows the name of the job."""
    job = _job(params_of(asked, "jobId")["jobId"])
    if job is None:
        raise invalid("Job not found")
    return answer({"jobStatus": shown(job)})


def whose(request: HttpRequest) -> Account | None:
    job = _job(request.GET.get("jobId", ""))
    return job.account if job else None


def _begun(made: Upload) -> HttpResponse:
    known = same_as(made)
    if known is not None:
        files.drop(made.kept)
        made.delete()
        told = {"jobId": known.remote_id, "did": made.account.remote_id}
        words = {"error": "already_exists", "message": "Video already processed"}
        return answer({**told, "state": "JOB_STATE_COMPLETED", **words}, 409)
    work(made)
    return answer({"jobStatus": shown(made) | {"state": "JOB_STATE_CREATED"}})


def same_as(made: Upload) -> Upload | None:
    """The one by which the very same video came before."""
    same = Upload.objects.filter(account=made.account, picture__remote_id=_cid(made))
    return same.exclude(picture__failed=True).first()


def work(made: Upload) -> None:
    """As a blob of the account's server, where it may have been before."""
    cid = _cid(made)
    blob = Picture.objects.filter(account=made.account, remote_id=cid).first()
    if blob is None:
        if uploads.finish(made, cid) is not None:
            return
    elif blob.failed:
        pictures.work(blob)
        blob.save(update_fields=["ready_at", "failed"])
    files.drop(made.kept)
    made.picture, made.kept = blob, ""
    made.save(update_fields=["picture", "kept"])


def shown(job: Upload) -> dict[str, Any]:
    told = {"jobId": job.remote_id, "did": job.account.remote_id}
    row = job.picture
    if job.kept:
        return {**told, "state": "JOB_STATE_CREATED"}
    if row is not None and row.state == Picture.State.PROCESSING:
        return {**told, "state": "JOB_STATE_ENCODING", "progress": 50}
    code = _fault(row)
    if row is None or code:
        words = {"failureCode": code, "error": code, "message": "Could not process the video"}
        return {**told, "state": "JOB_STATE_FAILED", **words}
    return {**told, "state": "JOB_STATE_COMPLETED", "progress": 100, "blob": blobs.reference(row)}


def _fault(row: Picture | None) -> str:
    if row is None or row.mime != "video/mp4" or row.seconds > LONGEST:
        return "validation_failure"
    return "encoding_failure" if row.state == Picture.State.FAILED else ""


def left(who: Account) -> tuple[int, int]:
    """Videos and bytes of the last 24 hours."""
    taken = list(who.uploads.filter(created_at__gt=timezone.now() - DAY).values_list("size"))
    most = DAILY if who.day_limit is None else who.day_limit
    return max(0, most - len(taken)), max(0, DAILY_BYTES - sum(size for (size,) in taken))


def _cid(made: Upload) -> str:
    return content_id.of_digest(files.digest(made.kept))


def _job(name: str) -> Upload | None:
    rows = Upload.objects.select_related("account", "picture__account")
    return rows.filter(account__platform="bluesky", remote_id=name).first()
