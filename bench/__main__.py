"""`bin/bench delivery|text …`: a scratch directory, its settings, then the command of that name."""

import contextlib
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from django.core.management import execute_from_command_line

from bench import scene
from config.supervisor.stack import ROOT


def main() -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    os.chdir(ROOT)
    try:
        with scratch(keep="--keep" in sys.argv) as folder:
            os.environ.update(scene.environment(folder))
            execute_from_command_line(["bin/bench", *sys.argv[1:]])
    except KeyboardInterrupt:
        sys.exit("bench: stopped; nothing is left")


def stop(*_: object) -> None:
    """Once: what then clears up is not to be interrupted."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


@contextlib.contextmanager
def scratch(*, keep: bool) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="drumbeat-bench-"))
    # PostgreSQL may run as another user, who has to get there.
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        if keep:
            print(f"Kept in {folder}", file=sys.stderr)
        else:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
