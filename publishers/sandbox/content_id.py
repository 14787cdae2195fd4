"""Content identifiers as AT Protocol servers compute them: DAG-CBOR, SHA-256, base32."""

import base64
import hashlib
import struct
from typing import Any

type Value = Any

DAG_CBOR, RAW = 0x71, 0x55


def of_record(record: Value) -> str:
    return _cid(DAG_CBOR, encode(record))


def of_bytes(data: bytes) -> str:
    return _cid(RAW, data)


def of_digest(sha256: str) -> str:
    """Of bytes that are not at hand any more."""
    return _named(RAW, bytes.fromhex(sha256))


def _cid(codec: int, data: bytes) -> str:
    return _named(codec, hashlib.sha256(data).digest())


def _named(codec: int, digest: bytes) -> str:
    raw = bytes([1, codec, 0x12, 0x20]) + digest
    return "b" + base64.b32encode(raw).decode().lower().rstrip("=")


def encode(value: Value) -> bytes:  # noqa: C901, PLR0911  (one line per kind of value)
    """Deterministic CBOR: map keys ordered by length, then bytes; a `$link` becomes tag 42."""
    match value:
        case None:
            return b"\xf6"
        case bool():
            return b"\xf5" if value else b"\xf4"
        case int():
            return _head(0, value) if value >= 0 else _head(1, -1 - value)
        case float():
            return b"\xfb" + struct.pack(">d", value)
        case str():
            return _head(3, len(value.encode())) + value.encode()
        case list():
            return _head(4, len(value)) + b"".join(encode(item) for item in value)
        case {"$link": str(link), **rest} if not rest:
            raw = b"\x00" + base64.b32decode(_padded(link[1:].upper()))
            return _head(6, 42) + _head(2, len(raw)) + raw
        case dict():
            keys = sorted(value, key=lambda key: (len(key.encode()), key.encode()))
            return _head(5, len(keys)) + b"".join(encode(k) + encode(value[k]) for k in keys)
    raise TypeError(f"{type(value).__name__} has no place in a record")


def _head(major: int, length: int) -> bytes:
    if length < 24:
        return bytes([major << 5 | length])
    for code, form in ((24, ">B"), (25, ">H"), (26, ">I")):
        if length < 1 << (8 * struct.calcsize(form)):
            return bytes([major << 5 | code]) + struct.pack(form, length)
    return bytes([major << 5 | 27]) + struct.pack(">Q", length)


def _padded(text: str) -> str:
    return text + "=" * (-len(text) % 8)
