"""The order of the tests, and what `make test` runs beside what.

Cheap and telling first, so that a mistake is known early, and three files at a time; browsers after
what takes longer in one file, so that all workers end together. Then, alone, what looks at single
seconds. Then what is killed and restarted and mostly waits, in three lots, each on a worker.
A stage begins when every worker is through with the one before it: no browser is left when the
lateness of a post is taken.
"""

import fcntl
import shutil
import tempfile
from pathlib import Path

import pytest
from xdist.scheduler import LoadScopeScheduling

ORDER = ("architecture", "", "contracts", "integration", "bench", "browser")
# By folder or file below tests/; everything else is of the first stage, each file by itself.
LOTS = {
    1: {"alone": ("journeys",)},
    2: {
        "arena": (
            "faults/test_rows_07_processes.py",
            "faults/test_rows_10_surroundings.py",
            "faults/test_rows_14_platforms.py",
            "faults/test_run.py",
        ),
        "crashes": (
            "faults/test_rows_01_crashpoints.py",
            "faults/test_rows_21_clocks.py",
            "faults/test_rows_29_people.py",
        ),
        "restarts": (
            "faults/test_drain.py",
            "faults/test_notices.py",
            "faults/test_preparing.py",
            "faults/test_restore.py",
            "faults/test_threads.py",
        ),
    },
}
LOT_OF = {
    path: (stage, name)
    for stage, lots in LOTS.items()
    for name, lot in lots.items()
    for path in lot
}


def lot(path: str) -> tuple[int, str]:
    """In which stage a file is done, and together with what; by its path below tests/."""
    return LOT_OF.get(path) or LOT_OF.get(path.partition("/")[0]) or (0, path)


class ByLot(LoadScopeScheduling):
    def _split_scope(self, nodeid):
        return lot(nodeid.partition("::")[0].removeprefix("tests/"))[1]


class Stages:
    """Who is in a stage shares its lock; who comes from it waits until nobody does any more.

    A worker that is through with all, or dies, lets go of what it holds.
    """

    def __init__(self, folder: Path) -> None:
        self.folder, self.at = folder, 0
        self.held = self._share(0)

    def _share(self, stage: int):
        lock = (self.folder / str(stage)).open("w")
        fcntl.flock(lock, fcntl.LOCK_SH)
        return lock

    def enter(self, stage: int) -> None:
        while self.at < stage:
            following = self._share(self.at + 1)
            fcntl.flock(self.held, fcntl.LOCK_UN)
            fcntl.flock(self.held, fcntl.LOCK_EX)
            self.held.close()
            self.held, self.at = following, self.at + 1

    def leave(self) -> None:
        fcntl.flock(self.held, fcntl.LOCK_UN)


class Controller:
    """What every worker is told: where the locks are."""

    def __init__(self) -> None:
        self.folder = tempfile.mkdtemp(prefix="drumbeat-stages-")

    def pytest_configure_node(self, node):
        node.workerinput["stages"] = self.folder

    def pytest_unconfigure(self):
        shutil.rmtree(self.folder, ignore_errors=True)


class Worker:
    def __init__(self, folder: str) -> None:
        self.stages = Stages(Path(folder))

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item):
        self.stages.enter(lot(path_of(item))[0])

    def pytest_sessionfinish(self):
        # The process stays until all the others have ended, too.
        self.stages.leave()


def pytest_configure(config):
    if hasattr(config, "workerinput"):
        config.pluginmanager.register(Worker(config.workerinput["stages"]))
    elif config.getvalue("numprocesses"):
        config.pluginmanager.register(Controller())


def pytest_xdist_make_scheduler(config, log):
    return ByLot(config, log)


def pytest_collection_modifyitems(items):
    items.sort(key=_rank)


def path_of(item) -> str:
    return item.path.relative_to(item.config.rootpath / "tests").as_posix()


def _rank(item) -> tuple[int, str, int]:
    path = path_of(item)
    stage, name = lot(path)
    if stage:
        return stage, name, 0
    marks = {mark.name for mark in item.iter_markers()}
    known = (path.partition("/")[0], *marks)
    return 0, "", max(ORDER.index(one) if one in ORDER else 1 for one in known)
