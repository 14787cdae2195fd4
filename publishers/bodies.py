"""What a request carries, without ever holding a large file in memory. Called by http.py."""

from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import Any, BinaryIO

from requests_toolbelt import MultipartEncoder

AT_ONCE = 64 * 1024

type Files = Mapping[str, tuple[str, bytes | BinaryIO, str]]


class Stretch:
    """So many bytes of a stream from where it stands, as a body whose length is known."""

    def __init__(self, stream: BinaryIO, length: int) -> None:
        self._stream, self._length, self._left = stream, length, length

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[bytes]:
        while piece := self.read(AT_ONCE):
            yield piece

    def read(self, size: int = -1) -> bytes:
        """At most AT_ONCE bytes, whatever is asked for."""
        piece = self._stream.read(min(AT_ONCE, self._left, size if size > 0 else AT_ONCE))
        self._left -= len(piece)
        return piece


def of(
    *,
    form: Mapping[str, str] | None,
    data: bytes | BinaryIO | None,
    length: int | None,
    files: Files | None,
) -> tuple[Any, dict[str, str]]:
    """The body and the headers that say what it is; fields come before files, as S3 wants it."""
    if files is not None:
        fields = [*(form or {}).items(), *((name, _part(*file)) for name, file in files.items())]
        encoder = MultipartEncoder(fields)
        return encoder, {"Content-Type": encoder.content_type}
    if data is None:
        return form, {}
    if isinstance(data, bytes):
        return (data if length is None else data[:length]), {}
    return Stretch(data, _rest_of(data) if length is None else length), {}


def _part(name: str, content: bytes | BinaryIO, mime: str) -> tuple[str, BinaryIO, str]:
    return name, BytesIO(content) if isinstance(content, bytes) else content, mime


def _rest_of(stream: BinaryIO) -> int:
    here = stream.tell()
    end = stream.seek(0, 2)
    stream.seek(here)
    return end - here
