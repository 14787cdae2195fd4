"""Tells a watcher elsewhere, once a minute, that nothing here is late. Called by the sentinel.

The watcher raises the alarm when it hears nothing: so somebody also learns of what no part of this
installation can say, such as a machine that is off. `DRUMBEAT_PULSE_URL` is where; it may carry a
secret, so it is never logged.
"""

from datetime import timedelta

import structlog
from django.conf import settings
from django.db.models.functions import Now

from delivery.models import Heartbeat
from publishers.contract import Reply
from publishers.http import Client

log = structlog.get_logger(__name__)

NAME = "pulse"
# A little less than a minute, since whoever comes next may come a few seconds later.
EVERY = timedelta(seconds=55)
PATIENCE_SECONDS = 5.0


def beat() -> None:
    """One GET, if this minute's has not been sent by another process. Holds no transaction."""
    if not settings.PULSE_URL or not _our_turn():
        return
    client = Client(trusted=[settings.PULSE_URL], total_seconds=PATIENCE_SECONDS)
    try:
        answer = client.send("GET", settings.PULSE_URL)
    finally:
        client.close()
    if not isinstance(answer, Reply):
        log.warning("pulse.not_heard", reason=answer.reason)
    elif answer.status >= 400:
        log.warning("pulse.not_heard", status=answer.status)


def _our_turn() -> bool:
    _row, new = Heartbeat.objects.get_or_create(name=NAME)
    old = Heartbeat.objects.filter(name=NAME, at__lt=Now() - EVERY)
    return new or bool(old.update(at=Now()))
