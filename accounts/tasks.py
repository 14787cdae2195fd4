"""What the beat schedule wakes here."""

from celery import shared_task

from accounts.services import audit


@shared_task(name="accounts.sweep", max_retries=0)
def sweep() -> None:
    audit.sweep()
