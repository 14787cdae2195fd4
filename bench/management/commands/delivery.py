"""`bin/bench delivery --due N --latency-ms MS --channels C`: one JSON object on standard output."""

import json
import sys
from argparse import ArgumentTypeError
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from bench import calls
from bench.delivery import Measurement, Options
from bench.scene import Scene
from config.supervisor.errors import CannotStart


class Command(BaseCommand):
    help = "Schedules posts on simulated platforms and measures how they go out."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        add, count, some = parser.add_argument, whole(0, 1_000_000), whole(1, 1_000_000)
        slugs = calls.platforms()
        add("--due", type=some, default=100, help="posts that fall due")
        add("--channels", type=whole(1, 10_000), default=20)
        add("--latency-ms", type=whole(0, 30_000), default=50, help="before a platform accepts")
        add("--spread", type=seconds, default=0.0, help="seconds over which they fall due")
        add("--teams", type=whole(1, 1000), default=1)
        add("--old", type=count, default=0, help="deliveries published long ago")
        add("--queued", type=count, default=0, help="deliveries of later days")
        add("--platform", choices=slugs, default="", help="all on this one instead of in turn")
        add("--crowd", type=count, default=0, help="posts of another team, all due with the first")
        add("--crowd-platform", choices=slugs, default="", help="where, instead of in turn")
        add("--crowd-latency-ms", type=whole(0, 30_000), default=None, help="as the others")
        add("--pool", type=whole(0, 256), default=0, help="threads of the limit; 0: as the worker")
        add("--lead", type=seconds, default=4.0, help="seconds between everything ready and due")
        add("--patience", type=seconds, default=0.0, help="seconds until giving up; 0: enough")
        add("--redis", action="store_true", help="a Redis as broker instead of a folder")
        add("--publisher-only", action="store_true", help="without Celery: the second path")
        add("--statements", type=whole(0, 100), default=0, help="list so many of them on stderr")
        add("--keep", action="store_true", help="keep the scratch directory with the log")

    def handle(self, *args: Any, **given: Any) -> None:
        options = Options(**{field.name: given[field.name] for field in fields(Options)})
        children = ("publisher",) if options.publisher_only else ("worker", "beat", "publisher")
        folder = Path(settings.DATA_DIR).parent
        scene = Scene(folder, children=children, redis=options.redis, keep=given["keep"])
        say(f"in {folder}, where drumbeat.log tells what happens")
        try:
            with scene.open():
                report = Measurement(scene, options, say).run()
        except CannotStart as error:
            raise CommandError(str(error)) from None
        self.stdout.write(json.dumps(report, indent=2))
        if report["duplicates"] or report["early"] or report["lost"]:
            sys.exit(1)


def say(line: str) -> None:
    print(f"bench: {line}", file=sys.stderr, flush=True)


def whole(least: int, most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not text.isdecimal() or not least <= int(text) <= most:
            raise ArgumentTypeError(f"a whole number from {least} to {most}, not {text!r}")
        return int(text)

    return read


def seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1
    if not 0 <= value <= 86_400:
        raise ArgumentTypeError(f"seconds from 0 to 86400, not {text!r}")
    return value
