"""Looking into uploads as a platform does: by their bytes, whatever the client says they are."""

import hashlib
from dataclasses import dataclass
from io import BytesIO

from PIL import Image

from publishers.sandbox.models import Attachment, Picture, RemotePost

FORMATS = {"JPEG": "image/jpeg", "PNG": "image/png", "GIF": "image/gif", "WEBP": "image/webp"}


@dataclass(frozen=True)
class Shape:
    mime: str
    width: int
    height: int


def examine(data: bytes) -> Shape | None:
    """What picture this is, or None. Reads the header only."""
    try:
        with Image.open(BytesIO(data), formats=tuple(FORMATS)) as image:
            return Shape(FORMATS[image.format or ""], *image.size)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None


def fill(picture: Picture, data: bytes, shape: Shape) -> Picture:
    """Put the bytes into a row that may be new or have waited for them."""
    picture.data, picture.size = data, len(data)
    picture.digest = hashlib.sha256(data).hexdigest()
    picture.mime, picture.width, picture.height = shape.mime, shape.width, shape.height
    picture.save()
    return picture


def attach(post: RemotePost, pictures: list[tuple[Picture, str]]) -> None:
    Attachment.objects.bulk_create(
        Attachment(post=post, picture=picture, position=position, alt=alt)
        for position, (picture, alt) in enumerate(pictures)
    )
