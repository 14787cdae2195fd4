"""What each page costs, asked for many times in this process: every middleware, no network.

A page that is drawn is one request as a browser sends it; a change is the request that a drag or an
autosave sends. Each first answer tells of caches and plans: left out.
"""

import gzip
import statistics
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from typing import Any

from django.db import connection
from django.http import HttpResponseBase
from django.test import Client
from django.urls import reverse

from bench import gauges, world
from bench.desk import Desk
from posts.models import Post

type Ask = Callable[[Client], HttpResponseBase]
type Figures = dict[str, float | int]

HTMX = {"HX-Request": "true"}


class Counted:
    """Statements since `reset`."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, execute: Any, *arguments: Any) -> Any:
        self.count += 1
        return execute(*arguments)


def figures(desk: Desk, times: int) -> dict[str, object]:
    world.settle_down()
    client, counted = Client(headers={"host": "127.0.0.1"}), Counted()
    client.force_login(desk.person)
    asked = {**_pages(desk), **_changes(desk)}
    with ExitStack() as watched:
        watched.enter_context(connection.execute_wrapper(counted))
        found = {name: _measured(ask, client, counted, times) for name, ask in asked.items()}
    return {"requests": times, "pages": found, "machine": gauges.machine()}


def _measured(ask: Ask, client: Client, counted: Counted, times: int) -> Figures:
    spent, statements, size = [], 0, 0
    for number in range(times + 1):
        counted.count = 0
        started = time.perf_counter()
        response = ask(client)
        content = b"".join(response) if response.streaming else response.content  # type: ignore[attr-defined]
        if number:
            spent.append((time.perf_counter() - started) * 1000)
        statements = max(statements, counted.count)
        if response.status_code != 200:
            raise RuntimeError(f"{response.status_code} instead of 200: {content[:300]!r}")
        size = len(gzip.compress(content))
    return {
        "ms_median": round(statistics.median(spent), 1),
        "ms_p95": round(statistics.quantiles(spent, n=20)[-1], 1) if times > 1 else spent[0],
        "sql": statements,
        "bytes_gzip": size,
    }


def _pages(desk: Desk) -> dict[str, Ask]:
    local = desk.at.date()
    month, day = f"{local:%Y-%m}", f"{local:%Y-%m-%d}"
    shown = Post.objects.for_team(desk.team).filter(stage="scheduled").earliest("planned_at")
    addresses = {
        "month": _url(desk, "calendar_app:month") + f"?month={month}&day={day}",
        "week": _url(desk, "calendar_app:week") + f"?week={day}",
        "day": _url(desk, "calendar_app:day") + f"?day={day}",
        "board": _url(desk, "calendar_app:board"),
        "composer": _url(desk, "posts:edit", post_id=desk.draft.pk),
        "composer_new": _url(desk, "posts:create"),
        "post": _url(desk, "posts:post", post_id=shown.pk),
        "deliveries": _url(desk, "delivery:list"),
    }
    return {name: _get(url) for name, url in addresses.items()}


def _changes(desk: Desk) -> dict[str, Ask]:
    return {"drag": _drag(desk), "save": _save(desk)}


def _get(url: str) -> Ask:
    return lambda client: client.get(url)


def _drag(desk: Desk) -> Ask:
    """There and back, a week on."""
    url, there = _url(desk, "calendar_app:post_move", post_id=desk.draft.pk), [7, 14]

    def ask(client: Client) -> HttpResponseBase:
        there.reverse()
        day = desk.at.date() + timedelta(days=there[0])
        sent = {"day": f"{day:%Y-%m-%d}", "time": "", "month": f"{day:%Y-%m}"}
        return client.post(url, sent, headers=HTMX)

    return ask


def _save(desk: Desk) -> Ask:
    url, number = _url(desk, "posts:autosave", post_id=desk.draft.pk), [0]
    channels = [channel.pk for channel in desk.channels[:3]]

    def ask(client: Client) -> HttpResponseBase:
        number[0] += 1
        version = Post.objects.values_list("version", flat=True).get(pk=desk.draft.pk)
        body = world.text("Saved", number[0])
        sent = {"version": version, "body": body, "channels": channels}
        return client.post(url, sent, headers=HTMX)

    return ask


def _url(desk: Desk, name: str, **parts: object) -> str:
    return reverse(name, kwargs={"team": desk.team.slug, **parts})
