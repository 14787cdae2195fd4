"""Two clocks: PostgreSQL's decides when, this machine's boot clock measures how long.

The wall clock of a worker is never asked: it may be hours off, and it jumps.
"""

import time
from datetime import datetime, timedelta

from django.db import connection


def boottime() -> float:
    """Seconds that also count while the machine is suspended or this process is frozen."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


class DatabaseClock:
    """The database's time, carried on by the boot clock from one reading. Late by the way back,
    never ahead: what waits for it is never early.
    """

    def __init__(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            row = cursor.fetchone()
        self._boot = boottime()
        self._read: datetime = row[0]

    def now(self) -> datetime:
        return self._read + timedelta(seconds=boottime() - self._boot)

    def until(self, moment: datetime) -> float:
        """Seconds left; negative when it has passed."""
        return (moment - self.now()).total_seconds()

    def sleep_until(self, moment: datetime) -> None:
        while (left := self.until(moment)) > 0:
            time.sleep(min(left, 1.0))
