"""`manage.py publisher`: keeps posts going out when the broker, beat or the workers are gone."""

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from delivery.lanes import THREADS
from delivery.publisher import Publisher


class Command(BaseCommand):
    help = "Publishes with nothing but the database while the dispatch tick is silent."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--threads", type=int, default=THREADS)

    def handle(self, *args: Any, threads: int, **options: Any) -> None:
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        Publisher(threads, stop).run()
