"""Stored bytes whose digest is known: read in pieces, and never to the end when they differ.

Called by payloads.py; services/media.py asks for digests.
"""

import hashlib
import io
from collections.abc import Callable, Iterable
from typing import Any, BinaryIO

PIECE = 256 * 1024


def digest_of(pieces: Iterable[bytes]) -> str:
    found = hashlib.sha256()
    for piece in pieces:
        found.update(piece)
    return found.hexdigest()


class Sealed(io.RawIOBase):
    """A stream of `size` bytes. Whoever reads its last one has read what the digest says.

    `differs()` makes the error that is raised instead of the last piece where it is not so.
    Seeking reads again from the beginning, so that nothing is skipped unseen.
    """

    def __init__(
        self,
        opens: Callable[[], BinaryIO],
        sha256: str,
        size: int,
        differs: Callable[[], Exception],
    ) -> None:
        self._opens, self._sha256, self._size, self._differs = opens, sha256, size, differs
        self._begin()

    def _begin(self) -> None:
        self._file, self._read, self._digest = self._opens(), 0, hashlib.sha256()
        # Where the next read begins: what lies before it is read, and not given, first.
        self._at = 0

    def __len__(self) -> int:
        return self._size

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        wanted = max(0, base + offset)
        if wanted < self._read:
            self._file.close()
            self._begin()
        self._at = wanted
        return wanted

    def readinto(self, buffer: Any) -> int:
        if not len(buffer) or self._at >= self._size:
            return 0
        while self._read < self._at:
            self._next(min(PIECE, self._at - self._read))
        piece = self._next(min(len(buffer), self._size - self._read))
        buffer[: len(piece)] = piece
        self._at = self._read
        return len(piece)

    def _next(self, most: int) -> bytes:
        piece = self._file.read(most)
        self._digest.update(piece)
        self._read += len(piece)
        if not piece or self._read == self._size:
            whole = self._read == self._size and not self._file.read(1)
            if not whole or self._digest.hexdigest() != self._sha256:
                raise self._differs()
        return piece

    def close(self) -> None:
        if file := self.__dict__.get("_file"):  # Not where opening it has failed.
            file.close()
        super().close()
