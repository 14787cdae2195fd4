"""`bin/bench uploads --megabytes N`: one JSON object on standard output."""

import json
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from bench import uploads
from bench.management.commands.adapters import add_options, chosen, options_of
from bench.management.commands.delivery import whole
from bench.scene import Scene

MOST_EXTRA_MB = 64


class Command(BaseCommand):
    help = "Measures what memory a large video takes, and whether it goes on after a broken part."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--megabytes", type=whole(1, 2000), default=200)
        add_options(parser)

    def handle(self, *args: Any, **given: Any) -> None:
        folder = Path(settings.DATA_DIR).parent
        with Scene(folder, children=(), keep=given["keep"]).open():
            report = uploads.figures(chosen(given), given["megabytes"], folder, options_of(given))
        self.stdout.write(json.dumps(report, indent=2))
        if report["most_extra_mb"] > MOST_EXTRA_MB or report["not_resumed"] or report["not_taken"]:
            sys.exit(1)
