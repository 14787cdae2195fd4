"""`bin/bench imports --rows N`: one JSON object on standard output."""

import json
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from bench import calls, importing, world
from bench.management.commands.delivery import say, whole
from bench.scene import Scene

MOST_SECONDS, MOST_EXTRA_MB = 30, 64


class Command(BaseCommand):
    help = "Measures how a plan of many rows is brought in, and taken back."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--rows", type=whole(1, 10_000), default=10_000)
        parser.add_argument("--channels", type=whole(1, 100), default=12)
        parser.add_argument("--keep", action="store_true", help="keep the scratch directory")

    def handle(self, *args: Any, **given: Any) -> None:
        folder = Path(settings.DATA_DIR).parent
        with Scene(folder, children=("worker", "beat"), keep=given["keep"]).open() as scene:
            there = world.places(
                given["channels"], teams=1, platforms=calls.platforms(), latency_ms=0
            )
            scene.product.start()
            report = importing.figures(scene, there, given["rows"], say)
        self.stdout.write(json.dumps(report, indent=2))
        memory = report["memory_mb"]
        late = report["seconds"]["made"] > MOST_SECONDS
        if (
            late
            or report["made"] < report["rows"]
            or memory["most"] - memory["before"] > MOST_EXTRA_MB
        ):
            sys.exit(1)
