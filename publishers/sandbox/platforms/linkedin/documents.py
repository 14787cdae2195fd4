"""Documents on LinkedIn: a PDF in one piece, whose pages readers swipe through."""

import mmap
import re
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse

from publishers.sandbox import files, pictures
from publishers.sandbox.models import Account, Picture
from publishers.sandbox.platforms.linkedin import images
from publishers.sandbox.platforms.linkedin.errors import bad_field, error
from publishers.sandbox.shapes import Shape
from publishers.sandbox.twin import Asked, Refused

KIND = "urn:li:document:"
MIME = "application/pdf"
BYTES = 100 * 1024 * 1024
PAGES = 300
_PAGE = re.compile(rb"/Type\s*/Page\b(?!s)")
_BOX = re.compile(rb"/MediaBox\s*\[\s*0\s+0\s+([\d.]+)\s+([\d.]+)\s*\]")
_END = re.compile(rb"startxref\s+(\d+)\s+%%EOF\s*\Z")
_TABLE = re.compile(rb"xref\s+0\s+(\d+)\s")
_ROW = re.compile(rb"(\d{10}) \d{5} n ")


def initialize(asked: Asked) -> HttpResponse:
    return images.begun(asked, "document", f"{KIND}D4D", "/document")


def receive(asked: Asked, urn: str) -> HttpResponse:
    row = images.mine(asked, urn) if urn.startswith(KIND) else None
    if row is None or row.digest or images.has_ended(row):
        raise Refused(error(403, "EXPIRED_UPLOAD_URL", "The upload URL has expired"))
    name = _kept(asked.request)
    shape = examine(files.path(name))
    if shape is None:
        # Taken, and found to be no document only while it is processed.
        files.drop(name)
        Picture.objects.filter(pk=row.pk).update(failed=True)
        return HttpResponse(status=201)
    pictures.fill_from(row, name, shape)
    return HttpResponse(status=201)


def _kept(request: HttpRequest) -> str:
    name, size = files.new(), 0
    with files.path(name).open("wb") as file:
        while (piece := request.read(files.CHUNK)) and size <= BYTES:
            size += len(piece)
            file.write(piece)
    if size > BYTES:
        files.drop(name)
        raise Refused(error(413, "REQUEST_ENTITY_TOO_LARGE", "The document is too large"))
    return name


def examine(path: Path) -> Shape | None:
    """The size of its first page; None where it is no PDF, or has too many pages or none."""
    if not path.stat().st_size:
        return None
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        box = _BOX.search(data)
        if data[:5] != b"%PDF-" or not _is_whole(data) or box is None:
            return None
        if not 1 <= len(_PAGE.findall(data)) <= PAGES:
            return None
        width, height = (int(float(side)) for side in box.groups())
        return Shape(MIME, width, height)


def _is_whole(data: mmap.mmap) -> bool:
    """Whether each of its objects begins where its table says."""
    end = _END.search(data, max(0, len(data) - 1024))
    table = _TABLE.match(data, int(end[1])) if end else None
    if table is None:
        return False
    starts = [int(row) for row in _ROW.findall(data, table.end())]
    found = [data[start : start + 12].split(b" obj")[0] for start in starts]
    due = [b"%d 0" % number for number in range(1, int(table[1]))]
    return found == due


def usable(owner: Account, urn: str, title: Any, path: str) -> Picture:
    """The document of a post's author, which has a title there; Refused while it has none."""
    if not isinstance(title, str) or not title.strip():
        raise bad_field(f"{path}/title", "MISSING_FIELD", "title is required for documents")
    return images.usable(owner, urn, f"{path}/id", kind=KIND, code="INVALID_DOCUMENT_ID")
