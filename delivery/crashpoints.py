"""Named places where the fault tests may kill this process. Off, they cost one comparison.

`DRUMBEAT_CRASH=after_intent:3` dies when that place is passed for the third time. Sandbox only.
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
        self.place, _, times = order.partition(":")
        self.left = int(times or 1)
        self.lock = threading.Lock()

    def passed(self, place: str) -> None:
        if place != self.place:
            return
        with self.lock:
            self.left -= 1
            if self.left <= 0:
                os.kill(os.getpid(), signal.SIGKILL)


def armed(order: str) -> Crash | None:
    if order and not settings.SANDBOX:
        raise ImproperlyConfigured("DRUMBEAT_CRASH is for fault tests in the sandbox only.")
    return Crash(order) if order else None


CRASH = armed(os.environ.get("DRUMBEAT_CRASH", ""))


def crashpoint(place: Place) -> None:
    if CRASH is not None:
        CRASH.passed(place)
