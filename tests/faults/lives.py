"""A publisher that ends at a named place so many times, and then lives: `lives.py PLACE 10 FILE`.

Every life is a process of its own, forked from one that has loaded everything, with the product's
own publisher in it. An end is followed by what time would do: the leases of the dead run out.
Writes to FILE how each life ended: 0, or the number of the signal.

PLACE is one of delivery/crashpoints.py, where it is killed; or "commit", where the first life is
asked to end (SIGTERM) just before its first COMMIT, the second before its second, and so on.
"""

import contextlib
import itertools
import os
import signal
import sys
import threading
from datetime import timedelta
from pathlib import Path

import django
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

COMMIT = "commit"

django.setup()

from django.db.models.functions import Now  # noqa: E402

from delivery import crashpoints  # noqa: E402
from delivery.crashpoints import Crash  # noqa: E402
from delivery.publisher import Publisher  # noqa: E402
from posts.models import Delivery  # noqa: E402
from tests.faults import cast  # noqa: E402


def live(place: str, number: int) -> None:
    """In the child: never returns."""
    stop = threading.Event()
    if place == COMMIT:
        end_at_commit(number)
    elif place:
        crashpoints.CRASH = Crash(place)
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    Publisher(1, stop, look_every=0.5, reap_every=0.5).run()
    os._exit(0)


class Told(BaseException):
    """SIGTERM: whoever started us has seen enough."""


def end_at_commit(number: int) -> None:
    """SIGTERM to ourselves in front of one COMMIT, from whichever thread it is made."""
    commit, count = BaseDatabaseWrapper._commit, itertools.count(1)

    def ending(self):
        if next(count) == number:
            os.kill(os.getpid(), signal.SIGTERM)
        return commit(self)

    BaseDatabaseWrapper._commit = ending


def one_life(place: str, number: int = 0) -> int:
    child = os.fork()
    if child == 0:
        live(place, number)
    try:
        _, status = os.waitpid(child, 0)
    except Told:
        os.kill(child, signal.SIGTERM)
        os.waitpid(child, 0)
        raise
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0


def told(*_: object) -> None:
    raise Told


def let_time_pass() -> None:
    cast.let_leases_end()
    Delivery.objects.filter(preflight_lease_until__isnull=False).update(
        preflight_lease_until=Now(), preflight_at=Now()
    )
    # Whoever looks holds the row by looking later; nothing else is so far away here.
    Delivery.objects.filter(check_at__gt=Now() + timedelta(seconds=30)).update(check_at=Now())
    connection.close()


def main(place: str, times: int, file: Path) -> None:
    signal.signal(signal.SIGTERM, told)
    for number in range(1, times + 1):
        died_of = one_life(place, number)
        with file.open("a") as lines:
            lines.write(f"{died_of}\n")
        let_time_pass()
    one_life("")


if __name__ == "__main__":
    with contextlib.suppress(Told):
        main(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))
