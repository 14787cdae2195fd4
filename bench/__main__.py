"""`bin/bench delivery …`: a scratch directory, its settings, then the command of that name."""

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


def main() -> None:
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    os.chdir(scene.ROOT)
    try:
        with scratch(keep="--keep" in sys.argv) as folder:
            os.environ.update(scene.environment(folder))
            execute_from_command_line(["bin/bench", *sys.argv[1:]])
    except KeyboardInterrupt:
        sys.exit("bench: stopped, and cleaned up")


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
