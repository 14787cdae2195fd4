"""Pictures, videos and GIFs on X: in one request or in parts, worked on, described, gone after a
day if not used.
"""

import base64
import binascii
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from publishers.sandbox import files, ids, pictures, uploads
from publishers.sandbox.exchange import json_object, raw_body
from publishers.sandbox.models import Account, Picture, Upload
from publishers.sandbox.platforms.x.errors import body_of, invalid, needs, problem
from publishers.sandbox.twin import Asked, Refused, answer

State = Picture.State
BYTES = 5 * 1024 * 1024
ALT_LIMIT = 1000
SECONDS = 86_400
# What is larger is stopped in front of the API, without a word.
PART_BYTES = 5_000_000
PARTS = 1000
# By category: which files, and how many bytes.
CATEGORIES: dict[str, tuple[tuple[str, ...], int]] = {
    "tweet_image": (("image/jpeg", "image/png", "image/webp", "image/gif"), BYTES),
    "tweet_gif": (("image/gif",), 15 * 1024 * 1024),
    "tweet_video": (("video/mp4", "video/quicktime", "video/webm"), 8 * 1024**3),
    "amplify_video": (("video/mp4", "video/quicktime"), 8 * 1024**3),
}
INIT_KEYS = {"additional_owners", "media_category", "media_type", "shared", "total_bytes"}
STATES = {State.PROCESSING: "in_progress", State.FAILED: "failed"}
UNUSABLE = {"code": 1, "name": "InvalidMedia", "message": "Unsupported video format"}

# -- in one request


def upload(asked: Asked) -> HttpResponse:
    needs(asked, "media.write")
    data, category = _uploaded(asked.request)
    shape = pictures.examine(data)
    if category not in ("tweet_image", "dm_image"):
        raise invalid(f"media_category: {category!r} cannot be uploaded in one request")
    if shape is None or len(data) > BYTES:
        raise invalid(f"media: the file is not a picture of at most {BYTES} bytes")
    expires_at = timezone.now() + timedelta(seconds=SECONDS)
    row = Picture(account=asked.who, remote_id=ids.snowflake(), expires_at=expires_at)
    pictures.fill(row, data, shape)
    return answer({"data": described(row)})


def _uploaded(request: HttpRequest) -> tuple[bytes, str]:
    if request.content_type == "multipart/form-data":
        file = request.FILES.get("media")
        return (file.read() if file else b""), str(request.POST.get("media_category", ""))
    body = json_object(raw_body(request, 2 * BYTES, HttpResponse(status=413))) or {}
    try:
        data = base64.b64decode(str(body.get("media", "")), validate=True)
    except binascii.Error:
        data = b""
    return data, str(body.get("media_category", ""))


# -- in parts


def initialize(asked: Asked) -> HttpResponse:
    needs(asked, "media.write")
    body = body_of(asked)
    if unknown := set(body) - INIT_KEYS:
        raise invalid(f"$.{min(unknown)}: is not defined in the schema")
    kinds, largest = CATEGORIES.get(str(body.get("media_category")), ((), 0))
    size, mime = body.get("total_bytes"), str(body.get("media_type"))
    if mime not in kinds:
        raise invalid(f"$.media_type: {mime!r} does not go with its media_category")
    if not isinstance(size, int) or isinstance(size, bool) or not 0 < size <= largest:
        raise invalid(f"$.total_bytes: must be between 1 and {largest}")
    row = uploads.begin(
        asked.who, ids.snowflake(), size=size, mime=mime, seconds=SECONDS, kinds=kinds, parts=[]
    )
    data = {"id": row.remote_id, "media_key": f"{_prefix(mime)}_{row.remote_id}"}
    return answer({"data": data | {"expires_after_secs": SECONDS}})


def append(asked: Asked, media_id: str) -> HttpResponse:
    """One after the other; each of them also again, if it is the same."""
    needs(asked, "media.write")
    row = _begun(asked.who, media_id)
    file, index = asked.request.FILES.get("media"), str(asked.request.POST.get("segment_index"))
    if file is not None and (file.size or 0) >= PART_BYTES:
        raise Refused(HttpResponse(status=413))
    sizes = list(row.said["parts"])
    if file is None or not index.isdecimal() or int(index) >= PARTS:
        raise invalid("segment_index: between 0 and 999, with its media")
    number = int(index)
    if number > len(sizes) or (number < len(sizes) and file.size != sizes[number]):
        raise invalid(f"segment_index: part {number} does not follow those before it")
    try:
        took = uploads.take(row, file, sum(sizes[:number]))
    except uploads.Misplaced:
        raise invalid("media: the parts are larger than total_bytes") from None
    if number == len(sizes):
        row.said = {**row.said, "parts": [*sizes, took]}
        row.save(update_fields=["said"])
    return answer({"data": {"expires_at": int(row.expires_at.timestamp())}})


