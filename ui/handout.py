"""Files handed out piece by piece, and rows of text as a file to take away. Called by views.

None is held in memory: under ASGI, Django would first read a plain iterator to its end.
"""

from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from typing import IO, Any

from asgiref.sync import sync_to_async
from django.core.files.base import File
from django.core.handlers.asgi import ASGIRequest
from django.http import Http404, HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.utils.http import content_disposition_header

from ui import sheets

PIECE = 256 * 1024


def handed_out(
    request: HttpRequest, ending: str, *, name: str, rows: Iterable[Sequence[str]]
) -> HttpResponseBase:
    """`ending` is the address's: csv or xlsx, else Http404."""
    if ending not in sheets.MIMES:
        raise Http404
    file = sheets.written(ending, rows)
    return sent(request, file, mime=sheets.MIMES[ending], name=f"{name}.{ending}")


def sent(request: HttpRequest, file: IO[bytes], *, mime: str, name: str) -> StreamingHttpResponse:
    """A file made for this answer, to be kept by who asked; closed once it is sent."""
    length = file.seek(0, 2)
    file.seek(0)
    response = StreamingHttpResponse(pieces(request, File(file), length), content_type=mime)
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or ""
    response.headers["Content-Length"] = str(length)
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def pieces(request: HttpRequest, file: "File[Any]", length: int) -> "_Now | _Later":
    """So many bytes of it, in the way in which this request is answered."""
    return (_Later if isinstance(request, ASGIRequest) else _Now)(file, length)


class _Pieces:
    """So many bytes of a file. Whoever answers with it closes it, also when nobody reads on."""

    def __init__(self, file: "File[Any]", length: int) -> None:
        self.file, self.length = file, length

    def close(self) -> None:
        self.file.close()


class _Now(_Pieces):
    def __iter__(self) -> Iterator[bytes]:
        left = self.length
        while left and (piece := self.file.read(min(PIECE, left))):
            left -= len(piece)
            yield piece


class _Later(_Pieces):
    async def __aiter__(self) -> AsyncIterator[bytes]:
        left, read = self.length, sync_to_async(self.file.read, thread_sensitive=False)
        while left and (piece := await read(min(PIECE, left))):
            left -= len(piece)
            yield piece
