"""Videos on LinkedIn: a place for each part, the parts, the end of the upload, then a state."""

from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse

from publishers.sandbox import ids, uploads
from publishers.sandbox.models import Account, Picture, Upload
from publishers.sandbox.platforms.linkedin import images
from publishers.sandbox.platforms.linkedin.errors import bad_field, body_of, error, needs, versioned
from publishers.sandbox.platforms.linkedin.people import author
from publishers.sandbox.platforms.linkedin.people import urn as urn_of
from publishers.sandbox.twin import Asked, Refused, answer

PART = 4 * 1024 * 1024
SMALLEST, LARGEST = 75_000, 500_000_000
SECONDS = (3.0, 1800.0)
UPLOAD_SECONDS = 86_400
KIND = "urn:li:video:"


def act(asked: Asked) -> HttpResponse:
    versioned(asked.request)
    actions = {"initializeUpload": _initialize, "finalizeUpload": _finalize}
    name = asked.request.GET.get("action", "")
    if name not in actions:
        message = f"The action must be one of {', '.join(actions)}"
        raise Refused(error(400, "ILLEGAL_ARGUMENT", message))
    wanted = body_of(asked).get(f"{name}Request")
    if not isinstance(wanted, dict):
        raise bad_field(f"{name}Request", "MISSING_FIELD", f"{name}Request is required")
    return actions[name](asked, wanted)


def _initialize(asked: Asked, wanted: dict[str, Any]) -> HttpResponse:
    for name in ("owner", "fileSizeBytes", "uploadCaptions", "uploadThumbnail"):
        if name not in wanted:
            raise bad_field(f"initializeUploadRequest/{name}", "MISSING_FIELD", f"{name} is needed")
    owner, size = author(asked, wanted["owner"], "w_organization_social"), wanted["fileSizeBytes"]
    if not isinstance(size, int) or not 0 < size <= LARGEST:
        path = "initializeUploadRequest/fileSizeBytes"
        raise bad_field(path, "INVALID_VALUE_FOR_FIELD", f"A video cannot have {size} bytes")
    urn, token = f"{KIND}C4D{ids.snowflake()}", ids.tid()
    row = uploads.begin(owner, urn, size=size, seconds=UPLOAD_SECONDS, token=token, tags={})
    base = asked.request.build_absolute_uri().partition("/rest/videos")[0]
    place = f"{base}/dms-uploads/{quote(urn, safe='')}"
    parts = [
        {
            "uploadUrl": f"{place}/{number}?t={token}",
            "firstByte": first,
            "lastByte": min(first + PART, size) - 1,
        }
        for number, first in enumerate(range(0, size, PART))
    ]
    value = {
        "uploadUrlsExpireAt": int(row.expires_at.timestamp() * 1000),
        "video": urn,
        "uploadInstructions": parts,
        "uploadToken": token,
    }
    return answer({"value": value})


# -- the parts, which ask for no token


def whose(request: HttpRequest) -> Account | None:
    """An address of a part is as good as a token for it."""
    found = _upload(request)
    return found.account if found else None


def _upload(request: HttpRequest) -> Upload | None:
    match = request.resolver_match
    urn = match.kwargs.get("urn", "") if match else ""
    rows = Upload.objects.select_related("account").filter(account__platform="linkedin")
    return rows.filter(remote_id=urn, said__token=request.GET.get("t", "")).first()


def receive(asked: Asked, urn: str, part: int) -> HttpResponse:
    known = _upload(asked.request)
    row = uploads.find(known.account, urn) if known else None
    first = part * PART
    if row is None or row.picture_id or first >= row.size:
        raise Refused(error(403, "EXPIRED_UPLOAD_URL", "The upload URL has expired"))
    if "Authorization" in asked.request.headers:
        raise Refused(error(400, "ILLEGAL_ARGUMENT", "A part is uploaded without authorization"))
    if asked.request.content_type != "application/octet-stream":
        raise Refused(error(415, "UNSUPPORTED_MEDIA_TYPE", "A part is application/octet-stream"))
    due = min(PART, row.size - first)
    try:
        came = uploads.take(row, asked.request, first)
    except uploads.Misplaced:
        came = -1
    if came != due:
        raise Refused(error(400, "ILLEGAL_ARGUMENT", f"A part of {due} bytes had {came}"))
    tag = f"/ambry-video/signedId/{ids.snowflake()}"
    row.said = {**row.said, "tags": {**row.said["tags"], str(part): tag}}
    row.save(update_fields=["said"])
    return HttpResponse(status=200, headers={"ETag": f'"{tag}"'})


