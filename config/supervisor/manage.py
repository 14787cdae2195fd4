"""`bin/manage <command>`: a management command beside the running Drumbeat, with its settings."""

import os
import sys

from config.supervisor.errors import CannotStart
from config.supervisor.stack import ROOT, Stack, from_environment


def main() -> int:
    try:
        environment = Stack(from_environment()).environment()
    except CannotStart as error:
        print(f"drumbeat: {error}", file=sys.stderr)
        return 1
    os.chdir(ROOT)
    command = [sys.executable, "manage.py", *sys.argv[1:]]
    os.execve(sys.executable, command, environment)


if __name__ == "__main__":
    sys.exit(main())
