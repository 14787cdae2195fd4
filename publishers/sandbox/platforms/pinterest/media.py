"""Videos: registered, then a form to a store that knows no accounts, then worked on."""

import secrets

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from publishers.sandbox import ids, uploads
from publishers.sandbox.models import Account, Picture, Upload
from publishers.sandbox.platforms.pinterest.errors import body_of, invalid, needs, no
from publishers.sandbox.twin import Asked, Refused, answer

STORE = "https://pinterest-media-upload.s3-accelerate.amazonaws.com/"
LARGEST = 2_000_000_000
STATUSES = {"processing": "processing", "ready": "succeeded", "failed": "failed"}
FIELDS = (
    "x-amz-date",
    "x-amz-signature",
    "x-amz-security-token",
    "x-amz-algorithm",
    "x-amz-credential",
)


def register(asked: Asked) -> HttpResponse:
    needs(asked, "pins:write")
    if body_of(asked).get("media_type") != "video":
        raise invalid("media_type must be 'video'")
    number = ids.snowflake()
    row = uploads.begin(asked.who, number, size=LARGEST, mime="video/mp4", seconds=3600)
    fields = {
        "Content-Type": "multipart/form-data",
        "key": f"uploads/{number[-2:]}/{number}:video",
        "policy": row.kept,
        **{name: secrets.token_hex(8) for name in FIELDS},
    }
    told = {"media_id": number, "media_type": "video"}
    return answer({**told, "upload_url": STORE, "upload_parameters": fields}, 201)


def whose(request: HttpRequest) -> Account | None:
    row = _registered(request)
    return row.account if row else None


def receive(asked: Asked) -> HttpResponse:
    """All fields that were told, then one part named `file`."""
    if asked.request.headers.get("Authorization"):
        raise _stored(400, "InvalidArgument")
    row = _registered(asked.request)
    if row is None or row.expires_at <= timezone.now() or row.picture is not None:
        raise _stored(403, "AccessDenied")
    file = asked.request.FILES.get("file")
    if file is None or any(name not in asked.request.POST for name in FIELDS):
        raise _stored(400, "InvalidArgument")
    try:
        row.picture = uploads.whole(row.account, row.remote_id, file, LARGEST, works=True)
    except uploads.Misplaced:
        raise _stored(400, "EntityTooLarge") from None
    row.said = {"broken": row.picture is None}
    row.save(update_fields=["picture", "said"])
    return HttpResponse(status=204)


def show(asked: Asked, number: str) -> HttpResponse:
    needs(asked, "pins:read")
    row = Upload.objects.filter(account=asked.who, remote_id=number).first()
    if row is None:
        raise no(404, 404, "Media not found.")
    state = STATUSES.get(row.picture.state, "registered") if row.picture else "registered"
    state = "failed" if row.said.get("broken") else state
    return answer({"media_id": number, "media_type": "video", "status": state})


def ready(who: Account, number: object) -> Picture:
    row = Upload.objects.filter(account=who, remote_id=str(number)).first()
    if row is None or row.picture is None or row.picture.state != Picture.State.READY:
        raise invalid(f"media_id {number} is not ready")
    return row.picture


def _registered(request: HttpRequest) -> Upload | None:
    rows = Upload.objects.select_related("account", "picture")
    return rows.filter(kept=request.POST.get("policy", "-"), account__platform="pinterest").first()


def _stored(status: int, code: str) -> Refused:
    """The store speaks XML."""
    body = f"<Error><Code>{code}</Code></Error>"
    return Refused(HttpResponse(body, status=status, content_type="application/xml"))
