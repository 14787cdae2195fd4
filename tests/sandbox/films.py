"""Videos made by hand: the boxes that say how large and how long, and then nothing worth seeing."""

import struct


def mp4(seconds=12.5, width=1280, height=720, padding=0, brand=b"isom") -> bytes:
    scale = 1000
    movie = struct.pack(">IIIII", 0, 0, 0, scale, int(seconds * scale)) + bytes(80)
    track = struct.pack(">I", 7) + bytes(72) + struct.pack(">II", width << 16, height << 16)
    inside = box(b"mvhd", movie) + box(b"trak", box(b"tkhd", track))
    return (
        box(b"ftyp", brand + bytes(4) + b"isommp42")
        + box(b"mdat", b"\x07" * padding)
        + box(b"moov", inside)
    )


def box(kind: bytes, inside: bytes) -> bytes:
    return struct.pack(">I4s", len(inside) + 8, kind) + inside
