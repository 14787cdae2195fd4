"""Serving stored files piece by piece, whole or a range of them. Called by other views.

A video is never held in memory.
"""

import re
from dataclasses import dataclass
from typing import Any

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from ui import handout

# Up to so much is answered in one go.
AT_ONCE = 4 * 1024 * 1024
# Whatever a browser makes of the bytes, it runs nothing in them.
INERT = "default-src 'none'; sandbox"
_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")


@dataclass(frozen=True)
class Stored:
    """`sha256` names the content for caches and for who continues an interrupted download."""

    key: str
    mime: str
    name: str
    sha256: str = ""


def served(request: HttpRequest, stored: Stored, *, policy: str = INERT) -> HttpResponseBase:
    """Raises Http404 where the file is gone; 503 where the bucket does not answer."""
    try:
        file = default_storage.open(stored.key, "rb")
        size = file.size
    except (FileNotFoundError, IsADirectoryError, ValueError):
        raise Http404(_("This file is gone from the store.")) from None
    except OSError:
        return later(_("The store of files does not answer. Try again in a moment."), seconds=5)
    wanted = _wanted(request, stored, size)
    if wanted is None:
        file.close()
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    start, end = wanted
    response = _body(request, file, stored, start, end)
    response.headers["Content-Security-Policy"] = policy
    response.headers["Content-Length"] = str(end - start)
    if end - start < size:
        response.status_code = 206
        response.headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    return response


def later(said: str, *, seconds: int) -> HttpResponse:
    """It is not there just now."""
    headers = {"Retry-After": str(seconds)}
    return HttpResponse(said, status=503, content_type="text/plain", headers=headers)


def _body(
    request: HttpRequest, file: "File[Any]", stored: Stored, start: int, end: int
) -> HttpResponseBase:
    headers = _headers(stored)
    if request.method == "HEAD":
        file.close()
        return HttpResponse(content_type=stored.mime, headers=headers)
    file.seek(start)
    if end - start <= AT_ONCE:
        with file:
            return HttpResponse(file.read(end - start), content_type=stored.mime, headers=headers)
    return StreamingHttpResponse(
        handout.pieces(request, file, end - start), content_type=stored.mime, headers=headers
    )


def _headers(stored: Stored) -> dict[str, str]:
    headers = {
        "Accept-Ranges": "bytes",
        "Content-Disposition": content_disposition_header(False, stored.name) or "inline",
        "X-Content-Type-Options": "nosniff",
    }
    return headers | ({"ETag": f'"{stored.sha256}"'} if stored.sha256 else {})


def _wanted(request: HttpRequest, stored: Stored, size: int) -> tuple[int, int] | None:
    """From where to where, the end not included. What is no single range is answered with all."""
    found = _RANGE.fullmatch(request.headers.get("Range", ""))
    same = request.headers.get("If-Range", "") in ("", f'"{stored.sha256}"')
    if found is None or not same or found[1] == found[2] == "":
        return 0, size
    if not found[1]:
        last = int(found[2])
        return (max(0, size - last), size) if last and size else None
    start = int(found[1])
    end = min(size, int(found[2]) + 1) if found[2] else size
    if found[2] and int(found[2]) < start:
        return 0, size
    return (start, end) if start < size else None
