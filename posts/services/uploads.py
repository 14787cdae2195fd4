"""Large files, piece by piece: begun, carried on where they stopped, and read once they are whole.

A part lies in a folder of its own that nothing is served from, or in the bucket, where browsers
send it themselves (direct.py). Each is bounded in size and age, and a person has few at once.
Called by views/uploads.py and by the tick.
"""

import hashlib
import secrets
import time
from datetime import timedelta
from pathlib import Path
from typing import IO

import structlog
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import F, Q, Sum
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Team, User
from posts.errors import OutOfStep, UploadRefused
from posts.models import Upload
from posts.services import direct, media
from posts.services.media import Taken

# The largest piece that is taken, and how large ours are.
LARGEST_PIECE = 8 * 1024 * 1024
PIECE = 4 * 1024 * 1024
MOST_OF_ONE = 10
# Of all parts of a team, in files of the largest size.
MOST_OF_TEAM = 6
PATIENCE = timedelta(hours=24)
# Reading the largest video takes a minute or two: whoever took longer has died.
READING = timedelta(minutes=15)

log = structlog.get_logger(__name__)


class _Part(UploadedFile):  # type: ignore[type-arg]  # not generic while it runs
    """A part that has become whole, as Django hands over a file that lies on the disk."""

    def __init__(self, file: IO[bytes], path: Path, upload: Upload) -> None:
        super().__init__(file, name=upload.name, size=upload.size)
        self.path = path

    def temporary_file_path(self) -> str:
        return str(self.path)


def largest() -> int:
    return int(max(settings.VIDEO_BYTES, media.MAX_UPLOAD))


@transaction.atomic
def begin(
    *, team: Team, by: User, name: str, size: int, changed: str, head: bytes | None = None
) -> Upload:
    """The part of this file so far; `changed`: when the person's computer says it was changed.

    `head`: what it begins with, from a browser that can send it to the bucket itself. Raises
    UploadRefused.
    """
    _require_size(size)
    straight = head is not None and direct.possible()
    if straight:
        media.require_wanted(head or b"", size)
    # Two that begin at one moment count each other.
    Team.objects.select_for_update(no_key=True).get(pk=team.pk)
    name = media.display_name(name)
    mark = hashlib.sha256(f"{name}\0{size}\0{changed}".encode()).hexdigest()
    mine = Upload.objects.for_team(team).filter(by=by)
    found = mine.select_related("asset").filter(mark=mark).first()
    if found is not None and _usable(found, straight):
        return found
    if found is not None:
        cancel(upload=found)
    _require_room(team, by, size)
    key = secrets.token_hex(16)
    return Upload.objects.create(
        team=team, by=by, name=name, size=size, mark=mark, key=key, direct=straight
    )


