"""Turns an uploaded picture into a clean one, or a clean one into what a platform takes.

Run as a program of its own by decoding.py: decoding hostile files happens here, in a child process
with little memory and time and no Django. The picture comes on standard input; a recipe, as JSON,
is the argument. On standard output a line of JSON, the picture and, of an upload, its thumbnail.
"""

import io
import json
import math
import resource
import sys
import warnings
from typing import Any

from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
MAX_PIXELS = 50_000_000
SMALLER_EDGES = (4096, 3072, 2048, 1536)
THUMBNAIL_EDGE = 480
# The strictest platform takes two million bytes; staying under it spares every rendition.
TARGET_BYTES = 2_000_000
QUALITIES = (90, 86, 83, 80)
# For a platform that takes less: first as it is, then worse, then smaller.
LOWER_QUALITIES = (*QUALITIES, 74, 66)
SMALLER = (1.0, 0.85, 0.7, 0.5, 0.35, 0.25)
SAVED_AS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
MEMORY = 1536 * 1024 * 1024
SECONDS = 20

type Encoded = tuple[bytes, str, tuple[int, int]]


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    try:
        raw = sys.stdin.buffer.read()
        answer, *files = convert(raw, json.loads(sys.argv[1])) if sys.argv[1:] else clean(raw)
    except UnidentifiedImageError:
        answer, files = {"error": "type"}, []
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        answer, files = {"error": "pixels"}, []
    except MemoryError:
        answer, files = {"error": "memory"}, []
    except Exception as error:  # noqa: BLE001  (a broken file makes each decoder fail its own way)
        answer, files = {"error": "broken", "detail": f"{type(error).__name__}: {error}"}, []
    out = sys.stdout.buffer
    out.write(json.dumps(answer).encode() + b"\n" + b"".join(files))
    out.flush()


def clean(raw: bytes) -> tuple[dict[str, object], bytes, bytes]:
    image, lossless = decoded(raw)
    picture, mime, (width, height) = smallest_good(image, lossless=lossless)
    thumbnail = image.copy()
    thumbnail.thumbnail((THUMBNAIL_EDGE, THUMBNAIL_EDGE), Image.Resampling.LANCZOS)
    small = saved(thumbnail, "WEBP", quality=80, method=4)
    facts = {
        "mime": mime,
        "width": width,
        "height": height,
        "bytes": len(picture),
        "thumbnail": len(small),
    }
    return facts, picture, small


def decoded(raw: bytes) -> tuple[Image.Image, bool]:
    """Upright and in plain colours; whether it came without losses."""
    opened = Image.open(io.BytesIO(raw), formats=FORMATS)
    if opened.width * opened.height > MAX_PIXELS:
        raise Image.DecompressionBombError
    lossless = opened.format in ("PNG", "GIF")
    opened.load()
    return to_srgb(ImageOps.exif_transpose(opened)), lossless


def convert(raw: bytes, recipe: dict[str, Any]) -> tuple[dict[str, object], bytes]:
    """`recipe`: kinds, the best first; width and height; size at most; least pixels of a side; the
    box that is cut out, or None.
    """
    image, _lossless = decoded(raw)
    tall = False
    if recipe["box"]:
        left, top, width, height = recipe["box"]
        tall = height < image.height
        image = image.crop((left, top, left + width, top + height))
    for smaller in SMALLER:
        size = sides(recipe, smaller, tall=tall)
        if min(size) < recipe["least"] and smaller < 1:
            break
        sized = image.resize(size, Image.Resampling.LANCZOS) if size != image.size else image
        for mime in recipe["kinds"]:
            picture = within(sized, SAVED_AS[mime], recipe["size"])
            if picture:
                facts = {"mime": mime, "width": size[0], "height": size[1], "bytes": len(picture)}
                return facts, picture
    return {"error": "bytes"}, b""


def sides(recipe: dict[str, Any], smaller: float, *, tall: bool) -> tuple[int, int]:
    """What was cut to a shape stays within it: the side that was too long is never rounded up."""
    exact = recipe["width"] * smaller, recipe["height"] * smaller
    if not recipe["box"]:
        width, height = map(round, exact)
    elif tall:
        width, height = math.ceil(exact[0]), math.floor(exact[1])
    else:
        width, height = math.floor(exact[0]), math.ceil(exact[1])
    return max(1, width), max(1, height)


def within(image: Image.Image, kind: str, most: int) -> bytes:
    """The best that is no larger; empty where none is."""
    if kind == "JPEG" and image.mode != "RGB":
        image = on_white(image)
    for quality in (None,) if kind == "PNG" else LOWER_QUALITIES:
        options = {"optimize": True} if quality is None else {"quality": quality}
        picture = saved(image, kind, **options)
        if len(picture) <= most:
            return picture
    return b""


def on_white(image: Image.Image) -> Image.Image:
    white = Image.new("RGB", image.size, "white")
    white.paste(image, mask=image.getchannel("A"))
    return white


def to_srgb(image: Image.Image) -> Image.Image:
    """Plain RGB or RGBA with nothing else attached; colours look the same without their profile."""
    has_alpha = image.has_transparency_data
    profile = image.info.get("icc_profile")
    target = "RGBA" if has_alpha else "RGB"
    if profile and image.mode in ("RGB", "RGBA", "CMYK"):
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(
                image, source, ImageCms.createProfile("sRGB"), outputMode=target
            )
            image = converted or image
        except ImageCms.PyCMSError:
            pass  # An unreadable profile is dropped like the rest of the metadata.
    image = image.convert(target)
    bare = Image.new(target, image.size)
    bare.paste(image)
    return bare


def smallest_good(image: Image.Image, *, lossless: bool) -> Encoded:
    """As it came where it fits; else as JPEG, then smaller; flattened only as a last resort."""
    if image.mode == "RGBA" and image.getchannel("A").getextrema() == (255, 255):
        image = image.convert("RGB")
    keep_png = lossless or image.mode == "RGBA"
    best: Encoded | None = None
    for edge in SMALLER_EDGES:
        sized = image.copy()
        sized.thumbnail((edge, edge), Image.Resampling.LANCZOS)
        if keep_png:
            png = saved(sized, "PNG", optimize=sized.width * sized.height < 4_000_000)
            best = (png, "image/png", sized.size)
            if len(png) <= TARGET_BYTES:
                return best
        if sized.mode == "RGB":
            best = as_jpeg(sized)
            if len(best[0]) <= TARGET_BYTES:
                return best
    if image.mode == "RGBA":
        return smallest_good(on_white(image), lossless=False)
    assert best is not None
    return best


def as_jpeg(image: Image.Image) -> Encoded:
    picture = b""
    for quality in QUALITIES:
        picture = saved(image, "JPEG", quality=quality, optimize=True, progressive=True)
        if len(picture) <= TARGET_BYTES:
            break
    return picture, "image/jpeg", image.size


def saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


if __name__ == "__main__":
    main()
