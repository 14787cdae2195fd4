"""Files handed out piece by piece, and rows of text as a file to take away. Called by views.

None is held in memory: under ASGI, Django would first read a plain iterator to its end.
"""

from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from typing import Any

from asgiref.sync import sync_to_async
from django.core.files.base import File
from django.core.handlers.asgi import ASGIRequest
from django.db import connections
from django.http import Http404, HttpRequest, StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import get_language, override

from ui import sheets

PIECE = 256 * 1024


def handed_out(
    request: HttpRequest, ending: str, *, name: str, rows: Iterable[Sequence[str]]
) -> StreamingHttpResponse:
    """Rows are read while they are sent. `ending` is the address's: csv or xlsx, else Http404."""
    if ending not in sheets.MIMES:
        raise Http404
    written, language = sheets.pieces(ending, rows), get_language()

    def following() -> bytes | None:
        """In the reader's language, which the request no longer has when it is sent."""
        with override(language):
            return next(written, None)

    body = _threaded(following) if isinstance(request, ASGIRequest) else iter(following, None)
    response = StreamingHttpResponse(body, content_type=sheets.MIMES[ending])
    named = content_disposition_header(True, f"{name}.{ending}")
    response.headers["Content-Disposition"] = named or ""
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


async def _threaded(following: Callable[[], bytes | None]) -> AsyncIterator[bytes]:
    """Each in a thread. The database connection is given back before it is sent: whoever reads
    slowly would keep it from others.
    """

    def read() -> bytes | None:
        try:
            return following()
        finally:
            connections.close_all()

    while (piece := await sync_to_async(read)()) is not None:
        yield piece


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
