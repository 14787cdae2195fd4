"""The ticks of this room."""

from celery import shared_task

from approvals.services import ahead, deadlines, delegating, imported, links


@shared_task(name="approvals.imported", max_retries=0)
def ask_for_imported() -> None:
    imported.ask_waiting()


@shared_task(name="approvals.links", max_retries=0)
def open_links() -> None:
    links.tick()


@shared_task(name="approvals.ahead", max_retries=0)
def look_ahead() -> None:
    ahead.tick()


@shared_task(name="approvals.deadlines", max_retries=0)
def keep_deadlines() -> None:
    delegating.tick()
    deadlines.tick()
