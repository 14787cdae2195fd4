"""Files that come in pieces, in any order and also twice, as resumable uploads do.

upload = uploads.begin(account, remote_id, size=12_000_000, mime="video/mp4", title="Tide")
uploads.take(upload, stream, first=0)
if upload.missing is None: picture = uploads.finish(upload, remote_id)
"""

from datetime import timedelta
from pathlib import Path
from typing import Any, Protocol

from django.http import HttpRequest
from django.utils import timezone

from publishers.sandbox import files, films, pictures
from publishers.sandbox.models import Account, Picture, Upload
from publishers.sandbox.shapes import Shape

DAY = 86_400


class Misplaced(Exception):
    """These bytes do not belong there; the text says why. Nothing of them is kept."""


class Stream(Protocol):
    """A request, a file of a form: what gives its bytes piece by piece."""

    def read(self, size: int, /) -> bytes: ...


def begin(
    account: Account,
    remote_id: str,
    *,
    size: int,
    mime: str = "",
    seconds: int = DAY,
    **said: Any,
) -> Upload:
    """Ready for `size` bytes; `said` is what the twin wants to know again at the end."""
    forget()
    return Upload.objects.create(
        account=account,
        remote_id=remote_id,
        size=size,
        mime=mime,
        said=said,
        kept=files.new(),
        expires_at=timezone.now() + timedelta(seconds=seconds),
    )


def find(account: Account, remote_id: str) -> Upload | None:
    """Locked until the request is answered, so that two pieces do not forget each other.

    None: unknown, or its time is over.
    """
    rows = Upload.objects.select_for_update().filter(account=account, remote_id=remote_id)
    return rows.filter(expires_at__gt=timezone.now()).first()


def take(upload: Upload, stream: Stream, first: int) -> int:
    """How many bytes came from position `first` on. Raises Misplaced past the announced size."""
    last = first
    with files.path(upload.kept).open("r+b") as file:
        file.seek(first)
        while piece := stream.read(files.CHUNK):
            last += len(piece)
            if last > upload.size:
                raise Misplaced(f"byte {last} of {upload.size}")
            file.write(piece)
    if last > first:
        upload.received = _joined([*upload.received, [first, last]])
        upload.save(update_fields=["received"])
    return last - first


def finish(upload: Upload, remote_id: str, *, works: bool = True, **facts: Any) -> Picture | None:
    """What was uploaded, by its own id from now on; None: it is no picture and no video.

    `facts` are further fields of the row. Where `works` is not set it is ready at once.
    """
    shape = look(files.path(upload.kept))
    if shape is None:
        return None
    row = Picture(account=upload.account, remote_id=remote_id, **facts)
    upload.picture = pictures.fill_from(row, upload.kept, shape, works=works)
    upload.kept = ""
    upload.save(update_fields=["picture", "kept"])
    return upload.picture


def whole(
    account: Account, remote_id: str, stream: Stream, limit: int, *, works: bool, **facts: Any
) -> Picture | None:
    """A picture or video that comes in one piece. Raises Misplaced past `limit` bytes."""
    name = files.new()
    size = 0
    with files.path(name).open("wb") as file:
        while (piece := stream.read(files.CHUNK)) and size <= limit:
            size += len(piece)
            file.write(piece)
    shape = look(files.path(name)) if size <= limit else None
    if shape is None:
        files.drop(name)
    if size > limit:
        raise Misplaced(f"more than {limit} bytes")
    if shape is None:
        return None
    row = Picture(account=account, remote_id=remote_id, **facts)
    return pictures.fill_from(row, name, shape, works=works)


def look(path: Path) -> Shape | None:
    """What picture or video this file is, or None."""
    with path.open("rb") as file:
        found = films.examine(file)
    if found is None and path.stat().st_size <= pictures.LARGEST:
        return pictures.examine(path.read_bytes())
    return found


def span(request: HttpRequest) -> tuple[int, int, int] | None:
    """`Content-Range: bytes 0-99/200` as (0, 100, 200); None without one that can be read."""
    unit, _, rest = request.headers.get("Content-Range", "").partition(" ")
    spread, _, total = rest.partition("/")
    first, _, last = spread.partition("-")
    numbers = (first, last, total)
    if unit.lower() != "bytes" or not all(n.isdecimal() and len(n) < 16 for n in numbers):
        return None
    return int(first), int(last) + 1, int(total)


def forget() -> None:
    """What nobody completed in time."""
    for row in Upload.objects.filter(expires_at__lt=timezone.now()):
        files.drop(row.kept)
        row.delete()


def _joined(spans: list[list[int]]) -> list[list[int]]:
    joined: list[list[int]] = []
    for first, end in sorted(spans):
        if joined and first <= joined[-1][1]:
            joined[-1][1] = max(joined[-1][1], end)
        else:
            joined.append([first, end])
    return joined
