"""Looking into videos by their bytes: what kind, how large, how long. Reads headers only."""

import struct
from collections.abc import Iterator
from typing import BinaryIO

from publishers.sandbox.shapes import Shape

# The part that describes a film is small; one that is not is not read.
LARGEST_DESCRIPTION = 16_000_000
LONG = 1
TO_THE_END = 0
CONTAINERS = {b"trak"}


def examine(stream: BinaryIO) -> Shape | None:
    """What video this is, or None. Sizes in pixels and seconds are 0 where they are not told."""
    stream.seek(0)
    head = stream.read(12)
    if head[:4] == b"\x1aE\xdf\xa3":
        return Shape("video/webm", 0, 0)
    if head[4:8] != b"ftyp":
        return None
    mime = "video/quicktime" if head[8:12] == b"qt  " else "video/mp4"
    width, height, seconds = _described(_description(stream))
    return Shape(mime, width, height, seconds)


def _description(stream: BinaryIO) -> bytes:
    """What is inside of the `moov` box."""
    position = 0
    while True:
        stream.seek(position)
        head = stream.read(16)
        if len(head) < 8:
            return b""
        size, kind = struct.unpack(">I4s", head[:8])
        start = position + (16 if size == LONG else 8)
        if size == LONG and len(head) == 16:
            size = struct.unpack(">Q", head[8:])[0]
        if kind == b"moov" and size - (start - position) <= LARGEST_DESCRIPTION:
            stream.seek(start)
            return stream.read(max(0, size - (start - position)) if size else LARGEST_DESCRIPTION)
        if size < 8:
            return b""
        position += size


def _boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    position = 0
    while position + 8 <= len(data):
        size, kind = struct.unpack(">I4s", data[position : position + 8])
        if size == TO_THE_END:
            size = len(data) - position
        if size < 8:
            return
        yield kind, data[position + 8 : position + size]
        position += size


def _described(data: bytes) -> tuple[int, int, float]:
    width = height = 0
    seconds = 0.0
    for kind, inner in _boxes(data):
        if kind == b"mvhd":
            seconds = _seconds(inner)
        elif kind == b"tkhd" and len(inner) >= 84:
            across, down = struct.unpack(">II", inner[-8:])
            width, height = max(width, across >> 16), max(height, down >> 16)
        elif kind in CONTAINERS:
            across, down, _ = _described(inner)
            width, height = max(width, across), max(height, down)
    return width, height, seconds


def _seconds(header: bytes) -> float:
    try:
        form, at = (">IQ", 20) if header[0] == 1 else (">II", 12)
        scale, length = struct.unpack_from(form, header, at)
    except (IndexError, struct.error):
        return 0.0
    return length / scale if scale else 0.0
