"""The data directory: one owner at a time, secrets made once, a folder for all that is kept."""

import base64
import fcntl
import os
import secrets
import tempfile
import time
from pathlib import Path
from typing import TextIO

from config.supervisor.errors import CannotStart

# Longer than any lease: a message that old asks for what is no longer allowed; the rows know.
STALE_MESSAGE_SECONDS = 120
VAPID = "DRUMBEAT_VAPID_KEY"


class Home:
    """One data directory, held by a lock from `open` to `close`."""

    def __init__(self, path: Path) -> None:
        self.path = path.expanduser().absolute()
        self._lock: TextIO | None = None

    @property
    def postgres(self) -> Path:
        return self.path / "postgres"

    @property
    def broker(self) -> Path:
        return self.path / "broker"

    @property
    def static(self) -> Path:
        return self.path / "static"

    @property
    def scratch(self) -> Path:
        return self.path / "tmp"

    @property
    def children(self) -> Path:
        return self.path / "children.json"

    @property
    def prepared(self) -> Path:
        return self.path / "prepared.json"

    def open(self) -> None:
        """Make the folders and take the lock, or say why that cannot be."""
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=self.path):
                pass
            self._take()
            for folder in (self.broker / "queue", self.broker / "control", self.scratch):
                folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise CannotStart(
                f"The data directory {self.path} is not writable ({error.strerror}). "
                "Set DRUMBEAT_DATA to a directory of yours."
            ) from None
        self._forget_old_messages()

    def close(self) -> None:
        if self._lock:
            self._lock.close()
            self._lock = None

    def _take(self) -> None:
        path = self.path / "lock"
        lock = path.open("a+")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            owner = lock.read().strip() or "unknown"
            lock.close()
            raise CannotStart(
                f"Another Drumbeat (process {owner}) is running with {self.path}. "
                "Stop it, or set DRUMBEAT_DATA to another directory."
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        self._lock = lock

    def _forget_old_messages(self) -> None:
        """What a killed worker left half taken, and what nobody fetched in time."""
        limit = time.time() - STALE_MESSAGE_SECONDS
        for folder in (self.broker / "queue", self.scratch):
            for file in folder.glob("*.msg"):
                if file.stat().st_mtime < limit:
                    file.unlink(missing_ok=True)

    def secrets(self) -> dict[str, str]:
        """The keys of this installation: from secrets.env, written at the first start."""
        path = self.path / "secrets.env"
        try:
            if not path.exists():
                _write_private(path, _new_secrets())
            kept = path.read_text()
            if VAPID not in kept:
                # From before browsers could be written to.
                kept += f"{VAPID}={_scalar()}\n"
                _write_private(path, kept)
            lines = kept.splitlines()
        except OSError as error:
            raise CannotStart(
                f"{path} cannot be read ({error.strerror}). It belongs to whoever started "
                "Drumbeat first; start it as that user, or set DRUMBEAT_DATA to another directory."
            ) from None
        pairs = (line.split("=", 1) for line in lines if "=" in line and line[0] != "#")
        return {name.strip(): value.strip() for name, value in pairs}


def _new_secrets() -> str:
    token_key = base64.urlsafe_b64encode(os.urandom(32)).decode()
    return (
        "# The keys of this installation. Without them the stored platform tokens cannot be read.\n"
        f"DRUMBEAT_SECRET_KEY={secrets.token_urlsafe(50)}\n"
        f"DRUMBEAT_TOKEN_KEYS={token_key}\n"
        f"{VAPID}={_scalar()}\n"
    )


def _scalar() -> str:
    """A private key of the curve P-256: a number from 1 to its order, which begins with 32 ones."""
    number = secrets.randbelow(0xFFFFFFFF00000000 << 192) + 1
    return base64.urlsafe_b64encode(number.to_bytes(32)).rstrip(b"=").decode()


def _write_private(path: Path, text: str) -> None:
    """All of it or nothing, readable by nobody else at any moment."""
    handle, name = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "w") as file:
        file.write(text)
    Path(name).replace(path)
