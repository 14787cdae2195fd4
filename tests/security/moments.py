"""Several people at one moment, each on a connection of their own."""

import threading
from collections.abc import Callable
from typing import Any

from django.db import connection

from posts.models import Post
from posts.services import compose
from posts.services.compose import Draft, VariantDraft


def together(*calls: Callable[[], Any]) -> list[Any]:
    """What each call returned, or the exception it raised; all began at one moment."""
    start = threading.Barrier(len(calls))
    answers: list[Any] = [None] * len(calls)

    def run(place: int) -> None:
        try:
            connection.ensure_connection()
            start.wait(10)
            answers[place] = calls[place]()
        except Exception as error:  # noqa: BLE001  (handed to the test)
            answers[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[place]) for place in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
        assert not thread.is_alive(), "a call waits for ever"
    return answers


def errors(answers: list[Any], *expected: type[Exception]) -> list[Exception]:
    found = [answer for answer in answers if isinstance(answer, Exception)]
    strange = [error for error in found if not isinstance(error, expected)]
    assert not strange, strange
    return found


def rewrite(post: Post, by, body: str = "Other words") -> Callable[[], Post]:
    draft = Draft(
        title=post.title,
        body=body,
        channels={variant.channel_id: VariantDraft() for variant in post.variants.all()},
    )
    return lambda: compose.save(post=post, draft=draft, version=post.version, by=by)
