"""`bin/bench notices --count N`: one JSON object on standard output."""

import contextlib
import json
import os
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from bench import notices
from bench.management.commands.delivery import say, whole
from bench.receivers import Hook, MailServer
from bench.scene import Scene

MOST_SECONDS = 2.0


class Command(BaseCommand):
    help = "Measures how notifications are written and sent while the worker is killed."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--count", type=whole(1, 100_000), default=10_000)
        parser.add_argument("--kills", type=whole(0, 100), default=20)
        parser.add_argument("--keep", action="store_true", help="keep the scratch directory")

    def handle(self, *args: Any, **given: Any) -> None:
        folder = Path(settings.DATA_DIR).parent
        with contextlib.ExitStack() as whole_scene:
            mail, hook = MailServer(), Hook()
            whole_scene.callback(mail.close)
            whole_scene.callback(hook.close)
            os.environ.update(notices.environment(mail, hook))
            scene = Scene(folder, children=("worker", "beat"), keep=given["keep"])
            whole_scene.enter_context(scene.open())
            report = notices.figures(scene, mail, hook, given["count"], given["kills"], say)
        self.stdout.write(json.dumps(report, indent=2))
        lost = report["mails"]["lost"] or report["calls"]["lost"]
        if lost or report["enqueued_s"] > MOST_SECONDS:
            sys.exit(1)
