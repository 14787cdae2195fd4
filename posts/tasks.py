"""The ticks of this room, and the imports that people wait for. Rows are the queue."""

import time

import structlog
from celery import shared_task
from kombu.exceptions import OperationalError

from posts import renditions
from posts.services import importer, importwork, library, planchanges, uploads

log = structlog.get_logger(__name__)


@shared_task(name="posts.convert", max_retries=0)
def convert() -> None:
    renditions.make_waiting()


@shared_task(name="posts.import", max_retries=0)
def work_on_import(import_id: int) -> None:
    if importwork.work(import_id):
        import_soon(import_id)


@shared_task(name="posts.imports", max_retries=0)
def imports_left() -> None:
    """What a worker that died has left, or a broker that was away has lost, oldest first.

    Over before the next tick; of two that overlap each takes what the other does not hold.
    """
    until = time.monotonic() + importwork.SECONDS
    for import_id in importwork.waiting():
        if time.monotonic() < until:
            importwork.work(import_id)


def import_soon(import_id: int) -> None:
    """Without the broker the tick comes for it."""
    try:
        work_on_import.apply_async((import_id,), retry=False)
    except (OperationalError, OSError) as error:
        log.warning("imports.broker_away", error=type(error).__name__)


@shared_task(name="posts.sweep", max_retries=0)
def sweep() -> None:
    uploads.sweep()
    library.sweep()
    importer.sweep()
    planchanges.sweep()
