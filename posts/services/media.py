"""Storing pictures: checked, stripped of all but the picture, kept once per team and content.

Called by the upload endpoint and by the composer's plain form.
"""

import hashlib
import json
import os
import secrets
import subprocess
import sys
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models.fields.files import FieldFile
from django.utils.translation import gettext as _

from accounts.models import Team, User
from posts import pictures
from posts.errors import UploadRefused
from posts.models import MediaAsset

MAX_UPLOAD = 25 * 1024 * 1024
# Each picture is decoded before the answer; more would keep the person waiting for a minute.
MAX_FILES = 20
ACCEPT = "image/jpeg,image/png,image/webp,image/gif"
EXTENSIONS = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp"}
DECODE_SECONDS = 30
# All that the child is told: no keys, but where a Python of one's own finds its libraries.
PASSED_ON = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT")

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Clean:
    picture: bytes
    thumbnail: bytes
    mime: str
    width: int
    height: int


def store(*, team: Team, by: User, upload: "UploadedFile[Any]") -> MediaAsset:
    """The stored picture; one that the team already has is found again. Raises UploadRefused."""
    clean = _clean(_read(upload))
    digest = hashlib.sha256(clean.picture).hexdigest()
    known = MediaAsset.objects.for_team(team).filter(sha256=digest).first()
    if known is not None:
        return _mended(known, clean)
    files = _files(team.pk, clean)
    with transaction.atomic():
        asset, created = MediaAsset.objects.get_or_create(
            team=team,
            sha256=digest,
            defaults={
                **files,
                "name": display_name(upload.name or ""),
                "mime": clean.mime,
                "width": clean.width,
                "height": clean.height,
                "bytes": len(clean.picture),
                "uploaded_by": by,
            },
        )
    if not created:  # The same picture, uploaded twice at once: the other one's files stay.
        for name in files.values():
            default_storage.delete(name)
    return asset


def _mended(asset: MediaAsset, clean: Clean) -> MediaAsset:
    """What the disk lost or damaged is replaced: posts that were approved with it can go out."""
    if not _holds(asset.file, clean.picture):
        MediaAsset.objects.filter(pk=asset.pk).update(**_files(asset.team_id, clean))
        asset.refresh_from_db()
    return asset


def _holds(stored: FieldFile, content: bytes) -> bool:
    try:
        with stored.open("rb") as file:
            return bool(file.read() == content)
    except OSError:
        return False


def _files(team_id: int, clean: Clean) -> dict[str, str]:
    key = f"{team_id}/{secrets.token_hex(16)}"
    return {
        "file": _write(f"{key}.{EXTENSIONS[clean.mime]}", clean.picture),
        "thumbnail": _write(f"{key}-small.webp", clean.thumbnail),
    }


def require_few(uploads: "Sequence[UploadedFile[Any]]") -> None:
    if len(uploads) > MAX_FILES:
        raise UploadRefused(_("At most %(n)s pictures at a time.") % {"n": MAX_FILES})


def describe(*, asset: MediaAsset, alt: str) -> None:
    """The description that new posts start from; posts that use the picture keep theirs."""
    MediaAsset.objects.filter(pk=asset.pk).update(alt=alt)


def display_name(name: str) -> str:
    """What to call the file on screen. It never becomes part of a path."""
    base = name.replace("\\", "/").rsplit("/", 1)[-1]
    # Control characters and direction overrides could disguise the name.
    shown = "".join(char for char in base if unicodedata.category(char)[0] != "C")
    return shown.strip()[:200]


def _read(upload: "UploadedFile[Any]") -> bytes:
    if (upload.size or 0) > MAX_UPLOAD:
        raise UploadRefused(
            _("This file is larger than %(limit)s MB. Save it smaller and try again.")
            % {"limit": MAX_UPLOAD // (1024 * 1024)},
            413,
        )
    raw: bytes = upload.read()
    if not raw:
        raise UploadRefused(_("This file is empty. Choose it again."))
    if not _looks_like_picture(raw):
        raise UploadRefused(_("This is not a JPEG, PNG, WebP or GIF picture."), 415)
    return raw


def _looks_like_picture(raw: bytes) -> bool:
    starts = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a")
    return raw.startswith(starts) or (raw[:4] == b"RIFF" and raw[8:12] == b"WEBP")


def _clean(raw: bytes) -> Clean:
    """Decode and encode again in a child process, so that a hostile file harms nothing here."""
    try:
        child = subprocess.run(
            [sys.executable, "-I", str(Path(pictures.__file__))],
            input=raw,
            capture_output=True,
            timeout=DECODE_SECONDS,
            check=False,
            env={name: os.environ[name] for name in PASSED_ON if name in os.environ},
        )
    except subprocess.TimeoutExpired:
        raise UploadRefused(_("This picture takes too long to read. Save it smaller.")) from None
    line, _newline, files = child.stdout.partition(b"\n")
    if child.returncode or not line:
        reason = child.stderr.decode(errors="replace").strip()[-500:]
        log.warning("picture reader died", returncode=child.returncode, reason=reason)
        raise UploadRefused(_("This picture cannot be read. Save it again and upload that file."))
    answer = json.loads(line)
    if "error" in answer:
        raise _refusal(answer["error"])
    split = answer["bytes"]
    return Clean(files[:split], files[split:], answer["mime"], answer["width"], answer["height"])


def _refusal(error: str) -> UploadRefused:
    if error == "type":
        return UploadRefused(_("This is not a JPEG, PNG, WebP or GIF picture."), 415)
    if error in ("pixels", "memory"):
        return UploadRefused(
            _("This picture has too many pixels (max %(limit)s MP). Save it smaller.")
            % {"limit": pictures.MAX_PIXELS // 1_000_000}
        )
    return UploadRefused(
        _("This picture is damaged or not complete. Save it again and upload that file.")
    )


def _write(key: str, data: bytes) -> str:
    try:
        return default_storage.save(key, ContentFile(data))
    except OSError:
        raise UploadRefused(
            _("The picture was not saved: the disk refused it. Try again in a moment."), 503
        ) from None
