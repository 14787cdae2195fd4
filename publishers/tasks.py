"""The ticks of this room."""

from celery import shared_task

from publishers import consents, expiry, hooks, sessions, standing, subscriptions


@shared_task(name="publishers.refresh")
def refresh() -> None:
    consents.forget()
    sessions.refresh_due()
    subscriptions.ask_due()


@shared_task(name="publishers.expiry")
def expiring() -> None:
    expiry.warn()
    hooks.forget()


@shared_task(name="publishers.check")
def check(channel_id: int) -> None:
    standing.check(channel_id)


def check_soon(channel_ids: list[int]) -> None:
    """Ask for every one of these channels in the background."""
    for channel_id in channel_ids:
        check.delay(channel_id)
