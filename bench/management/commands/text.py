"""`bin/bench text --kilobytes N --times N`: one JSON object on standard output."""

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from bench.cutting import figures
from bench.management.commands.delivery import whole


class Command(BaseCommand):
    help = "Measures how long texts of many scripts take to be counted and cut into threads."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        add = parser.add_argument
        add("--kilobytes", type=whole(1, 10_000), default=100, help="of each text, in UTF-8")
        add("--times", type=whole(1, 1000), default=5, help="each is done; the median counts")

    def handle(self, *args: Any, **given: Any) -> None:
        report = figures(given["kilobytes"], given["times"])
        self.stdout.write(json.dumps(report, indent=2))
        if report["lost"]:
            sys.exit(1)
