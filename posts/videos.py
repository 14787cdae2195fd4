"""Turns an uploaded video into a clean one: the same pictures and sound, and nothing else.

Where it was filmed, by whom and with what stays out: metadata, chapters and further tracks are left
behind. Nothing is encoded anew. Called by services/media.py; ffmpeg.py reads the file.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog
from django.conf import settings
from django.core.files.base import File
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from posts import decoding, ffmpeg, sealed
from posts.decoding import Clean
from posts.errors import UploadRefused
from posts.ffmpeg import Facts

HEAD = 16
LONGEST = 12 * 3600
# What a file may grow by when it is written anew.
GROWTH = 16 * 1024 * 1024
# Where a film has begun for certain, and is not black any more.
POSTER_AT = 1.0

_ISO_BOXES = (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot")
# Pictures in the same wrapping.
_ISO_PICTURES = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1", b"avif", b"avis")
_MATROSKA = b"\x1a\x45\xdf\xa3"

_IN_MP4 = ({"h264", "hevc", "av1", "mpeg4", "vp9"}, {"", "aac", "mp3", "ac3", "eac3", "opus"})
_IN_MOV = ({"h264", "hevc", "mpeg4", "prores", "mjpeg"}, {"", "aac", "mp3", "alac"})
_IN_WEBM = ({"vp8", "vp9", "av1"}, {"", "opus", "vorbis"})

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Wrapping:
    mime: str
    arguments: tuple[str, ...]


_MP4 = Wrapping("video/mp4", ("-movflags", "+faststart", "-f", "mp4"))
_MOV = Wrapping("video/quicktime", ("-movflags", "+faststart", "-f", "mov"))
_WEBM = Wrapping("video/webm", ("-f", "webm"))


def kind_of(head: bytes) -> str:
    """What ffmpeg is to read it as; empty where it does not begin as a video does."""
    if head[4:8] in _ISO_BOXES and head[8:12] not in _ISO_PICTURES:
        return "mov"
    return "matroska" if head.startswith(_MATROSKA) else ""


@contextmanager
def cleaned(upload: "UploadedFile[Any]", kind: str) -> Iterator[Clean]:
    """Its file lives as long as the context. Raises UploadRefused."""
    require_possible(upload.size or 0)
    with tempfile.TemporaryDirectory(dir=settings.FILE_UPLOAD_TEMP_DIR) as name:
        folder = Path(name)
        try:
            source = _on_disk(upload, folder)
            found, mime = folder / "clean", _rewrapped(source, kind, folder)
            told = ffmpeg.facts(found, "mov" if kind == "mov" else "matroska", folder=folder)
            shown = _shown(found, kind, told.seconds, folder)
        except ffmpeg.Failed as error:
            log.info("video refused", reason=str(error))
            raise UploadRefused(
                _("This video is damaged or not complete. Save it again and upload that file.")
            ) from None
        except OSError:
            raise UploadRefused(
                _("The video was not saved: the disk refused it. Try again in a moment."), 503
            ) from None
        _require_length(told)
        with found.open("rb") as file:
            content = File(file)
            yield Clean(
                content=content,
                sha256=sealed.digest_of(content.chunks()),
                thumbnail=shown.thumbnail,
                mime=mime,
                width=shown.width,
                height=shown.height,
                size=found.stat().st_size,
                seconds=told.seconds,
            )


def require_possible(size: int) -> None:
    """Whether a video of so many bytes can be read here. Raises UploadRefused."""
    if size > settings.VIDEO_BYTES:
        raise UploadRefused(
            _("This video is larger than %(limit)s MB. Save it smaller and try again.")
            % {"limit": settings.VIDEO_BYTES // 1_000_000},
            413,
        )
    if ffmpeg.program() is None:
        raise UploadRefused(
            _(
                "Videos need ffmpeg, and this server has none. Ask whoever runs it to install "
                "ffmpeg, or to name the program in DRUMBEAT_FFMPEG."
            )
        )


def _require_length(told: Facts) -> None:
    if not 0 < told.seconds <= LONGEST:
        raise UploadRefused(_("A video runs up to 12 hours, and longer than nothing. Cut it."))


def _on_disk(upload: "UploadedFile[Any]", folder: Path) -> Path:
    """Large uploads lie on the disk already."""
    if hasattr(upload, "temporary_file_path"):
        return Path(upload.temporary_file_path())
    with (folder / "upload").open("wb") as file:
        for piece in upload.chunks():
            file.write(piece)
    return folder / "upload"


def _rewrapped(source: Path, kind: str, folder: Path) -> str:
    """Written to `clean` in that folder; what it is now."""
    told = ffmpeg.facts(source, kind, folder=folder)
    wrapping = _wrapping(kind, told)
    # Players of one large maker know this codec by one of its two names only.
    named = ["-tag:v", "hvc1"] if told.video == "hevc" and wrapping is not _WEBM else []
    ffmpeg.make(
        [
            *("-f", kind, "-i", str(source)),
            *("-map", "0:V:0", "-map", "0:a:0?", "-c", "copy", *named),
            *("-map_metadata", "-1", "-map_metadata:s", "-1", "-map_chapters", "-1"),
            # The same video is the same file, whenever it is uploaded.
            *("-fflags", "+bitexact", *wrapping.arguments),
        ],
        folder / "clean",
        folder=folder,
        largest=source.stat().st_size + GROWTH,
    )
    return wrapping.mime


def _wrapping(kind: str, told: Facts) -> Wrapping:
    if not told.video:
        raise UploadRefused(_("There is no picture in this file, only sound."), 415)
    for wrapping, (videos, audios) in (
        ((_MP4, _IN_MP4), (_MOV, _IN_MOV)) if kind == "mov" else ((_WEBM, _IN_WEBM),)
    ):
        sounds = told.audio in audios or (wrapping is _MOV and told.audio.startswith("pcm_"))
        if told.video in videos and sounds:
            return wrapping
    inside = " + ".join(filter(None, (told.video, told.audio)))
    raise UploadRefused(
        _("This video is encoded as %(inside)s. Save it as MP4 with H.264 and AAC.")
        % {"inside": inside},
        415,
    )


def _shown(found: Path, kind: str, seconds: float, folder: Path) -> Clean:
    """A picture from its beginning, upright and with square pixels, as people see the video."""
    target = folder / "poster.jpg"
    for at in (min(POSTER_AT, seconds / 2), 0.0):
        try:
            ffmpeg.make(
                [
                    *("-ss", f"{at:.3f}", "-f", kind, "-i", str(found), "-map", "0:v:0"),
                    *("-frames:v", "1", "-vf", "scale=iw*sar:ih,setsar=1"),
                    *("-c:v", "mjpeg", "-q:v", "3", "-pix_fmt", "yuvj420p"),
                    *("-strict", "unofficial", "-threads", "1", "-f", "image2", "-update", "1"),
                ],
                target,
                folder=folder,
                largest=GROWTH,
            )
            return decoding.clean(target.read_bytes())
        except ffmpeg.Failed:
            if not at:
                raise
    raise AssertionError("unreachable")
