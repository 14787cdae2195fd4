"""Files on Mastodon: pictures are ready at once, videos are worked on (202, then 206)."""

from typing import Any

from django.http import HttpResponse
from django.utils import timezone

from publishers.sandbox import ids, pictures, uploads
from publishers.sandbox.models import Account, Picture
from publishers.sandbox.platforms.mastodon.apps import (
    ALT,
    IMAGE_BYTES,
    MIMES,
    PICTURES,
    VIDEO_BYTES,
)
from publishers.sandbox.platforms.mastodon.errors import (
    error,
    fields_of,
    gone,
    invalid,
    needs,
    refused,
)
from publishers.sandbox.twin import Asked, Refused, answer

State = Picture.State
NOT_READY = "Cannot attach files that have not finished processing. Try again in a moment!"
FAILED = "Error processing thumbnail for uploaded media"


def upload(asked: Asked) -> HttpResponse:
    needs(asked, "write:media")
    file = asked.request.FILES.get("file")
    if file is None:
        raise invalid("File can't be blank")
    alt = described(asked.request.POST.get("description", ""))
    try:
        row = uploads.whole(asked.who, ids.snowflake(), file, VIDEO_BYTES, works=False, alt=alt)
    except uploads.Misplaced:
        raise Refused(error(413, "Payload too large")) from None
    if row is None or row.mime not in MIMES:
        raise invalid("File content type is invalid, File is invalid")
    if not row.is_video and row.size > IMAGE_BYTES:
        raise invalid("File file size must be less than 16 MB")
    if row.is_video:
        pictures.work(row)
        row.save(update_fields=["ready_at", "failed"])
    return answer(shown(asked, row), 200 if row.state == State.READY else 202)


def one(asked: Asked, number: str) -> HttpResponse:
    row = _mine(asked, number)
    if row.state == State.FAILED:
        raise Refused(error(422, FAILED))
    return answer(shown(asked, row), 206 if row.state == State.PROCESSING else 200)


def change(asked: Asked, number: str) -> HttpResponse:
    needs(asked, "write:media")
    row = _mine(asked, number)
    row.alt = described(fields_of(asked).get("description", row.alt))
    row.save(update_fields=["alt"])
    return answer(shown(asked, row))


def described(value: Any) -> str:
    if len(str(value)) > ALT:
        raise invalid(f"Description is too long (maximum is {ALT} characters)")
    return str(value)


def attachable(who: Account, media_ids: Any) -> list[Picture]:
    """The files of these ids in this order, as a post may have them."""
    asked = [str(number) for number in media_ids] if isinstance(media_ids, list) else []
    known = {row.remote_id: row for row in who.pictures.filter(remote_id__in=asked)}
    free = {number: row for number, row in known.items() if not row.attachments.exists()}
    if missing := [number for number in asked if number not in free]:
        raise refused(f"Media {', '.join(missing)} not found or already attached to another post")
    return suitable([free[number] for number in asked])


def suitable(rows: list[Picture]) -> list[Picture]:
    if len(rows) > PICTURES:
        raise refused(f"Cannot attach more than {PICTURES} files")
    if len(rows) > 1 and any(row.is_video for row in rows):
        raise refused("Cannot attach a video to a post that already contains images")
    if any(row.state == State.PROCESSING for row in rows):
        raise refused(NOT_READY)
    if any(row.state != State.READY for row in rows):
        raise refused(FAILED)
    return rows


def shown(asked: Asked, row: Picture, alt: str = "") -> dict[str, Any]:
    ready = row.state == State.READY
    address = asked.request.build_absolute_uri(f"/sandbox/pictures/{row.pk}/")
    kind = "video" if row.is_video else "gifv" if row.mime == "image/gif" else "image"
    size = {"width": row.width, "height": row.height}
    return {
        "id": row.remote_id,
        "type": kind,
        "url": address if ready else None,
        "preview_url": address if ready else None,
        "remote_url": None,
        "text_url": None,
        "meta": {"original": size | ({"duration": row.seconds} if row.is_video else {})},
        "description": alt or row.alt or None,
        "blurhash": None,
    }


def _mine(asked: Asked, number: str) -> Picture:
    row = asked.who.pictures.filter(remote_id=number).select_related("account").first()
    too_old = row is not None and row.expires_at is not None and row.expires_at < timezone.now()
    if row is None or too_old:
        raise gone()
    return row
