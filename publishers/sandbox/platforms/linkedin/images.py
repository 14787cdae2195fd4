"""Pictures on LinkedIn: first a place to put them, then the bytes, then a state to ask for."""

from datetime import timedelta
from typing import Any
from urllib.parse import quote

from django.http import HttpResponse
from django.utils import timezone

from publishers.sandbox import faults, ids, pictures
from publishers.sandbox.exchange import raw_body
from publishers.sandbox.models import Account, Picture
from publishers.sandbox.platforms.linkedin.errors import bad_field, body_of, error, needs, versioned
from publishers.sandbox.platforms.linkedin.people import author
from publishers.sandbox.twin import Asked, Refused, answer

KIND = "urn:li:image:"
UPLOAD_SECONDS = 86_400
BYTES = 20 * 1024 * 1024
PIXELS = 36_152_320
TYPES = ("image/jpeg", "image/png", "image/gif")
STATES = {
    Picture.State.WAITING: "WAITING_UPLOAD",
    Picture.State.PROCESSING: "PROCESSING",
    Picture.State.READY: "AVAILABLE",
    Picture.State.FAILED: "PROCESSING_FAILED",
}


def initialize(asked: Asked) -> HttpResponse:
    return begun(asked, "image", f"{KIND}C4E")


def begun(asked: Asked, noun: str, urn: str, below: str = "") -> HttpResponse:
    """A place for a file in one piece. `urn` is how its name begins."""
    versioned(asked.request)
    if asked.request.GET.get("action") != "initializeUpload":
        raise Refused(error(400, "ILLEGAL_ARGUMENT", "The action must be initializeUpload"))
    wanted = body_of(asked).get("initializeUploadRequest")
    if not isinstance(wanted, dict) or "owner" not in wanted:
        raise bad_field("initializeUploadRequest/owner", "MISSING_FIELD", "owner is required")
    owner = author(asked, wanted["owner"], "w_organization_social")
    ends = timezone.now() + timedelta(seconds=UPLOAD_SECONDS)
    row = Picture.objects.create(
        account=owner, remote_id=f"{urn}{ids.snowflake()}", expires_at=ends
    )
    path = f"/dms-uploads/{quote(row.remote_id, safe='')}{below}"
    base = asked.request.build_absolute_uri().partition(f"/rest/{noun}s")[0]
    value = {
        "uploadUrlExpiresAt": int(ends.timestamp() * 1000),
        "uploadUrl": base + path,
        noun: row.remote_id,
    }
    return answer({"value": value})


def receive(asked: Asked, urn: str) -> HttpResponse:
    row = mine(asked, urn) if urn.startswith(KIND) else None
    if row is None or has_ended(row):
        raise Refused(error(403, "EXPIRED_UPLOAD_URL", "The upload URL has expired"))
    too_large = error(413, "REQUEST_ENTITY_TOO_LARGE", "The image is too large")
    data = raw_body(asked.request, BYTES, too_large)
    shape = pictures.examine(data)
    if shape is None or shape.mime not in TYPES or shape.width * shape.height >= PIXELS:
        # Taken, and found to be no picture only while it is processed.
        Picture.objects.filter(pk=row.pk).update(failed=True)
        return HttpResponse(status=201)
    # A picture is there at once, unless it is to be worked on for long, or in vain.
    works = row.account.faults.armed().filter(kind__in=faults.WITHIN).exists()
    pictures.fill(row, data, shape, works=works)
    return HttpResponse(status=201)


def status(asked: Asked, urn: str) -> HttpResponse:
    versioned(asked.request)
    needs(asked, "r_organization_social", "rw_organization_admin", what="images.GET.NO_VERSION")
    row = mine(asked, urn)
    if row is None:
        raise Refused(error(404, "NOT_FOUND", f"{urn} is not found"))
    data: dict[str, Any] = {
        "id": urn,
        "owner": f"urn:li:{row.account.kind}:{row.account.remote_id}",
    }
    return answer(data | {"status": state(row)})


def state(row: Picture) -> str:
    return STATES[row.state]


def usable(
    owner: Account, urn: Any, path: str, *, kind: str = KIND, code: str = "INVALID_IMAGE_ID"
) -> Picture:
    """What a post's author uploaded of this kind; Refused while it cannot be shown."""
    named = isinstance(urn, str) and urn.startswith(kind)
    row = owner.pictures.filter(remote_id=urn).first() if named else None
    if row is None:
        raise bad_field(path, code, f"{urn} is no {kind.split(':')[2]} of the author")
    if state(row) in ("WAITING_UPLOAD", "PROCESSING"):
        raise Refused(error(400, "MEDIA_ASSET_WAITING_UPLOAD", f"{urn} is not available yet"))
    if row.failed:
        raise Refused(error(400, "MEDIA_ASSET_PROCESSING_FAILED", f"{urn} could not be processed"))
    return row


def has_ended(row: Picture) -> bool:
    """Whether nothing is taken at its place any more."""
    return row.expires_at is not None and row.expires_at < timezone.now()


def mine(asked: Asked, urn: str) -> Picture | None:
    owners = [asked.who, *asked.who.organizations.all()]
    return (
        Picture.objects.select_related("account").filter(account__in=owners, remote_id=urn).first()
    )
