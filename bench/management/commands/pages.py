"""`bin/bench pages --posts N`: one JSON object on standard output."""

import json
import sys
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser

from bench import calls, desk, pages, world
from bench.management.commands.delivery import say, whole
from bench.scene import Scene

MOST_SQL = 12
# Of each post, where nobody says how many; and of a large team no more than it would have.
REVIEWS_PER_POST, MOST_REVIEWS = 2, 20_000


class Command(BaseCommand):
    help = "Measures what the pages of a team cost that has planned for two years."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        add = parser.add_argument
        add("--posts", type=whole(30, 1_000_000), default=1000, help="over 24 months")
        add("--reviews", type=whole(1, 1_000_000), help="two per post, at most 20000")
        add("--channels", type=whole(3, 1000), default=12)
        add("--requests", type=whole(1, 10_000), default=30, help="of each page")
        add("--statements", type=whole(0, 100), default=0, help="list so many of each on stderr")
        add("--keep", action="store_true", help="keep the scratch directory with the log")

    def handle(self, *args: Any, **given: Any) -> None:
        with Scene(Path(settings.DATA_DIR).parent, children=(), keep=given["keep"]).open():
            call_command("collectstatic", interactive=False, verbosity=0)
            started = time.monotonic()
            there = world.places(
                given["channels"], teams=1, platforms=calls.platforms(), latency_ms=0
            )
            few = min(given["posts"] * REVIEWS_PER_POST, MOST_REVIEWS)
            reviews = given["reviews"] or few
            written = desk.write(there, given["posts"], reviews)
            seconds = time.monotonic() - started
            say(f"{given['posts']} posts, {reviews} reviews written in {seconds:.0f} s")
            found = pages.figures(written, given["requests"], say, given["statements"])
        report = {
            "posts": given["posts"],
            "reviews": reviews,
            "channels": given["channels"],
            **found,
        }
        self.stdout.write(json.dumps(report, indent=2))
        if any(page["sql"] > MOST_SQL for page in report["pages"].values()):
            sys.exit(1)
