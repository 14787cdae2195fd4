"""The tick of this room. Rows are the queue."""

from celery import shared_task

from analytics import measuring


@shared_task(name="analytics.measure", max_retries=0)
def measure() -> None:
    measuring.tick()