def _require_size(size: int) -> None:
    if size <= 0:
        raise UploadRefused(_("This file is empty. Choose it again."))
    if size > largest():
        raise UploadRefused(
            _("This file is larger than %(limit)s MB. Save it smaller and try again.")
            % {"limit": largest() // 1_000_000},
            413,
        )


def _usable(found: Upload, straight: bool) -> bool:
    """Whether it can go on, or came to an end that is still there."""
    if found.asset is not None:
        Upload.objects.filter(pk=found.pk).update(known=True)
        return found.asset.deleted_at is None
    if found.direct or straight:
        return found.direct and straight
    return found.received == 0 or _length(_path(found)) >= found.received


def _require_room(team: Team, by: User, size: int) -> None:
    waiting = Upload.objects.for_team(team).filter(asset=None)
    if waiting.filter(by=by).count() >= MOST_OF_ONE:
        raise UploadRefused(
            _("%(n)s of your uploads are not finished. Finish or cancel one of them first.")
            % {"n": MOST_OF_ONE},
            409,
        )
    promised = waiting.aggregate(total=Sum("size"))["total"] or 0
    if promised + size > MOST_OF_TEAM * largest():
        raise UploadRefused(
            _("The team is uploading too much at this moment. Try again when some of it is done."),
            409,
        )


def append(*, upload: Upload, offset: int, piece: bytes) -> int:
    """How many bytes are here now. Raises OutOfStep; after UploadRefused the part is gone."""
    if upload.direct:
        raise OutOfStep(upload.received)
    try:
        return _append(upload, offset, piece)
    except UploadRefused as error:
        if error.status != 503:
            cancel(upload=upload)
        raise


@transaction.atomic
def _append(upload: Upload, offset: int, piece: bytes) -> int:
    row = Upload.objects.select_for_update().filter(pk=upload.pk, asset=None).first()
    if row is None or offset != row.received or row.finishing_at is not None:
        raise OutOfStep(row.received if row else 0)
    if offset + len(piece) > row.size:
        raise UploadRefused(_("More came of this file than was announced. Choose it again."), 413)
    if offset == 0:
        media.require_wanted(piece, row.size)
    _write(_path(row), offset, piece)
    received = offset + len(piece)
    Upload.objects.filter(pk=row.pk).update(received=received, touched_at=timezone.now())
    return received


def finish(*, upload: Upload, by: User) -> Taken:
    """Read what has become whole; asked twice, it answers the same. Raises OutOfStep while somebody
    reads it or some of it is missing, and UploadRefused.
    """
    if upload.asset is not None:
        return Taken(upload.asset, upload.known)
    free = Q(finishing_at=None) | Q(finishing_at__lt=Now() - READING)
    whole = Q(received=F("size")) | Q(direct=True)
    if not Upload.objects.filter(free, whole, pk=upload.pk, asset=None).update(finishing_at=Now()):
        raise OutOfStep(upload.received)
    done = False
    try:
        taken = _read(upload, by)
        done = True
    except UploadRefused as error:
        if error.status != 503:
            cancel(upload=upload)
        raise
    finally:
        if not done:
            Upload.objects.filter(pk=upload.pk).update(finishing_at=None)
    Upload.objects.filter(pk=upload.pk).update(
        asset=taken.asset, known=taken.known, touched_at=timezone.now()
    )
    _drop(upload)
    return taken


def _read(upload: Upload, by: User) -> Taken:
    if upload.direct:
        with direct.gathered(upload) as sent:
            there = UploadedFile(sent, name=upload.name, size=upload.size)
            return media.take(team=upload.team, by=by, upload=there)
    try:
        with (path := _path(upload)).open("rb") as file:
            part = _Part(file, path, upload)
            return media.take(team=upload.team, by=by, upload=part)
    except FileNotFoundError:
        raise UploadRefused(_("This file is gone from the disk. Choose it again.")) from None


def cancel(*, upload: Upload) -> None:
    Upload.objects.filter(pk=upload.pk).delete()
    transaction.on_commit(lambda: _drop(upload))


def _drop(upload: Upload) -> None:
    if upload.direct:
        direct.forget(upload)
    else:
        _remove(_path(upload))


def sweep() -> None:
    """What nobody carried on, and files without a row, which a crash leaves behind."""
    old = timezone.now() - PATIENCE
    for upload in Upload.objects.filter(touched_at__lt=old):
        cancel(upload=upload)
    direct.sweep(old)
    if not _folder().is_dir():
        return
    known = set(Upload.objects.values_list("key", flat=True))
    for path in _folder().iterdir():
        if path.name not in known and _age(path) > PATIENCE.total_seconds():
            _remove(path)


# -- on the disk


def _folder() -> Path:
    return Path(settings.MEDIA_ROOT) / "parts"


def _path(upload: Upload) -> Path:
    return _folder() / upload.key


def _write(path: Path, offset: int, piece: bytes) -> None:
    """What a broken try has left beyond the offset is overwritten."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with path.open("r+b" if offset else "wb") as file:
            file.seek(offset)
            file.write(piece)
            file.truncate()
    except OSError:
        raise UploadRefused(
            _("The file was not saved: the disk refused it. Try again in a moment."), 503
        ) from None


def _length(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        log.warning("uploads.part_stays", part=path.name, error=str(error))


def _age(path: Path) -> float:
    """In seconds since it was written to."""
    try:
        return time.time() - path.stat().st_mtime
    except FileNotFoundError:
        return 0
