"""Places for videos: asked for with all that is said of one, then filled piece after piece."""

import secrets

from django.db import transaction
from django.http import HttpResponse

from publishers.sandbox import pictures, uploads
from publishers.sandbox.models import Upload
from publishers.sandbox.platforms.youtube import metadata, videos
from publishers.sandbox.platforms.youtube.errors import body_of, needs, no, parts_of
from publishers.sandbox.twin import Asked, answer

PLACE = "https://www.googleapis.com/upload/youtube/v3/videos?uploadType=resumable&upload_id="
PIECE = 256 * 1024
LARGEST = 256 * 1024**3
COVER_BYTES = 2 * 1024 * 1024
WEEK = 7 * 86_400


def begin(asked: Asked) -> HttpResponse:
    needs(asked, "youtube.upload", "youtube", "youtube.force-ssl")
    headers = asked.request.headers
    size, mime = (
        headers.get("X-Upload-Content-Length", ""),
        headers.get("X-Upload-Content-Type", ""),
    )
    if asked.request.GET.get("uploadType") != "resumable" or set(parts_of(asked)) - videos.PARTS:
        raise no(400, "badRequest", "Only resumable uploads are simulated.")
    if not size.isdecimal() or not 0 < int(size) <= LARGEST or not mime.startswith("video/"):
        raise no(400, "mediaBodyRequired", "The request does not include the video content.")
    body = body_of(asked)
    said = {"snippet": metadata.snippet(body), "status": metadata.status(body)}
    name = f"AH{secrets.token_urlsafe(30)}"
    uploads.begin(asked.who, name, size=int(size), mime=mime, seconds=WEEK, **said)
    made = HttpResponse(status=200)
    made["Location"] = f"{PLACE}{name}"
    made["X-GUploader-UploadID"] = name
    return made


def receive(asked: Asked) -> HttpResponse:
    """Strictly in order. Without a piece: how much is there."""
    row = uploads.find(asked.who, asked.request.GET.get("upload_id", ""))
    if row is None:
        raise no(404, "notFound", "The upload was not found.")
    if row.picture_id is not None:
        return videos.by_upload(asked, row)
    if asked.request.headers.get("Content-Range", "") == f"bytes */{row.size}":
        return _so_far(row)
    spread = uploads.span(asked.request)
    if spread is None or spread[2] != row.size or spread[0] != (row.missing or 0):
        raise no(400, "badRequest", "Failed to parse Content-Range header.")
    first, end, _ = spread
    if end != row.size and (end - first) % PIECE:
        raise no(400, "badRequest", "The size of a piece is not a multiple of 256 KiB.")
    return _taken(asked, row, first, end)


def _taken(asked: Asked, row: Upload, first: int, end: int) -> HttpResponse:
    try:
        with transaction.atomic():
            came = uploads.take(row, asked.request, first)
    except uploads.Misplaced:
        raise no(400, "badRequest", "More came than was announced.") from None
    if came != end - first:
        raise no(400, "badRequest", "Less came than was announced.")
    if row.missing is not None:
        return _so_far(row)
    return videos.make(asked, row)


def _so_far(row: Upload) -> HttpResponse:
    response = HttpResponse(status=308)
    if row.missing:
        response["Range"] = f"bytes=0-{row.missing - 1}"
    return response


def cover(asked: Asked) -> HttpResponse:
    needs(asked, "youtube.upload", "youtube", "youtube.force-ssl")
    post = videos.mine(asked, asked.request.GET.get("videoId", ""))
    stream, name = asked.request, f"cover-{secrets.token_hex(8)}"
    try:
        shown = uploads.whole(asked.who, name, stream, COVER_BYTES, works=False)
    except uploads.Misplaced:
        raise no(400, "mediaBodyRequired", "The image is too large.") from None
    if shown is None or shown.mime not in (pictures.FORMATS["JPEG"], pictures.FORMATS["PNG"]):
        raise no(400, "invalidImage", "The provided image content is invalid.")
    film = post.attachments.get().picture
    film.poster = shown
    film.save(update_fields=["poster"])
    url = f"https://i.ytimg.com/vi/{post.remote_id}/default.jpg"
    item = {"default": {"url": url, "width": 120, "height": 90}}
    return answer({"kind": "youtube#thumbnailSetResponse", "etag": "e", "items": [item]})
