"""Videos that come to the video service in parts, in any order and also twice."""

import secrets
from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.utils import timezone

from publishers.sandbox import files, uploads
from publishers.sandbox.models import Upload
from publishers.sandbox.platforms.bluesky import videos
from publishers.sandbox.platforms.bluesky.errors import body_of, invalid, params_of, refused
from publishers.sandbox.twin import Asked, answer

PART = 8_000_000
OPEN = timedelta(hours=24)


def start(asked: Asked) -> HttpResponse:
    said = body_of(asked, "sizeBytes", "mimeType")
    size = said["sizeBytes"]
    if not isinstance(size, int) or size < 1:
        raise invalid("Expected integer value type at $.sizeBytes")
    _judge(said, size)
    if not all(videos.left(asked.who)):
        raise refused("DailyLimitExceeded", videos.NO_MORE)
    made = uploads.begin(asked.who, secrets.token_hex(10), size=size, mime=said["mimeType"])
    ends = timezone.now() + OPEN
    return answer(
        {
            "jobId": made.remote_id,
            "partSizeBytes": PART,
            "partCount": _count(made),
            "expiresAt": f"{ends:%Y-%m-%dT%H:%M:%SZ}",
        }
    )


def part(asked: Asked) -> HttpResponse:
    params = params_of(asked, "jobId", "partNumber")
    made, number = _open(asked, params["jobId"]), params["partNumber"]
    if made.picture_id or not made.kept:
        raise refused("UploadAlreadyCompleted", "The upload is completed")
    if not number.isdecimal() or not 1 <= int(number) <= _count(made):
        raise refused("InvalidPartNumber", f"Part number {number} is out of range")
    first = (int(number) - 1) * PART
    size = min(PART, made.size - first)
    if asked.request.headers.get("Content-Length") != str(size):
        raise refused("PartSizeMismatch", f"Expected {size} bytes")
    uploads.take(made, asked.request, first)
    return answer({"partNumber": int(number), "sizeBytes": size})


def finish(asked: Asked) -> HttpResponse:
    """Also twice."""
    made = _open(asked, str(body_of(asked, "jobId")["jobId"]))
    known = None
    if made.kept:
        if missing := _missing(made):
            raise refused("MissingParts", f"Missing parts: {', '.join(map(str, missing))}")
        known = videos.same_as(made)
        if known is None:
            videos.work(made)
        else:
            files.drop(made.kept)
            made.picture, made.kept = known.picture, ""
            made.save(update_fields=["picture", "kept"])
    job = known or made
    return answer({"completedJobId": job.remote_id, "jobStatus": videos.shown(job)})


def _judge(said: dict[str, Any], size: int) -> None:
    if said["mimeType"] != "video/mp4":
        raise refused("UnsupportedContentType", "The declared MIME type is not supported")
    if size > videos.LARGEST:
        raise refused("VideoTooLarge", "The video is too large")
    if said.get("durationMs", 0) > videos.LONGEST * 1000:
        raise refused("VideoTooLong", "The video is too long")


def _open(asked: Asked, name: str) -> Upload:
    found = uploads.find(asked.who, name)
    if found is None:
        raise refused("UploadNotFound", "Upload not found")
    return found


def _missing(made: Upload) -> list[int]:
    whole = [(first, end) for first, end in made.received]
    starts = (
        (number * PART, min((number + 1) * PART, made.size)) for number in range(_count(made))
    )
    return [
        number
        for number, (first, end) in enumerate(starts, 1)
        if not any(a <= first and end <= b for a, b in whole)
    ]


def _count(made: Upload) -> int:
    return -(-made.size // PART)
