"""The flight recorder's files: lines that are on the disk before `write` returns. No database.

One file per process and day below DATA_DIR/journal, so that nobody waits for another process; all
threads of a process share their fsyncs. Read from the end: what matters is what came last.
"""

import contextlib
import json
import os
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog
from django.conf import settings

log = structlog.get_logger(__name__)

# A backup older than this is not restored over an installation that published meanwhile.
KEPT = timedelta(days=60)
MOST_BYTES = 8_000_000
BLOCK = 256 * 1024
PROBE = b"\0" * 65536
FULL = "This machine cannot write down what it sends ({why}), so it sends nothing."


@dataclass(frozen=True)
class Line:
    """One call that may publish, about to be made. `at` by the database's clock.

    `account` is the channel's name at its platform, `written_at` the time that the post carries
    (Payload.created_at); `database` is the server and timeline that the intent was committed to.
    """

    at: datetime
    database: str
    team: int
    channel: int
    account: str
    post: int
    delivery: int
    item: int
    attempt: int
    content_hash: str
    idempotent: bool
    written_at: datetime

    @property
    def key(self) -> tuple[int, int, int, str]:
        """Which attempt it was."""
        return (self.delivery, self.item, self.attempt, self.content_hash)

    def text(self) -> bytes:
        return json.dumps(vars(self), default=datetime.isoformat).encode() + b"\n"


def parsed(text: bytes) -> Line | None:
    """None for what is no line: the rest of one that could not be written never led to a call."""
    try:
        said = json.loads(text)
        moments = {name: datetime.fromisoformat(said[name]) for name in ("at", "written_at")}
        return Line(**{**said, **moments})
    except (ValueError, TypeError, KeyError):
        return None


@dataclass
class _Waiting:
    text: bytes
    done: bool = False
    problem: str | None = field(default=FULL.format(why="interrupted"))


class Journal:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        # Why the last line could not be kept; None while all is well.
        self.problem: str | None = None
        self._turn = threading.Condition()
        self._waiting: list[_Waiting] = []
        self._busy = False
        self._file: int | None = None
        self._made_by: tuple[int, int] = (0, 0)
        self._size = 0
        self._probed = 0.0

    # -- writing

    def write(self, line: Line) -> str | None:
        """Returns once the line would survive a loss of power; else why it would not."""
        mine = _Waiting(line.text())
        with self._turn:
            self._waiting.append(mine)
            while self._busy and not mine.done:
                self._turn.wait()
            if mine.done:
                return mine.problem
            # Whoever finds nobody writing writes for all that wait.
            self._busy, batch, self._waiting = True, self._waiting, []
        try:
            self._store(batch)
        finally:
            with self._turn:
                self._busy = False
                self._turn.notify_all()
        return mine.problem

    def _store(self, batch: Sequence[_Waiting]) -> None:
        problem = None
        try:
            self._append(b"".join(waiting.text for waiting in batch))
        except OSError as error:
            problem = self._failed(error)
        self.problem = problem
        for waiting in batch:
            waiting.done, waiting.problem = True, problem

    def _append(self, data: bytes) -> None:
        file = self._open()
        left = memoryview(data)
        while left:
            left = left[os.write(file, left) :]
        os.fdatasync(file)
        self._size += len(data)

    def _open(self) -> int:
        today = (os.getpid(), int(time.time() // 86400))
        if self._file is not None and self._made_by == today and self._size < MOST_BYTES:
            return self._file
        self._close()
        self.folder.mkdir(parents=True, exist_ok=True)
        self._prune()
        name = f"{time.time_ns():x}-{os.getpid()}-{socket.gethostname()[:40]}.jsonl"
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL
        self._file, self._made_by, self._size = os.open(self.folder / name, flags, 0o600), today, 0
        folder = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        return self._file

    def _close(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _failed(self, error: OSError) -> str:
        """After half a line, or a failed sync, nothing more is trusted to this file."""
        log.error("journal.failed", folder=str(self.folder), error=error.strerror)
        self._close()
        return FULL.format(why=error.strerror)

    def _prune(self) -> None:
        for written, path in self.files():
            if written < datetime.now(UTC) - KEPT:
                path.unlink(missing_ok=True)

    def trouble(self) -> str | None:
        """Why a line could not be kept now; asked of the disk only while it had a problem."""
        if self.problem is None or time.monotonic() < self._probed:
            return self.problem
        self._probed = time.monotonic() + 1
        path = self.folder / f"probe-{os.getpid()}"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with path.open("wb") as file:
                file.write(PROBE)
                file.flush()
                os.fsync(file.fileno())
            self.problem = None
        except OSError as error:
            self.problem = FULL.format(why=error.strerror)
        finally:
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)
        return self.problem

    # -- reading

    def files(self) -> list[tuple[datetime, Path]]:
        """With when they were last written to, the newest first."""
        found = []
        for path in self.folder.glob("*.jsonl"):
            with contextlib.suppress(FileNotFoundError):
                found.append((datetime.fromtimestamp(path.stat().st_mtime, UTC), path))
        return sorted(found, reverse=True)


_journals: dict[Path, Journal] = {}
_making = threading.Lock()


def here() -> Journal:
    """This process's journal in the data directory."""
    folder = Path(settings.DATA_DIR) / "journal"
    with _making:
        return _journals.setdefault(folder, Journal(folder))


def backwards(path: Path) -> Iterator[list[Line]]:
    """The lines of a file, the last ones first, some hundreds at a time."""
    with path.open("rb") as file:
        start, rest = file.seek(0, os.SEEK_END), b""
        while start > 0:
            end, start = start, max(0, start - BLOCK)
            file.seek(start)
            block = file.read(end - start) + rest
            if start:
                rest, _, block = block.partition(b"\n")
                rest += b"\n"
            lines = [parsed(text) for text in reversed(block.splitlines())]
            yield [line for line in lines if line is not None]
