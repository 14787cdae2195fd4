"""What wakes the outbox. The beat schedule names these; whoever tells may wake them early."""

from celery import shared_task

from notifications import outbox


@shared_task(name="notifications.drain")
def drain() -> None:
    outbox.drain()


@shared_task(name="notifications.prune")
def prune() -> None:
    outbox.prune()
