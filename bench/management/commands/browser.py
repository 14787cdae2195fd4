"""`bin/bench browser --posts N`: Lighthouse and next paints; one JSON object on standard output."""

import json
import shutil
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from django.test import Client
from django.urls import reverse

from bench import calls, desk, gauges, interactions, lighthouse, world
from bench.desk import Desk
from bench.management.commands.delivery import say, whole
from bench.scene import Scene

# Least marks by kind, and the most that the first load of the calendar may fetch.
MARKS = {"performance": 95, "accessibility": 100, "best-practices": 100}
MOST_REQUESTS, MOST_BYTES = 12, 150_000
# By how many times the processor is slowed down, the most ms until the next paint.
PAINTS = {1: 100.0, 6: 200.0}


class Command(BaseCommand):
    help = "Measures pages as a browser has them: by Lighthouse, and the time to the next paint."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        add = parser.add_argument
        add("--posts", type=whole(100, 1_000_000), default=1000, help="over 24 months")
        add("--channels", type=whole(3, 1000), default=12)
        add("--times", type=whole(1, 100), default=3, help="each interaction; the longest counts")
        add("--keep", action="store_true", help="keep the scratch directory with the log")

    def handle(self, *args: Any, **given: Any) -> None:
        scene = Scene(Path(settings.DATA_DIR).parent, children=(), keep=given["keep"])
        # Before the web server reads what there is.
        call_command("collectstatic", interactive=False, verbosity=0)
        with scene.open():
            scene.show_media()
            there = world.places(
                given["channels"], teams=1, platforms=calls.platforms(), latency_ms=0
            )
            written = desk.write(there, given["posts"])
            world.settle_down()
            report = {"posts": given["posts"], **self._figures(written, given["times"])}
        self.stdout.write(json.dumps(report, indent=2))
        if not report["kept"]:
            sys.exit(1)

    def _figures(self, there: Desk, times: int) -> dict[str, Any]:
        client = Client()
        client.force_login(there.person)
        held = client.cookies[settings.SESSION_COOKIE_NAME]
        chromium = next(
            filter(
                None, map(shutil.which, ("chromium", "chromium-browser", "chromium-headless-shell"))
            ),
            "",
        )
        pages = {}
        for name, path in _pages(there).items():
            say(f"Lighthouse: {name}")
            signed_in = held.key, held.value
            pages[name] = asdict(lighthouse.look(settings.SITE_URL + path, signed_in, chromium))
        paints = {}
        for slowdown in PAINTS:
            say(f"Interactions, {slowdown} times slower")
            with interactions.hand(
                settings.SITE_URL, (held.key, held.value), chromium, slowdown
            ) as hand:
                paints[slowdown] = {
                    name: hand.longest(path, act, times)
                    for name, (path, act) in _acts(there).items()
                }
        return {
            "kept": _kept(pages, paints),
            "lighthouse": pages,
            "next_paint_ms": paints,
            "machine": gauges.machine(),
        }


def _kept(pages: dict[str, Any], paints: dict[int, dict[str, float]]) -> bool:
    first = pages["month"]
    return (
        all(
            page["marks"][kind] >= least for page in pages.values() for kind, least in MARKS.items()
        )
        and not any(page["elsewhere"] for page in pages.values())
        and first["requests"] <= MOST_REQUESTS
        and first["bytes"] <= MOST_BYTES
        and all(ms <= PAINTS[slowdown] for slowdown, some in paints.items() for ms in some.values())
    )


def _marked(page: dict[str, Any]) -> bool:
    least = all(page["marks"][kind] >= mark for kind, mark in MARKS.items())
    return least and not page["elsewhere"]


def _pages(there: Desk) -> dict[str, str]:
    return {
        "month": _path(there, "calendar_app:month"),
        "week": _path(there, "calendar_app:week"),
        "board": _path(there, "calendar_app:board"),
        "list": _path(there, "calendar_app:list"),
        "composer": _path(there, "posts:edit", post_id=there.draft.pk),
        "post": _path(there, "posts:post", post_id=there.draft.pk),
        "library": _path(there, "posts:library"),
    }


def _acts(there: Desk) -> dict[str, tuple[str, interactions.Act]]:
    month = _path(there, "calendar_app:month")
    return {
        "drag": (month, interactions.drag),
        "drag_card": (_path(there, "calendar_app:board"), interactions.drag_card),
        "filter": (month, interactions.pick_filter),
        "open_day": (month, interactions.open_day),
        "open_move": (month, interactions.open_move),
        "palette": (month, interactions.open_palette),
        "type": (_path(there, "posts:edit", post_id=there.draft.pk), interactions.write),
    }


def _path(there: Desk, name: str, **kwargs: int) -> str:
    return reverse(name, kwargs={"team": there.team.slug, **kwargs})
