"""What wakes the outbox. The beat schedule names these; whoever tells may wake them early."""

from celery import shared_task

from notifications import keys, outbox


@shared_task(name="notifications.drain")
def drain() -> None:
    outbox.drain()


@shared_task(name="notifications.prune")
def prune() -> None:
    outbox.prune()


@shared_task(name="notifications.keys")
def warn_of_keys() -> None:
    keys.warn()
