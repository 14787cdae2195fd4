"""Publishers that end so many times, seen from outside: runs lives.py while the caller looks on."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from config.supervisor.stack import ROOT

LOG_TAIL = 10_000


@contextlib.contextmanager
def lives(
    env: Mapping[str, str], place: str, times: int, folder: Path
) -> Iterator[Callable[[], list[str]]]:
    """Gives what tells how the lives so far have ended: 0, or the number of the signal."""
    ends, log = folder / f"{place}.ends", folder / f"{place}.log"
    process = subprocess.Popen(
        [sys.executable, "tests/faults/lives.py", place, str(times), str(ends)],
        env=dict(env),
        cwd=ROOT,
        stdout=log.open("w"),
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        yield lambda: ends.read_text().split() if ends.exists() else []
    finally:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(20)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        print(f"{place}:\n{log.read_text()[-LOG_TAIL:]}")
