"""Storing pictures and videos: checked, stripped of all but what they show, kept once per team and
content.

Called by the upload endpoint and by the composer's plain form.
"""

import secrets
import unicodedata
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models.fields.files import FieldFile
from django.utils.translation import gettext as _

from accounts.models import Team, User
from notifications.live import announce
from posts import audited, decoding, sealed, videos
from posts.decoding import EXTENSIONS, Clean
from posts.errors import UploadRefused
from posts.models import MediaAsset

MAX_UPLOAD = 25 * 1024 * 1024
# Each is read before the answer; more would keep the person waiting for a minute.
MAX_FILES = 20
ACCEPT = "image/jpeg,image/png,image/webp,image/gif,video/mp4,video/quicktime,video/webm"


@dataclass(frozen=True)
class Taken:
    """`known`: the team had it already."""

    asset: MediaAsset
    known: bool


def store(*, team: Team, by: User, upload: "UploadedFile[Any]") -> MediaAsset:
    """What is stored of it; what the team already has is found again. Raises UploadRefused."""
    return take(team=team, by=by, upload=upload).asset


def take(*, team: Team, by: User, upload: "UploadedFile[Any]") -> Taken:
    """As `store`. What was deleted and is not forgotten yet comes back. Raises UploadRefused."""
    with _clean(upload) as clean:
        if again := _again(team, clean, by):
            return again
        files = _files(team.pk, clean)
    with transaction.atomic():
        asset, created = MediaAsset.objects.get_or_create(
            team=team,
            sha256=clean.sha256,
            defaults={
                **files,
                "name": display_name(upload.name or ""),
                "kind": MediaAsset.Kind.VIDEO if clean.seconds else MediaAsset.Kind.PICTURE,
                "mime": clean.mime,
                "width": clean.width,
                "height": clean.height,
                "seconds": clean.seconds,
                "bytes": clean.size,
                "uploaded_by": by,
            },
        )
        if created:
            after = {"kind": asset.kind, "bytes": asset.bytes}
            audited.thing(asset, "media.upload", team=team.pk, by=by, after=after)
            announce(team.pk, "media")
    if not created:  # The same, uploaded twice at once: the other one's files stay.
        for name in files.values():
            default_storage.delete(name)
    return Taken(asset, known=not created)


def _again(team: Team, clean: Clean, by: User) -> Taken | None:
    known = MediaAsset.objects.ever_of(team).filter(sha256=clean.sha256)
    with transaction.atomic():
        back = known.exclude(deleted_at=None).update(deleted_at=None)
        for found in known if back else ():
            audited.thing(found, "media.restore", team=team.pk, by=by)
            announce(team.pk, "media", f"media:{found.pk}")
    # Read after that: a sweep that was faster has let go of it, or of its file.
    asset = known.first()
    return Taken(_mended(asset, clean), known=not back) if asset else None


def _mended(asset: MediaAsset, clean: Clean) -> MediaAsset:
    """What the disk lost or damaged is replaced: posts that were approved with it can go out."""
    if not _holds(asset.file, clean.sha256):
        MediaAsset.objects.filter(pk=asset.pk).update(**_files(asset.team_id, clean))
        asset.refresh_from_db()
    return asset


def _holds(stored: FieldFile, sha256: str) -> bool:
    try:
        with stored.open("rb") as file:
            return sealed.digest_of(file.chunks()) == sha256
    except (OSError, ValueError):  # ValueError: the row names no file any more.
        return False


def _files(team_id: int, clean: Clean) -> dict[str, str]:
    key = f"{team_id}/{secrets.token_hex(16)}"
    return {
        "file": _write(f"{key}.{EXTENSIONS[clean.mime]}", clean.content),
        "thumbnail": _write(f"{key}-small.webp", ContentFile(clean.thumbnail)),
    }


def require_few(uploads: "Sequence[UploadedFile[Any]]") -> None:
    if len(uploads) > MAX_FILES:
        raise UploadRefused(_("At most %(n)s pictures at a time.") % {"n": MAX_FILES})


@transaction.atomic
def describe(*, asset: MediaAsset, alt: str) -> None:
    """The description that new posts start from; posts that use it keep theirs."""
    MediaAsset.objects.filter(pk=asset.pk).update(alt=alt)
    before, after = {"alt": asset.alt}, {"alt": alt}
    audited.thing(asset, "media.edit", team=asset.team_id, before=before, after=after)
    announce(asset.team_id, "media")


def display_name(name: str) -> str:
    """What to call the file on screen. It never becomes part of a path."""
    base = name.replace("\\", "/").rsplit("/", 1)[-1]
    # Control characters and direction overrides could disguise the name.
    shown = "".join(char for char in base if unicodedata.category(char)[0] != "C")
    return shown.strip()[:200]


def _clean(upload: "UploadedFile[Any]") -> AbstractContextManager[Clean]:
    head = upload.read(videos.HEAD)
    upload.seek(0)
    if kind := videos.kind_of(head):
        return videos.cleaned(upload, kind)
    return nullcontext(decoding.clean(_read(upload)))


def _read(upload: "UploadedFile[Any]") -> bytes:
    if (upload.size or 0) > MAX_UPLOAD:
        raise _too_large()
    raw: bytes = upload.read()
    if not raw:
        raise UploadRefused(_("This file is empty. Choose it again."))
    if not looks_like_picture(raw):
        raise decoding.no_picture()
    return raw


def require_wanted(head: bytes, size: int) -> None:
    """Of the whole, its first bytes and how many there will be. Raises UploadRefused."""
    if videos.kind_of(head):
        videos.require_possible(size)
    elif not looks_like_picture(head):
        raise decoding.no_picture()
    elif size > MAX_UPLOAD:
        raise _too_large()


def looks_like_picture(raw: bytes) -> bool:
    starts = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a")
    return raw.startswith(starts) or (raw[:4] == b"RIFF" and raw[8:12] == b"WEBP")


def _too_large() -> UploadRefused:
    return UploadRefused(
        _("This file is larger than %(limit)s MB. Save it smaller and try again.")
        % {"limit": MAX_UPLOAD // (1024 * 1024)},
        413,
    )


def _write(key: str, content: "File[Any]") -> str:
    try:
        return default_storage.save(key, content)
    except OSError:
        raise UploadRefused(
            _("The file was not saved: the store refused it. Try again in a moment."), 503
        ) from None
