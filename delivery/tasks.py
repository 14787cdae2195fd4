"""The ticks and the one-row jobs, as Celery sees them. Rows are the queue: a task only wakes.

The only place that enqueues. Messages carry ids, are acknowledged early and are never retried:
what a lost one meant is still in its row.
"""

from typing import Any

import structlog
from celery import shared_task
from kombu.exceptions import OperationalError

from delivery import dispatcher, reaper, reconcile, tally, worker
from posts.workflow import Claim

log = structlog.get_logger(__name__)


def enqueue(task: Any, *ids: int, queue: str) -> bool:
    """Whether the broker took it. No waiting: the other path is quicker than a broker's return."""
    try:
        task.apply_async(ids, queue=queue, retry=False)
    except (OperationalError, OSError) as error:
        log.warning("delivery.broker_away", task=task.name, error=type(error).__name__)
        return False
    return True


@shared_task(name="delivery.dispatch", max_retries=0)
def dispatch() -> None:
    """Silent when the broker is away: then the fallback publisher takes over."""
    claims = dispatcher.tick()
    left = [claim for claim in claims if not _offer(claim)]
    dispatcher.take_back(left) if left else dispatcher.beat("dispatch")


def _offer(claim: Claim) -> bool:
    return enqueue(publish, claim.delivery_id, claim.attempt_no, queue="publish")


@shared_task(name="delivery.publish", max_retries=0, acks_late=False)
def publish(delivery_id: int, attempt_no: int) -> None:
    worker.run(delivery_id, attempt_no)


@shared_task(name="delivery.reap", max_retries=0)
def reap() -> None:
    reaper.reap()
    reaper.sweep()


@shared_task(name="delivery.reconcile", max_retries=0)
def reconcile_due() -> None:
    for one in reconcile.due():
        enqueue(look, one.delivery_id, one.checks, queue="default")


@shared_task(name="delivery.look", max_retries=0)
def look(delivery_id: int, checks: int) -> None:
    reconcile.look(delivery_id, checks)


@shared_task(name="delivery.tally", max_retries=0)
def add_up() -> None:
    tally.fold()