def finalize(asked: Asked, media_id: str) -> HttpResponse:
    needs(asked, "media.write")
    row = _begun(asked.who, media_id)
    if row.missing is not None:
        raise invalid("The parts do not add up to total_bytes.")
    shape = uploads.look(files.path(row.kept))
    if shape is None or shape.mime not in row.said["kinds"]:
        raise invalid("media: the file is of another type than was announced")
    expires_at = timezone.now() + timedelta(seconds=SECONDS)
    found = uploads.finish(row, media_id, works=True, expires_at=expires_at)
    assert found is not None
    info = {"state": "pending", "check_after_secs": 1}
    return answer({"data": described(found) | {"processing_info": info}})


def status(asked: Asked) -> HttpResponse:
    needs(asked, "media.write")
    media_id = asked.request.GET.get("media_id", "")
    if asked.request.GET.get("command", "STATUS") != "STATUS":
        raise invalid("command: is not STATUS", "command")
    row = asked.who.pictures.filter(remote_id=media_id, expires_at__gt=timezone.now()).first()
    if row is None:
        raise Refused(_missing(media_id))
    info: dict[str, Any] = {"state": STATES.get(row.state, "succeeded")}
    if row.state == State.PROCESSING:
        info |= {"check_after_secs": 1, "progress_percent": 50}
    if row.state == State.FAILED:
        info |= {"error": UNUSABLE}
    return answer({"data": described(row) | {"processing_info": info}})


def _begun(who: Account, media_id: str) -> Upload:
    row = uploads.find(who, media_id)
    if row is None:
        raise Refused(_missing(media_id))
    if row.picture_id:
        raise invalid("The upload was finalized before.")
    return row


def _missing(media_id: str) -> HttpResponse:
    detail = f"Could not find media with id: [{media_id}]."
    return problem(404, "Not Found Error", detail, "resource-not-found", resource_type="media")


def described(row: Picture) -> dict[str, Any]:
    data: dict[str, Any] = {
        "id": row.remote_id,
        "media_key": key(row),
        "size": row.size,
        "expires_after_secs": SECONDS,
    }
    if row.is_video:
        return data | {"video": {"video_type": row.mime}}
    return data | {"image": {"image_type": row.mime, "w": row.width, "h": row.height}}


def key(row: Picture) -> str:
    return f"{_prefix(row.mime)}_{row.remote_id}"


def _prefix(mime: str) -> int:
    return 7 if mime.startswith("video/") else 16 if mime == "image/gif" else 3


# -- what goes with a post


def describe(asked: Asked) -> HttpResponse:
    needs(asked, "media.write")
    body = body_of(asked)
    try:
        alt = body["metadata"]["alt_text"]["text"]
    except (KeyError, TypeError):
        raise invalid("metadata.alt_text.text: is missing") from None
    if not isinstance(alt, str) or len(alt) > ALT_LIMIT:
        raise invalid(f"metadata.alt_text.text: at most {ALT_LIMIT} characters")
    row = attachable(asked.who, [body.get("id")])[0]
    Picture.objects.filter(pk=row.pk).update(alt=alt)
    said = {"id": row.remote_id, "associated_metadata": {"alt_text": {"text": alt}}}
    return answer({"data": said})


def attachable(who: Account, media_ids: list[Any]) -> list[Picture]:
    """The files of these ids in this order; Refused when one is unknown, has expired or is still
    worked on, and where a video or GIF is not alone.
    """
    live = who.pictures.filter(expires_at__gt=timezone.now())
    known = {row.remote_id: row for row in live.filter(remote_id__in=map(str, media_ids))}
    ready = {number for number, row in known.items() if row.state == State.READY}
    if not media_ids or any(media_id not in ready for media_id in media_ids):
        raise invalid("Your media IDs are invalid.", "media.media_ids", str(media_ids))
    found = [known[media_id] for media_id in media_ids]
    if len(found) > 1 and any(_prefix(row.mime) != _prefix("image/jpeg") for row in found):
        raise invalid("A post has up to 4 photos, or 1 animated GIF, or 1 video.")
    return found
