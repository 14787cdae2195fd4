"""`bin/manage <command>`: a management command beside the running Drumbeat, with its settings."""

import os
import sys

from config.supervisor.errors import CannotStart
from config.supervisor.stack import ROOT, Stack, from_environment


def main() -> None:
    try:
        environment = Stack(from_environment()).environment()
    except CannotStart as error:
        sys.exit(f"drumbeat: {error}")
    os.chdir(ROOT)
    os.execve(sys.executable, [sys.executable, "manage.py", *sys.argv[1:]], environment)


if __name__ == "__main__":
    main()
