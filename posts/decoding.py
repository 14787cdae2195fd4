"""Reading pictures in a child process, so that a hostile file harms nothing here (pictures.py).

Called by services/media.py for uploads, by videos.py for what a video shows at its beginning, and
by renditions.py.
"""

import hashlib
import json
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import structlog
from django.core.files.base import ContentFile, File
from django.utils.translation import gettext as _

from posts import guarded, pictures
from posts.errors import UploadRefused
from publishers.renditions import Recipe

DECODE_SECONDS = 30
EXTENSIONS = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "video/mp4": "mp4",
    "video/quicktime": "mov",
    "video/webm": "webm",
}

log = structlog.get_logger(__name__)


class Unreadable(Exception):
    """`reason`: type, pixels, memory, bytes, broken, slow or died (the child, not the picture)."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Clean:
    """What is kept of an upload. `seconds` 0: a picture. `thumbnail` is WebP."""

    content: "File[Any]"
    sha256: str
    thumbnail: bytes
    mime: str
    width: int
    height: int
    size: int
    seconds: float = 0


@dataclass(frozen=True)
class Converted:
    content: bytes
    mime: str
    width: int
    height: int


def clean(raw: bytes) -> Clean:
    """Raises UploadRefused."""
    try:
        answer, files = _answer(raw)
    except Unreadable as error:
        raise _refusal(error.reason) from None
    picture, thumbnail = files[: answer["bytes"]], files[answer["bytes"] :]
    return Clean(
        content=ContentFile(picture),
        sha256=hashlib.sha256(picture).hexdigest(),
        thumbnail=thumbnail,
        mime=answer["mime"],
        width=answer["width"],
        height=answer["height"],
        size=len(picture),
    )


def converted(raw: bytes, recipe: Recipe) -> Converted:
    """Raises Unreadable."""
    answer, picture = _answer(raw, json.dumps(asdict(recipe)))
    return Converted(picture, answer["mime"], answer["width"], answer["height"])


def _answer(raw: bytes, *arguments: str) -> tuple[dict[str, Any], bytes]:
    try:
        child = subprocess.run(
            [sys.executable, "-I", str(Path(pictures.__file__)), *arguments],
            input=raw,
            capture_output=True,
            timeout=DECODE_SECONDS,
            check=False,
            env=guarded.surroundings(),
        )
    except subprocess.TimeoutExpired:
        raise Unreadable("slow") from None
    line, _newline, files = child.stdout.partition(b"\n")
    if child.returncode or not line:
        reason = child.stderr.decode(errors="replace").strip()[-500:]
        log.warning("picture reader died", returncode=child.returncode, reason=reason)
        raise Unreadable("died")
    answer: dict[str, Any] = json.loads(line)
    if "error" in answer:
        raise Unreadable(answer["error"])
    return answer, files


def no_picture() -> UploadRefused:
    return UploadRefused(
        _("This is not a JPEG, PNG, WebP or GIF picture, nor an MP4, MOV or WebM video."), 415
    )


def _refusal(reason: str) -> UploadRefused:
    if reason == "type":
        return no_picture()
    if reason in ("pixels", "memory"):
        return UploadRefused(
            _("This picture has too many pixels (max %(limit)s MP). Save it smaller.")
            % {"limit": pictures.MAX_PIXELS // 1_000_000}
        )
    if reason == "slow":
        return UploadRefused(_("This picture takes too long to read. Save it smaller."))
    if reason == "died":
        return UploadRefused(_("This picture cannot be read. Save it again and upload that file."))
    return UploadRefused(
        _("This picture is damaged or not complete. Save it again and upload that file.")
    )