def _finalize(asked: Asked, wanted: dict[str, Any]) -> HttpResponse:
    path, urn = "finalizeUploadRequest", wanted.get("video")
    found = [uploads.find(who, str(urn)) for who in (asked.who, *asked.who.organizations.all())]
    row = next((one for one in found if one is not None), None)
    if row is None or row.picture_id:
        raise bad_field(f"{path}/video", "INVALID_VIDEO_ID", f"{urn} is not being uploaded")
    author(asked, urn_of(row.account), "w_organization_social")
    if wanted.get("uploadToken") != row.said["token"]:
        raise bad_field(f"{path}/uploadToken", "INVALID_VALUE_FOR_FIELD", "Another uploadToken")
    tags = [row.said["tags"].get(str(number)) for number in range(-(-row.size // PART))]
    if row.missing is not None or wanted.get("uploadedPartIds") != tags:
        message = "uploadedPartIds are not the parts of the video in their order"
        raise bad_field(f"{path}/uploadedPartIds", "INVALID_VALUE_FOR_FIELD", message)
    picture = uploads.finish(row, row.remote_id)
    if picture is None:
        picture = Picture.objects.create(account=row.account, remote_id=row.remote_id, failed=True)
        Upload.objects.filter(pk=row.pk).update(picture=picture)
    if _problem(picture):
        Picture.objects.filter(pk=picture.pk).update(failed=True)
    return HttpResponse(status=200)


def _problem(picture: Picture) -> str:
    if picture.mime != "video/mp4":
        return "The file is not an MP4 video"
    if picture.size < SMALLEST:
        return f"The video has less than {SMALLEST} bytes"
    if not SECONDS[0] <= picture.seconds <= SECONDS[1]:
        return f"The video lasts {picture.seconds} seconds"
    return ""


# -- what became of it


def status(asked: Asked, urn: str) -> HttpResponse:
    versioned(asked.request)
    needs(asked, "r_organization_social", "rw_organization_admin", what="videos.GET.NO_VERSION")
    owners = [asked.who, *asked.who.organizations.all()]
    row = Picture.objects.filter(account__in=owners, remote_id=urn).first()
    upload = Upload.objects.filter(account__in=owners, remote_id=urn).first()
    if row is None and upload is None:
        raise Refused(error(404, "NOT_FOUND", f"{urn} is not found"))
    told = {"id": urn, "status": state(row)}
    if row is not None and told["status"] == "PROCESSING_FAILED":
        told["processingFailureReason"] = _problem(row) or "The video could not be processed"
    return answer(told)


def state(row: Picture | None) -> str:
    return images.state(row) if row else "WAITING_UPLOAD"


def usable(owner: Account, urn: str, path: str) -> Picture:
    """The video of a post's author; Refused while it cannot be shown."""
    row = owner.pictures.filter(remote_id=urn).first()
    if row is None and not owner.uploads.filter(remote_id=urn).exists():
        raise bad_field(path, "INVALID_VIDEO_ID", f"{urn} is not a video of the author")
    found = state(row)
    if row is None or found in ("PROCESSING", "WAITING_UPLOAD"):
        raise Refused(error(400, "MEDIA_ASSET_WAITING_UPLOAD", f"{urn} is not available yet"))
    if found == "PROCESSING_FAILED":
        message = f"{urn} could not be processed"
        raise Refused(error(400, "MEDIA_ASSET_PROCESSING_FAILED", message))
    return row
