"""`bin/bench races --count N --seed S`: one JSON object on standard output."""

import json
import os
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from bench import calls, gauges, races, world
from bench.management.commands.delivery import say, whole
from bench.scene import Scene

CHANNELS = 24


class Command(BaseCommand):
    help = "Lets people and ticks meet on posts in review, and looks whether all promises hold."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--count", type=whole(1, 1_000_000), default=5000, help="interleavings")
        parser.add_argument("--seed", type=whole(0, 1_000_000), default=1)
        parser.add_argument("--tables", type=whole(1, 8), default=2, help="teams at the same time")
        parser.add_argument("--keep", action="store_true", help="keep the scratch directory")

    def handle(self, *args: Any, **given: Any) -> None:
        # Platforms that refuse a repeated post would hide that it was sent twice.
        os.environ["DRUMBEAT_SANDBOX_REFUSES_REPEATS"] = "0"
        # Who decides by mail may take it back for a moment, and the post waits: here nobody does.
        settings.APPROVAL_COOLING_SECONDS = 0
        with Scene(Path(settings.DATA_DIR).parent, children=(), keep=given["keep"]).open():
            there = world.places(
                CHANNELS, teams=given["tables"], platforms=calls.platforms(), latency_ms=0
            )
            report = races.figures(
                there, given["count"], given["seed"], say, tables=given["tables"]
            )
        self.stdout.write(json.dumps({**report, "machine": gauges.machine()}, indent=2))
        if report["broken"]:
            sys.exit(1)
