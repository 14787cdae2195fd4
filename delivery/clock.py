"""Two clocks: PostgreSQL's decides when, this machine's boot clock measures how long.

The wall clock of a worker is never asked: it may be hours off, and it jumps.
"""

import time
from datetime import datetime, timedelta

from posts import clock
from publishers.deadlines import boottime


class DatabaseClock:
    """The database's time, carried on by the boot clock from one reading. Late by the way back,
    never ahead: what waits for it is never early.
    """

    def __init__(self, read: datetime | None = None) -> None:
        """`read`: what the database's clock has just said, where somebody asked it already."""
        self._read: datetime = read or clock.ask()
        self._boot = boottime()

    @property
    def began(self) -> float:
        """When it was read, on the boot clock."""
        return self._boot

    def now(self) -> datetime:
        return self._read + timedelta(seconds=boottime() - self._boot)

    def until(self, moment: datetime) -> float:
        """Seconds left; negative when it has passed."""
        return (moment - self.now()).total_seconds()

    def sleep_until(self, moment: datetime) -> None:
        while (left := self.until(moment)) > 0:
            time.sleep(min(left, 1.0))
