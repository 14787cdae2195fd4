"""Looking into uploads as a platform does: by their bytes, whatever the client says they are."""

import hashlib
from datetime import timedelta
from io import BytesIO

from django.utils import timezone
from PIL import Image

from publishers.sandbox import faults, files
from publishers.sandbox.models import Attachment, Fault, Picture, RemotePost
from publishers.sandbox.models.media import ROW_BYTES
from publishers.sandbox.shapes import Shape

__all__ = ["Shape", "attach", "examine", "fill", "fill_from", "work"]

FORMATS = {"JPEG": "image/jpeg", "PNG": "image/png", "GIF": "image/gif", "WEBP": "image/webp"}
# No platform takes a picture that is larger.
LARGEST = 50_000_000


def examine(data: bytes) -> Shape | None:
    """What picture this is, or None. Reads the header only. Of videos: films.py."""
    try:
        with Image.open(BytesIO(data), formats=tuple(FORMATS)) as image:
            return Shape(FORMATS[image.format or ""], *image.size)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None


def fill(picture: Picture, data: bytes, shape: Shape, *, works: bool = False) -> Picture:
    """Put the bytes into a row that may be new or have waited for them.

    `works`: the platform works on it for a while before it can be used (see `work`).
    """
    picture.size, picture.digest = len(data), hashlib.sha256(data).hexdigest()
    if len(data) <= ROW_BYTES:
        picture.data = data
    else:
        picture.kept = files.new()
        files.path(picture.kept).write_bytes(data)
    return _shaped(picture, shape, works=works)


def fill_from(picture: Picture, name: str, shape: Shape, *, works: bool = True) -> Picture:
    """The same with a file of ours (files.py), which belongs to the row from now on."""
    path = files.path(name)
    picture.size, picture.digest, picture.kept = path.stat().st_size, files.digest(name), name
    if picture.size <= ROW_BYTES:
        picture.data = path.read_bytes()
    if picture.size <= ROW_BYTES or picture.size > files.KEPT_BYTES:
        files.drop(name)
        picture.kept = ""
    return _shaped(picture, shape, works=works)


def _shaped(picture: Picture, shape: Shape, *, works: bool) -> Picture:
    picture.mime, picture.width, picture.height = shape.mime, shape.width, shape.height
    picture.seconds = shape.seconds
    if works:
        work(picture)
    picture.save()
    return picture


def work(picture: Picture) -> None:
    """Begin to work on it: as long as the account's setting or an armed fault says, and in vain if
    that is armed. Nothing is saved.
    """
    seconds = picture.account.processing_seconds
    if slow := faults.called_for(picture.account, Fault.Kind.PROCESSING_SLOW):
        seconds = slow.seconds
    picture.ready_at = timezone.now() + timedelta(seconds=seconds)
    picture.failed = bool(faults.called_for(picture.account, Fault.Kind.PROCESSING_FAILED))


def attach(post: RemotePost, pictures: list[tuple[Picture, str]]) -> None:
    Attachment.objects.bulk_create(
        Attachment(post=post, picture=picture, position=position, alt=alt)
        for position, (picture, alt) in enumerate(pictures)
    )
