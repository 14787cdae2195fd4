"""A publisher killed at a named place so many times, that then lives: `lives.py PLACE 10 FILE`.

Every life is a process of its own, forked from one that has loaded everything, with the product's
own publisher in it. A death is followed by what time would do: the leases of the dead run out.
Writes the number of the signal that ended each life to FILE.
"""

import contextlib
import os
import signal
import sys
import threading
from pathlib import Path

import django
from django.db import connection

django.setup()

from django.db.models.functions import Now  # noqa: E402

from delivery import crashpoints  # noqa: E402
from delivery.crashpoints import Crash  # noqa: E402
from delivery.publisher import Publisher  # noqa: E402
from posts.models import Delivery  # noqa: E402


def live(place: str) -> None:
    """In the child: never returns."""
    crashpoints.CRASH = Crash(place) if place else None
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    Publisher(1, stop, look_every=0.5, reap_every=0.5).run()
    os._exit(0)


class Told(BaseException):
    """SIGTERM: whoever started us has seen enough."""


def one_life(place: str) -> int:
    child = os.fork()
    if child == 0:
        live(place)
    try:
        _, status = os.waitpid(child, 0)
    except Told:
        os.kill(child, signal.SIGTERM)
        os.waitpid(child, 0)
        raise
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0


def told(*_: object) -> None:
    raise Told


def let_leases_end() -> None:
    Delivery.objects.filter(lease_until__isnull=False).update(lease_until=Now())
    Delivery.objects.filter(preflight_lease_until__isnull=False).update(
        preflight_lease_until=Now(), preflight_at=Now()
    )
    connection.close()


def main(place: str, times: int, file: Path) -> None:
    signal.signal(signal.SIGTERM, told)
    for _ in range(times):
        died_of = one_life(place)
        with file.open("a") as lines:
            lines.write(f"{died_of}\n")
        let_leases_end()
    one_life("")


if __name__ == "__main__":
    with contextlib.suppress(Told):
        main(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))
