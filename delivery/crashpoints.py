"""Named places where the fault tests may kill this process. Off, they cost one comparison.

`DRUMBEAT_CRASH=after_intent:3` dies when that place is passed for the third time, and
`after_intent:3:STOP` sends that signal instead. Sandbox only.
"""

import os
import signal
import threading
from typing import Literal

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

type Place = Literal[
    "after_prepare",
    "after_claim",
    "after_upload",
    "after_intent",
    "after_accept",
    "before_store",
    "after_store",
]


class Crash:
    def __init__(self, order: str) -> None:
        self.place, times, name = [*order.split(":"), "", ""][:3]
        self.left = int(times or 1)
        self.signal = signal.Signals[f"SIG{name or 'KILL'}"]
        self.lock = threading.Lock()

    def passed(self, place: str) -> None:
        if place != self.place:
            return
        with self.lock:
            self.left -= 1
            if self.left == 0:
                # To this thread: sent to the process, it may pass on before another takes notice.
                signal.pthread_kill(threading.get_ident(), self.signal)


def armed(order: str) -> Crash | None:
    if order and not settings.SANDBOX:
        raise ImproperlyConfigured("DRUMBEAT_CRASH is for fault tests in the sandbox only.")
    return Crash(order) if order else None


CRASH = armed(os.environ.get("DRUMBEAT_CRASH", ""))


def crashpoint(place: Place) -> None:
    if CRASH is not None:
        CRASH.passed(place)
