"""Large files, piece by piece: scripts begin one, send its pieces in order, and finish it.

Answers are JSON; what is refused is a sentence. A piece says by its header where it begins, so that
one that was lost on the way is sent again from where the part ends. Where there is a bucket, pieces
go straight there, each by a link of its own.
"""

from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import member_can
from accounts.http import TeamRequest
from posts import reading
from posts.errors import OutOfStep, UploadRefused
from posts.models import Upload
from posts.queries import library as query
from posts.services import direct, uploads
from posts.services.media import Taken

# So named by the protocol that this one resembles (tus.io).
PIECES = "application/offset+octet-stream"
OFFSET = "Upload-Offset"
MOST_OF_HEAD = 64


@member_can("write")
@require_POST
def begin(request: TeamRequest) -> HttpResponse:
    """`name`, `size` in bytes, and `changed`: when that computer says that the file was changed.

    `head`, its first bytes in hexadecimal, says that the script can send it to the bucket.
    """
    said = request.POST
    try:
        upload = uploads.begin(
            team=request.team,
            by=request.user,
            name=said.get("name", ""),
            size=reading.number(said.get("size", "")),
            changed=said.get("changed", "")[:40],
            head=_bytes(said["head"]) if "head" in said else None,
        )
        return _begun(upload, status=201)
    except UploadRefused as error:
        return refused(error)


def _begun(upload: Upload, status: int = 200) -> HttpResponse:
    """With the numbers of the parts that are in the bucket already. Raises UploadRefused."""
    if not upload.direct:
        return _standing(upload, upload.received, status)
    there = direct.have(upload)
    parts = {"size": direct.PART, "have": there}
    return _standing(upload, direct.received(upload, there), status, direct=parts)


def _bytes(said: str) -> bytes:
    try:
        return bytes.fromhex(said[: 2 * MOST_OF_HEAD])
    except ValueError:
        return b""


@member_can("write")
@require_http_methods(["GET", "HEAD", "POST"])
def piece(request: TeamRequest, upload_id: int) -> HttpResponse:
    """GET: how far it is. POST: a piece that begins at the offset of its header."""
    upload = _find(request, upload_id)
    if request.method != "POST":
        return _asked(upload)
    if request.content_type != PIECES:
        return refused(UploadRefused(_("This is no piece of a file."), 415))
    # Read only now: a form's body would have been read by whoever asked for its fields.
    content = request.read(uploads.LARGEST_PIECE + 1)
    if not 0 < len(content) <= uploads.LARGEST_PIECE:
        return refused(UploadRefused(_("This piece is too large, or empty."), 413))
    try:
        offset = reading.number(request.headers.get(OFFSET, ""))
        received = uploads.append(upload=upload, offset=offset, piece=content)
    except OutOfStep as error:
        return _standing(upload, error.received, status=409)
    except UploadRefused as error:
        return refused(error)
    return _standing(upload, received)


def _asked(upload: Upload) -> HttpResponse:
    try:
        return _begun(upload)
    except UploadRefused as error:
        return refused(error)


@member_can("write")
@require_POST
def link(request: TeamRequest, upload_id: int) -> HttpResponse:
    """Where the part `number` goes, in the bucket; good for this part alone, and for a while."""
    upload = _find(request, upload_id)
    try:
        url = direct.link(upload, reading.number(request.POST.get("number", "")))
    except OutOfStep as error:
        return _standing(upload, error.received, status=409)
    except UploadRefused as error:
        return refused(error)
    return JsonResponse({"url": url})


@member_can("write")
@require_POST
def finish(request: TeamRequest, upload_id: int) -> HttpResponse:
    """409 while some of it is missing or it is being read already."""
    upload = _find(request, upload_id)
    try:
        taken = uploads.finish(upload=upload, by=request.user)
    except OutOfStep as error:
        return _standing(upload, error.received, status=409)
    except UploadRefused as error:
        return refused(error)
    return told(request, taken)


@member_can("write")
@require_POST
def cancel(request: TeamRequest, upload_id: int) -> HttpResponse:
    uploads.cancel(upload=_find(request, upload_id))
    return HttpResponse(status=204)


def told(request: TeamRequest, taken: Taken) -> HttpResponse:
    """What a script needs to put the tile into the list, or to say that it is there already."""
    asset = taken.asset
    [tile] = query.tiles(request.team, [asset])
    context = {"tile": tile, "may_write": True}
    return JsonResponse(
        {
            "id": asset.pk,
            "name": str(asset),
            "known": taken.known,
            "url": reverse("posts:library_asset", args=[request.team.slug, asset.pk]),
            "tile": render_to_string("posts/_asset.html", context, request),
        }
    )


def refused(error: UploadRefused) -> HttpResponse:
    return HttpResponse(str(error), status=error.status, content_type="text/plain")


def _find(request: TeamRequest, upload_id: int) -> Upload:
    """A person's own."""
    mine = Upload.objects.for_team(request.team).filter(by=request.user)
    return get_object_or_404(mine.select_related("asset", "team"), pk=upload_id)


def _standing(upload: Upload, received: int, status: int = 200, **more: Any) -> HttpResponse:
    told: dict[str, Any] = {"id": upload.pk, "received": received, "size": upload.size, **more}
    if upload.asset is not None:
        told["received"] = upload.size
    return JsonResponse(told, status=status, headers={OFFSET: str(told["received"])})
