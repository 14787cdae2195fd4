"""The files of the simulated platforms: what is too large for a row is kept here, below MEDIA."""

import hashlib
from pathlib import Path
from uuid import uuid4

from django.conf import settings

# Larger ones are looked at and counted, and then only their digest is remembered.
KEPT_BYTES = 200_000_000
CHUNK = 1024 * 1024


def new() -> str:
    """The name of a file that is there now, and empty."""
    name = uuid4().hex
    folder = Path(settings.MEDIA_ROOT) / "sandbox"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).touch()
    return name


def path(name: str) -> Path:
    return Path(settings.MEDIA_ROOT) / "sandbox" / name


def drop(name: str) -> None:
    if name:
        path(name).unlink(missing_ok=True)


def digest(name: str) -> str:
    """SHA-256 of the file, in hex."""
    with path(name).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
