"""Pictures and videos on Reddit: a lease first, then the bytes to where it leads.

Not documented, and used by every client: POST /api/media/asset.json. The address of the bytes is
where they were put and the field `key`. A lease ends within minutes, so that each upload has its
own. Called by the adapter beside it.
"""

import re
import struct
import zlib
from io import BytesIO
from typing import BinaryIO

from publishers import handles
from publishers.adapters.reddit.calls import Calls
from publishers.adapters.reddit.refusals import NAME
from publishers.contract import Media, NotPublished, Rejected, Reply, Step, TryLater
from publishers.verdicts import is_fine, list_at, repeatable, text_at

# How long what nobody posted is kept is not told.
ASSET_SECONDS = 3600
VIDEO_SECONDS = 900.0
PICTURE_SECONDS = 120.0
ENDINGS = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/gif": "gif",
    "video/mp4": "mp4",
    "video/quicktime": "mov",
}
_POSTER_SIDE = 640


def upload(calls: Calls, media: Media, step: Step) -> NotPublished | None:
    """Once, while it lives. A video gets a poster, without which it is not taken."""
    if handles.held(step, media):
        return None
    poster = ""
    if media.is_video:
        made = _put(calls, "poster.png", "image/png", BytesIO(_poster(media)), PICTURE_SECONDS)
        if not isinstance(made, tuple):
            return made
        poster = made[0]
    name = f"{media.sha256[:16]}.{ENDINGS.get(media.mime, 'bin')}"
    seconds = VIDEO_SECONDS if media.is_video else PICTURE_SECONDS
    with media.stream() as stream:
        put = _put(calls, name, media.mime, stream, seconds)
    if not isinstance(put, tuple):
        return put
    handles.keep(step, media, ASSET_SECONDS, url=put[0], asset=put[1], poster=poster)
    return None


def _put(
    calls: Calls, name: str, mime: str, stream: BinaryIO, seconds: float
) -> tuple[str, str] | NotPublished:
    """(its address, its id)."""
    form = {"filepath": name, "mimetype": mime, "api_type": "json"}
    lease = calls.ask("POST", "/api/media/asset.json", form=form)
    if not isinstance(lease, Reply):
        return lease
    action = text_at(lease.json, "args", "action").rstrip("/")
    asset = text_at(lease.json, "asset", "asset_id")
    rows = list_at(lease.json, "args", "fields")
    fields = {text_at(row, "name"): text_at(row, "value") for row in rows if text_at(row, "name")}
    if not re.fullmatch(r"//[A-Za-z0-9.-]+(?:/\S*)?", action) or not asset or "key" not in fields:
        return TryLater(f"{NAME} gave no place for a picture or video.")
    answer = calls.http.send(
        "POST",
        calls.app.at(f"https:{action}/"),
        form=fields,
        files={"file": (name, stream, mime)},
        seconds=seconds,
    )
    reply = repeatable(answer, NAME)
    if not isinstance(reply, Reply):
        return reply
    return (f"https:{action}/{fields['key']}", asset) if is_fine(reply) else _refused(reply)


def _refused(reply: Reply) -> NotPublished:
    """The store speaks XML."""
    said = reply.body.decode(errors="replace")
    if _in(said, "Code") == "EntityTooLarge":
        sizes = [_in(said, one) for one in ("ProposedSize", "MaxSizeAllowed")]
        told = [f"{int(one) / 1e6:.1f} MB" for one in sizes if one.isdecimal() and len(one) < 16]
        reason = f"A picture or video is too large for {NAME}. Save it smaller."
        if len(told) == 2:
            has, takes = told
            reason = (
                f"A picture or video is too large for {NAME}: it has {has}, and {NAME} takes "
                f"{takes}. Save it smaller."
            )
        return Rejected(reason, code="EntityTooLarge")
    return TryLater(
        f"The place for a picture or video on {NAME} has ended; a new one is asked for."
    )


def _in(said: str, tag: str) -> str:
    found = re.search(rf"<{tag}>([^<]*)</{tag}>", said)
    return found[1].strip() if found else ""


def _poster(media: Media) -> bytes:
    """What stands for the video until one of its frames does: a plain picture of its shape."""
    longest = max(media.width, media.height, 1)
    width = max(16, (media.width or 16) * _POSTER_SIDE // longest)
    height = max(16, (media.height or 9) * _POSTER_SIDE // longest)
    rows = (b"\x00" + b"\x1c\x1f\x24" * width) * height

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body
