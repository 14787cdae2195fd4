"""Rows of text as a file to take away. Called by other views."""

from collections.abc import Iterable, Sequence

from django.http import Http404, HttpRequest, HttpResponseBase

from posts import sheetfiles
from posts.views.pieces import sent


def handed_out(
    request: HttpRequest, ending: str, *, name: str, rows: Iterable[Sequence[str]]
) -> HttpResponseBase:
    """`ending` is the address's: csv or xlsx, else Http404."""
    if ending not in sheetfiles.MIMES:
        raise Http404
    file = sheetfiles.written(ending, rows)
    return sent(request, file, mime=sheetfiles.MIMES[ending], name=f"{name}.{ending}")
