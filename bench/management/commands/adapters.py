"""`bin/bench adapters --posts N`: one JSON object on standard output."""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from bench import overhead
from bench.management.commands.delivery import whole
from bench.scene import Scene
from publishers import registry
from publishers.contract import Spec

MOST_MS = 3.0


class Command(BaseCommand):
    help = "Measures what each adapter costs beside the requests that it makes."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--posts", type=whole(1, 1000), default=30, help="on each platform")
        add_options(parser)

    def handle(self, *args: Any, **given: Any) -> None:
        with Scene(Path(settings.DATA_DIR).parent, children=(), keep=given["keep"]).open():
            report = overhead.figures(
                chosen(given), given["posts"], options_of(given), settings.SITE_URL
            )
        self.stdout.write(json.dumps(report, indent=2))
        if report["slowest_overhead_ms"] > MOST_MS:
            sys.exit(1)


def add_options(parser: CommandParser) -> None:
    add = parser.add_argument
    slugs = [spec.slug for spec in registry.specs()]
    add("--platform", choices=slugs, action="append", default=[], help="these alone, not all")
    add("--option", action="append", default=[], metavar="NAME=VALUE", help="where it is asked")
    add("--keep", action="store_true", help="keep the scratch directory with the log")


def chosen(given: Mapping[str, Any]) -> list[Spec]:
    return [spec for spec in registry.specs() if spec.slug in (given["platform"] or [spec.slug])]


def options_of(given: Mapping[str, Any]) -> dict[str, str]:
    pairs = [pair.partition("=") for pair in given["option"]]
    if not all(name and is_pair for name, is_pair, _ in pairs):
        raise CommandError("Write each --option as NAME=VALUE.")
    return {name: value for name, _, value in pairs}
