"""`bin/run`: starts everything, says where it is, keeps it alive until Ctrl-C."""

import signal
import sys
import time
from collections.abc import Callable

from config.supervisor.errors import CannotStart
from config.supervisor.stack import Stack, from_environment

WELCOME = """
  Drumbeat is running at {address}

    Sign in        alice@demo.test   password drumbeat-demo
                   (bob edits, carol reviews, vera only looks: same password, @demo.test)
    Mail           {address}/sandbox/mail/
    Platforms      {address}/sandbox/   the simulated accounts and their public timelines
    Data           {data}
    Stop           Ctrl-C

"""


def main() -> int:
    stack: Stack | None = None
    try:
        stack = Stack(from_environment())
        _on_signal(_stop)
        stack.start()
        print(WELCOME.format(address=stack.address, data=stack.home.path), flush=True)
        while True:
            time.sleep(0.25)
            stack.tend()
    except CannotStart as error:
        print(f"drumbeat: {error}", file=sys.stderr)
        return 1
    except Stopped:
        print("Stopping", flush=True)
    finally:
        if stack:
            # A second Ctrl-C kills what the first has asked to end.
            _on_signal(lambda *_: stack.hurry())
            stack.stop()
    return 0


class Stopped(BaseException):
    """Ctrl-C or SIGTERM, at any moment."""


def _stop(*_: object) -> None:
    raise Stopped


def _on_signal(handler: Callable[..., None]) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, handler)


if __name__ == "__main__":
    sys.exit(main())
