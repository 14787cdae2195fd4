"""Pictures on X: uploaded in one request, described in a second, gone after a day if not used."""

import base64
import binascii
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from publishers.sandbox import ids, pictures
from publishers.sandbox.exchange import json_object, raw_body
from publishers.sandbox.models import Account, Picture
from publishers.sandbox.platforms.x.errors import body_of, invalid, needs
from publishers.sandbox.twin import Asked, answer

BYTES = 5 * 1024 * 1024
ALT_LIMIT = 1000
SECONDS = 86_400


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
    described = {
        "id": row.remote_id,
        "media_key": f"3_{row.remote_id}",
        "size": row.size,
        "expires_after_secs": SECONDS,
        "image": {"image_type": shape.mime, "w": shape.width, "h": shape.height},
    }
    return answer({"data": described})


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
    described = {"id": row.remote_id, "associated_metadata": {"alt_text": {"text": alt}}}
    return answer({"data": described})


def attachable(who: Account, media_ids: list[Any]) -> list[Picture]:
    """The pictures of these ids in this order; Refused when one is unknown or has expired."""
    live = who.pictures.filter(expires_at__gt=timezone.now())
    known = {row.remote_id: row for row in live.filter(remote_id__in=map(str, media_ids))}
    if not media_ids or any(media_id not in known for media_id in media_ids):
        raise invalid("Your media IDs are invalid.", "media.media_ids", str(media_ids))
    return [known[media_id] for media_id in media_ids]
