"""Large files that browsers send straight to the bucket: the row is here, the bytes are there.

What a browser says of a file is only a reason to begin: sizes are asked of the bucket, and what it
is, is read. Called by uploads.py for rows that are `direct`, and by views/uploads.py.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from importlib import import_module
from typing import TYPE_CHECKING, Any

import structlog
from django.conf import settings
from django.core.files.base import File
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from posts.errors import OutOfStep, UploadRefused
from posts.models import Upload

if TYPE_CHECKING:
    from posts.incoming import Incoming, Part

# All parts but the last have it. The bucket wants 5 MiB at least, and no more than 10,000 of them.
PART = 8 * 1024 * 1024

log = structlog.get_logger(__name__)


def possible() -> bool:
    return bool(settings.S3_ORIGIN)


def _incoming() -> "Incoming":
    """Its module takes a while to load, so only where it has something to do."""
    found: Incoming = import_module("posts.incoming").here()
    return found


def _is_bucket() -> bool:
    return "bucket" in settings.STORAGES["default"].get("OPTIONS", {})


def _sizes(upload: Upload) -> dict[int, int]:
    """What there must be in the end: the size of each part by its number, from 1."""
    starts = range(0, upload.size, PART)
    return {n: min(PART, upload.size - start) for n, start in enumerate(starts, 1)}


def have(upload: Upload) -> list[int]:
    """The numbers of the parts that need not be sent again. Raises UploadRefused (503)."""
    wanted = _sizes(upload)
    if upload.asset is not None or upload.received == upload.size:
        return list(wanted)
    if not upload.remote:
        return []
    with _patience():
        try:
            found = _incoming().parts(upload.key, upload.remote)
        except FileNotFoundError:
            # The bucket has thrown it away, as its rules may want it: begin anew.
            Upload.objects.filter(pk=upload.pk, remote=upload.remote).update(remote="")
            return []
    return [part.number for part in found if wanted.get(part.number) == part.size]


def received(upload: Upload, numbers: list[int]) -> int:
    sizes = _sizes(upload)
    return sum(sizes[number] for number in numbers)


def link(upload: Upload, number: int) -> str:
    """Where the browser puts this part. Raises OutOfStep and UploadRefused."""
    size = _sizes(upload).get(number)
    if not upload.direct or not possible() or size is None:
        raise OutOfStep(0)
    touched = Upload.objects.filter(pk=upload.pk, asset=None, finishing_at=None).exclude(
        received=F("size")
    )
    if not touched.update(touched_at=timezone.now()):
        raise OutOfStep(upload.received)
    with _patience():
        return _incoming().link(upload.key, upload.remote or _begun(upload), number, size)


def _begun(upload: Upload) -> str:
    """Two that begin at once go on with the same one."""
    incoming = _incoming()
    mine = incoming.begin(upload.key)
    if Upload.objects.filter(pk=upload.pk, remote="").update(remote=mine):
        return mine
    incoming.abort(upload.key, mine)
    theirs = Upload.objects.filter(pk=upload.pk).values_list("remote", flat=True).first()
    if not theirs:
        raise OutOfStep(0)
    return theirs


@contextmanager
def gathered(upload: Upload) -> Iterator["File[Any]"]:
    """All that was sent, read where it lies. Raises OutOfStep while some is missing, and
    UploadRefused where it is not what was announced.
    """
    with _patience(), _whole(upload) as file:
        if file.size != upload.size:
            raise _not_announced()
        yield file


def _whole(upload: Upload) -> "File[Any]":
    if not _is_bucket():
        raise _gone()
    incoming = _incoming()
    try:
        if upload.received != upload.size:
            _join(incoming, upload)
        return incoming.open(upload.key)
    except FileNotFoundError:
        raise _gone() from None


def _join(incoming: "Incoming", upload: Upload) -> None:
    try:
        found = incoming.parts(upload.key, upload.remote) if upload.remote else []
    except FileNotFoundError:
        # Joined already, by a try that could not note it; or thrown away.
        incoming.size(upload.key)
    else:
        _require_all(upload, found)
        incoming.join(upload.key, upload.remote, found)
    Upload.objects.filter(pk=upload.pk).update(received=F("size"))


def _require_all(upload: Upload, found: "list[Part]") -> None:
    wanted, there = _sizes(upload), {part.number: part.size for part in found}
    if any(wanted.get(number) != size for number, size in there.items()):
        raise _not_announced()
    if there.keys() != wanted.keys():
        raise OutOfStep(sum(there.values()))


def forget(upload: Upload) -> None:
    """What stays all the same is swept."""
    if _is_bucket():
        try:
            _incoming().discard(upload.key, upload.remote)
        except OSError as error:
            log.warning("uploads.part_stays", part=upload.key, error=str(error))


def sweep(before: datetime) -> None:
    """What lies in the bucket without a row, which crashes and deleted teams leave behind."""
    if not _is_bucket():
        return
    try:
        incoming = _incoming()
        old = list(incoming.older_than(before))
        known = set(Upload.objects.values_list("key", flat=True))
        for key, remote in old:
            if key not in known:
                incoming.discard(key, remote)
    except OSError as error:
        log.warning("uploads.not_swept", error=str(error))


@contextmanager
def _patience() -> Iterator[None]:
    try:
        yield
    except OSError:
        raise UploadRefused(
            _("The store of files does not answer. Try again in a moment."), 503
        ) from None


def _gone() -> UploadRefused:
    return UploadRefused(_("This file is gone from the store. Choose it again."))


def _not_announced() -> UploadRefused:
    return UploadRefused(_("This file is not as large as was announced. Choose it again."), 413)
