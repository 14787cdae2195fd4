"""While a large file goes out, whoever sends it goes on holding the delivery. Called by watched.py.

A lease is shorter than a slow line needs for a video: were it to end meanwhile, another would begin
the same upload, and so on for ever.
"""

import os
import time
from collections.abc import Callable, Mapping
from typing import Any, BinaryIO

# In seconds: several times within any lease.
EVERY = 20.0


class Breathing:
    """A stream that calls `alive` every so often while it is read.

    What bodies.py asks of a stream and no more: whatever else it had would be believed of this one.
    """

    def __init__(self, stream: BinaryIO, alive: Callable[[], None]) -> None:
        self._stream, self._alive = stream, alive
        self._next = time.monotonic() + EVERY

    def read(self, size: int = -1) -> bytes:
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + EVERY
            self._alive()
        return self._stream.read(size)

    def tell(self) -> int:
        return self._stream.tell()

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        return self._stream.seek(offset, whence)

    @property
    def len(self) -> int:
        """What is left of it: the name by which a multipart body asks."""
        here = self.tell()
        left = self.seek(0, os.SEEK_END) - here
        self.seek(here)
        return left


def breathing(request: Mapping[str, Any], alive: Callable[[], None]) -> dict[str, Any]:
    """The same request (contract.Http.send), its streams breathing."""
    held = dict(request)
    if hasattr(held.get("data"), "read"):
        held["data"] = Breathing(held["data"], alive)
    if held.get("files"):
        held["files"] = {
            name: (title, Breathing(it, alive) if hasattr(it, "read") else it, kind)
            for name, (title, it, kind) in held["files"].items()
        }
    return held
