"""A process of the product with something changed, to see whether anybody notices.

    FAULTS_CLOCK=3600 python tests/faults/altered.py manage.py publisher
    FAULTS_ABLATION=retry-on-any-error python tests/faults/altered.py -m celery -A config worker

The product has no such switches: it is patched here, from outside.
"""

import functools
import os
import runpy
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import django
import time_machine

from delivery import leases

ABLATION = "FAULTS_ABLATION"
CLOCK = "FAULTS_CLOCK"
HASTE = "FAULTS_HASTE"


def hasten(times: float) -> None:
    """Leases, and what must be left of one to begin a call, so many times shorter."""
    for name in ("LEASE", "LONGEST_CALL", "ENOUGH"):
        setattr(leases, name, getattr(leases, name) / times)


# Before anybody has taken the lengths from there.
hasten(float(os.environ.get(HASTE, "1")))
django.setup()

from publishers import registry  # noqa: E402
from publishers.contract import TryLater, Uncertain  # noqa: E402


def retry_on_any_error() -> None:
    """What most queues do: whatever went wrong is tried again, in a moment."""
    for adapter in registry.ADAPTERS.values():
        adapter.publish = _retrying(adapter.publish)


def _retrying(publish: Callable) -> Callable:
    @functools.wraps(publish)
    def careless(self, payload, step):
        outcome = publish(self, payload, step)
        return TryLater(outcome.reason, after=1) if isinstance(outcome, Uncertain) else outcome

    return careless


ABLATIONS = {"retry-on-any-error": retry_on_any_error}


def skew(seconds: float) -> None:
    """Move this process's wall clock; the boot clock stays, as where a machine's time is wrong."""
    time_machine.travel(datetime.now(UTC) + timedelta(seconds=seconds)).start()


def main() -> None:
    if which := os.environ.get(ABLATION):
        ABLATIONS[which]()
    if seconds := os.environ.get(CLOCK):
        skew(float(seconds))
    command = sys.argv[1:]
    if command[0] == "-m":
        sys.argv = command[1:]
        runpy.run_module(command[1], run_name="__main__", alter_sys=True)
    else:
        sys.argv = command
        runpy.run_path(command[0], run_name="__main__")


if __name__ == "__main__":
    main()
