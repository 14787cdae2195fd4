"""`bin/run`: starts everything, says where it is, keeps it alive until Ctrl-C."""

import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

from config.supervisor.errors import CannotStart
from config.supervisor.stack import ROOT, Options, Stack

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
        stack = Stack(_options())
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


def _options() -> Options:
    port = os.environ.get("PORT", "8000")
    if not port.isdecimal() or not 0 < int(port) < 65536:
        raise CannotStart(f"PORT must be a number from 1 to 65535, not “{port}”.")
    return Options(
        data=Path(os.environ.get("DRUMBEAT_DATA") or ROOT / "var"),
        port=int(port),
        database_url=os.environ.get("DATABASE_URL", ""),
        redis_url=os.environ.get("REDIS_URL", ""),
    )


if __name__ == "__main__":
    sys.exit(main())
