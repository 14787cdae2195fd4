"""The ticks and the one-row jobs, as Celery sees them. Rows are the queue: a task only wakes.

The only place that enqueues. Messages carry ids, are acknowledged early and are never retried:
what a lost one meant is still in its row.
"""

import threading
from collections.abc import Iterable, Iterator, Sequence
from itertools import batched, groupby
from operator import attrgetter
from typing import Any

import structlog
from celery import shared_task
from celery.signals import worker_shutdown, worker_shutting_down
from kombu.exceptions import OperationalError

from delivery import aftermath, dispatcher, instance, looks, reaper, sentinel, tally, turns
from delivery.lanes import DRAIN_SECONDS, Lanes
from delivery.queues import queue_of
from posts.workflow import Claim

log = structlog.get_logger(__name__)


LANES = Lanes()
# So many offers in one message: what a message costs is shared, and several workers have theirs.
TOGETHER = 10

type Offer = tuple[int, int, str, int, int]


def enqueue(task: Any, *ids: int | str | Offer, queue: str) -> bool:
    """Whether the broker took it. No waiting: the other path is quicker than a broker's return."""
    try:
        task.apply_async(ids, queue=queue, retry=False)
    except (OperationalError, OSError) as error:
        log.warning("delivery.broker_away", task=task.name, error=type(error).__name__)
        return False
    return True


@shared_task(name="delivery.dispatch", max_retries=0)
def dispatch() -> None:
    """Silent when the broker is away: then the fallback publisher takes over. Silent also while
    nothing may be published from here: that is an outage, which the next claim has to notice.
    """
    # Asked before the claim: a lock that ends in between has not been noticed by it.
    locked = instance.locked()
    left = [claim for batch in _batches(dispatcher.tick()) if not _offer(batch) for claim in batch]
    if left:
        dispatcher.take_back(*left)
    elif not locked:
        dispatcher.beat("dispatch")


def _batches(claims: Iterable[Claim]) -> Iterator[Sequence[Claim]]:
    """What goes to one platform, in the order in which it is due."""
    platform = attrgetter("platform")
    for _, group in groupby(sorted(claims, key=platform), key=platform):
        yield from batched(group, TOGETHER)


def _offer(batch: Sequence[Claim]) -> bool:
    offers = [(c.delivery_id, c.attempt_no, c.platform, c.channel_id, c.team_id) for c in batch]
    return enqueue(publish, *offers, queue=queue_of(batch[0].platform))


@shared_task(name="delivery.publish", max_retries=0, acks_late=False)
def publish(*offers: Offer) -> None:
    """Only hands over: a thread of its platform's lane does the work."""
    for offer in offers:
        LANES.publish(Claim(*offer))


@shared_task(name="delivery.reap", max_retries=0)
def reap() -> None:
    reaper.reap()
    reaper.sweep()


@shared_task(name="delivery.watch", max_retries=0)
def watch() -> None:
    sentinel.watch()


@shared_task(name="delivery.finish", max_retries=0)
def finish() -> None:
    aftermath.finish_left()
    dispatcher.beat("finish")


@shared_task(name="delivery.reconcile", max_retries=0)
def reconcile_due() -> None:
    looks.begin(LANES)
    dispatcher.beat("reconcile")


@shared_task(name="delivery.preflight", max_retries=0)
def look_ahead() -> None:
    for turn in turns.take(without=LANES.behind):
        LANES.ahead(turn)
    dispatcher.beat("preflight")


@shared_task(name="delivery.tally", max_retries=0)
def add_up() -> None:
    tally.fold()
    dispatcher.beat("tally")


@worker_shutting_down.connect
def begin_nothing_more(**_: Any) -> None:
    """Not in the handler of SIGTERM itself, which may have interrupted who holds a lane's lock."""
    threading.Thread(target=LANES.close, name="closing lanes").start()


@worker_shutdown.connect
def finish_what_has_begun(**_: Any) -> None:
    LANES.close()
    LANES.join(DRAIN_SECONDS)
