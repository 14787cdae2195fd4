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
from urllib.parse import urlencode

from django.db import connection
from django.http import HttpResponseBase
from django.test import Client
from django.urls import reverse

from bench import gauges, world
from bench.desk import Desk
from config import warm
from posts.models import Post

type Ask = Callable[[Client], HttpResponseBase]
type Figures = dict[str, float | int]

HTMX = {"HX-Request": "true"}
# Of a statement, as it is shown.
LONGEST = 2000
_NOTE = """
INSERT INTO posts_planchange (team_id, transaction)
VALUES (%s, pg_current_xact_id()::text::bigint)"""


class Counted:
    """The statements of one answer, each with the ms that its caller waited."""

    def __init__(self) -> None:
        self.statements: list[tuple[float, str]] = []

    def __call__(self, execute: Any, sql: str, *arguments: Any) -> Any:
        started = time.perf_counter()
        try:
            return execute(sql, *arguments)
        finally:
            self.statements.append(((time.perf_counter() - started) * 1000, sql))

    def slowest(self, most: int) -> list[str]:
        return [f"{ms:.1f} ms: {sql[:LONGEST]}" for ms, sql in sorted(self.statements)[::-1][:most]]


def figures(
    desk: Desk, times: int, say: Callable[[str], None], statements: int = 0
) -> dict[str, object]:
    """`say` hears of the slowest `statements` of each page's last answer."""
    world.settle_down()
    # As the web server begins.
    warm.up()
    client, counted = Client(headers={"host": "127.0.0.1"}), Counted()
    client.force_login(desk.person)
    found: dict[str, dict[str, Figures]] = {"pages": {}, "changes": {}}
    with ExitStack() as watched:
        watched.enter_context(connection.execute_wrapper(counted))
        for kind, asked in (("pages", _pages(desk)), ("changes", _changes(desk))):
            for name, ask in asked.items():
                found[kind][name] = _measured(ask, client, counted, times)
                for line in counted.slowest(statements):
                    say(f"{name}: {line}")
    return {"requests": times, **found, "machine": gauges.machine()}


def _measured(ask: Ask, client: Client, counted: Counted, times: int) -> Figures:
    spent, most, size = [], 0, 0
    for number in range(times + 1):
        counted.statements.clear()
        started = time.perf_counter()
        response = ask(client)
        content = b"".join(response) if response.streaming else response.content  # type: ignore[attr-defined]
        if number:
            spent.append((time.perf_counter() - started) * 1000)
        most = max(most, len(counted.statements))
        if response.status_code != 200:
            raise RuntimeError(f"{response.status_code} instead of 200: {content[:300]!r}")
        size = len(gzip.compress(content))
    return {
        "ms_median": round(statistics.median(spent), 1),
        "ms_p95": round(statistics.quantiles(spent, n=20)[-1], 1) if times > 1 else spent[0],
        "sql": most,
        "bytes_gzip": size,
    }


def _pages(desk: Desk) -> dict[str, Ask]:
    local = desk.at.date()
    month, day = f"{local:%Y-%m}", f"{local:%Y-%m-%d}"
    shown = Post.objects.for_team(desk.team).filter(stage="scheduled").earliest("planned_at")
    in_month = _url(desk, "calendar_app:month") + f"?month={month}&day={day}"
    week, filtered = _url(desk, "calendar_app:week") + f"?week={day}", _filters(desk)
    listed, board = _url(desk, "calendar_app:list"), _url(desk, "calendar_app:board")
    addresses = {
        "month": in_month,
        "month_filtered": f"{in_month}&{filtered}",
        "month_free": f"{in_month}&free=1",
        "week": week,
        "week_best": f"{week}&best=1",
        "week_all": f"{week}&best=1&free=1&{filtered}",
        "day": _url(desk, "calendar_app:day") + f"?day={day}",
        "list": listed,
        "list_filtered": f"{listed}?{filtered}",
        "board": board,
        "board_filtered": f"{board}?{filtered}",
        "board_lanes": f"{board}?group=channel",
        "find": _url(desk, "posts:find") + "?q=buoy+wave",
        "composer": _url(desk, "posts:edit", post_id=desk.draft.pk),
        "composer_new": _url(desk, "posts:create"),
        "post": _url(desk, "posts:post", post_id=shown.pk),
        "library": _url(desk, "posts:library"),
        "library_found": _url(desk, "posts:library") + "?q=buoy",
        "slots": _url(desk, "calendar_app:slots"),
        "slots_fill": _url(desk, "calendar_app:slots_fill"),
        "queue_add": _url(desk, "calendar_app:queue_add", post_id=desk.draft.pk),
        "times": _url(desk, "calendar_app:times") + f"?post={desk.draft.pk}",
        "conflicts": _url(desk, "calendar_app:post_conflicts", post_id=desk.draft.pk),
        "reviews": _url(desk, "approvals:queue"),
    }
    if desk.review:
        addresses["review"] = _url(desk, "approvals:review", review_id=desk.review.pk)
    pages = {name: _get(url) for name, url in addresses.items()}
    # As the first reader after a change has them; above, as everybody else.
    return {**pages, "month_changed": _after(desk, in_month), "week_changed": _after(desk, week)}


def _filters(desk: Desk) -> str:
    asked = {"channel": [channel.pk for channel in desk.channels[:3]], "author": desk.person.pk}
    return urlencode(asked, doseq=True)


def _changes(desk: Desk) -> dict[str, Ask]:
    month = _url(desk, "calendar_app:month") + f"?month={desk.at:%Y-%m}&{_filters(desk)}"
    return {
        "drag": _drag(desk),
        "save": _save(desk),
        "filter": lambda client: client.get(month, headers=HTMX),
    }


def _get(url: str) -> Ask:
    return lambda client: client.get(url)


def _after(desk: Desk, url: str) -> Ask:
    """Something has just been changed elsewhere: noted as the database does, without the disk."""
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")

    def ask(client: Client) -> HttpResponseBase:
        with other.cursor() as cursor:
            cursor.execute(_NOTE, [desk.team.pk])
        return client.get(url)

    return ask


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
