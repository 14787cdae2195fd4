"""The tick of this room."""

from celery import shared_task

from posts import renditions


@shared_task(name="posts.convert", max_retries=0)
def convert() -> None:
    renditions.make_waiting()
