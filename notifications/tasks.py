"""What wakes the outbox. The beat schedule names these; whoever tells may wake them early."""

from celery import shared_task

from notifications import calls, keys, outbox, pushing


@shared_task(name="notifications.drain")
def drain() -> None:
    outbox.drain()


@shared_task(name="notifications.prune")
def prune() -> None:
    outbox.prune()
    calls.prune()


@shared_task(name="notifications.keys")
def warn_of_keys() -> None:
    keys.warn()


@shared_task(name="notifications.push")
def push() -> None:
    pushing.drain()


@shared_task(name="notifications.call")
def call() -> None:
    calls.drain()
