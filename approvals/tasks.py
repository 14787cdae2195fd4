"""The tick of this room."""

from celery import shared_task

from approvals.services import imported


@shared_task(name="approvals.imported", max_retries=0)
def ask_for_imported() -> None:
    imported.ask_waiting()
