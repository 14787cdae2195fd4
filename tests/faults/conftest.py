"""One arena for all cases of the session: starting it takes longer than most of them.

Each case makes teams and channels of its own in it, says with `arena.run(…)` which processes it
wants, and leaves it healed. What takes long runs apart meanwhile (apart.py), if a case wants it.
"""

import contextlib
import os
import pickle
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from django.conf import settings

from config.supervisor.stack import ROOT
from delivery.models import Heartbeat
from publishers import registry
from tests.delivery.parrot import Parrot
from tests.faults.arena import HASTY_SETTINGS, Arena
from tests.faults.checker import check
from tests.faults.history import History
from tests.order import lot, path_of
from tests.processes import RedisServer, wait_until

LOG_TAIL = 20_000
# By the file of the cases that want it; in the order in which they are done.
APART = {
    "test_rows_10_surroundings.py": ["partition"],
    "test_rows_14_platforms.py": ["situations"],
    "test_run.py": ["seeded", "ablated"],
}


@pytest.fixture(scope="session")
def scratch():
    """Below var/ and open to all: PostgreSQL runs as another user where we are root."""
    var = settings.BASE_DIR / "var"
    var.mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="faults-", dir=var))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


class Apart:
    """Work that goes on in another process; call it with a name to wait for what it gives."""

    def __init__(self, folder: Path, static: Path, names: list[str]) -> None:
        self.folder, self.names, self.log = folder, names, folder.with_suffix(".log")
        command = [sys.executable, "-m", "tests.faults.apart", str(folder), str(static), *names]
        self.process = subprocess.Popen(
            command,
            cwd=ROOT,
            stdout=self.log.open("w"),
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def __call__(self, name: str):
        file = self.folder / f"{name}.pickle"
        wait_until(lambda: file.exists() or self.process.poll() is not None, 600, name)
        assert file.exists(), self.log.read_text()[-LOG_TAIL:]
        result = pickle.loads(file.read_bytes())
        assert not isinstance(result, str), result
        return result

    def end(self) -> None:
        """When all is done it ends by itself; interrupted then, it would leave servers behind."""
        if not (self.folder / f"{self.names[-1]}.pickle").exists():
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.process.pid, signal.SIGINT)
        self.process.wait(60)


@pytest.fixture(scope="session")
def apart(request, scratch, collected_static):
    """Begun with the first case in the arena that is done where those that want it are."""
    files = {item.path.name for item in request.session.items}
    names = [name for file in APART if file in files for name in APART[file]]
    if not names:
        yield None
        return
    folder = scratch / "apart"
    folder.mkdir()
    work = Apart(folder, collected_static, names)
    yield work
    work.end()


@pytest.fixture(scope="session")
def redis_of_the_arena(scratch):
    folder = scratch / "redis"
    folder.mkdir()
    server = RedisServer(folder)
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def running_arena(scratch, redis_of_the_arena, collected_static):
    arena = Arena(
        scratch / "arena",
        redis_url=redis_of_the_arena.url,
        web=True,
        env={"DRUMBEAT_STATIC": str(collected_static)},
        settings_module=HASTY_SETTINGS,
    )
    with arena:
        yield arena
    arena.remove()


@pytest.fixture
def arena(request, running_arena, redis_of_the_arena, django_db_blocker):
    """The arena, with this process's models pointing at it; healed when the case is over."""
    if lot(path_of(request.node)) in {lot(f"faults/{file}") for file in APART}:
        request.getfixturevalue("apart")
    before = len(running_arena.log)
    with django_db_blocker.unblock(), running_arena.here():
        yield running_arena
        running_arena.heal()
        # A case that runs no processes for a while is no outage for the next one.
        Heartbeat.objects.all().delete()
    if redis_of_the_arena.process is None:
        redis_of_the_arena.start()
    # Shown by pytest when the test has failed.
    print(running_arena.log[before:][-LOG_TAIL:])


@pytest.fixture
def parrot(monkeypatch):
    """The platform of the factories' channels: what is not of this installation is not claimed."""
    monkeypatch.setitem(registry.ADAPTERS, Parrot.spec.slug, Parrot)


@pytest.fixture
def verdict(arena):
    """What has been broken since the session began; nothing, if all is well."""
    return lambda: check(History(), quiet=arena.patience.quiet)


@pytest.fixture
def redis_server(redis_of_the_arena):
    """The broker of the arena."""
    return redis_of_the_arena
