"""`manage.py text count|split|facets --platform SLUG`: what a platform makes of texts.

Reads JSON strings from standard input, one a line, and answers each with a line of JSON at once.
"""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Callable, Iterator, Mapping
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand, CommandError

from publishers import registry
from publishers.contract import Adapter
from publishers.marks import spans
from publishers.text import count, measure, refused
from publishers.threads import split

# No more of a line than this is held in memory.
LONGEST_LINE = 4 * 2**20

type Task = Callable[[type[Adapter], str], Any]


class NotText(Exception):
    """The line holds no JSON string."""


class Command(BaseCommand):
    help = (
        "Count texts as a platform does, cut them into the parts of a thread, or find what it "
        "draws as links. JSON strings in, one a line; one line of JSON out for each."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("task", choices=list(TASKS))
        parser.add_argument("--platform", required=True, choices=sorted(registry.ADAPTERS))

    def handle(self, *args: Any, **given: Any) -> None:
        adapter, task, bad = registry.adapter_for(given["platform"]), TASKS[given["task"]], 0
        for line in _lines(sys.stdin.buffer):
            try:
                answer = task(adapter, _text(line))
            except NotText as error:
                answer, bad = {"error": str(error)}, bad + 1
            self.stdout.write(json.dumps(answer))
            self.stdout.flush()
        if bad:
            raise CommandError(f"{bad} of the lines held no text.")


def _count(adapter: type[Adapter], text: str) -> dict[str, Any]:
    """`valid`: it fits, by each of the platform's limits, and no sign in it is refused."""
    limits = adapter.spec.limits
    valid = measure(text, limits).over == 0 and refused(text, limits.count) is None
    return {"length": count(text, limits.count), "limit": limits.text, "valid": valid}


def _split(adapter: type[Adapter], text: str) -> list[str]:
    return split(text, adapter.spec.limits)


def _facets(adapter: type[Adapter], text: str) -> list[Any]:
    """In the platform's own form where it has one; else by UTF-16 code units."""
    own = adapter.facets(text)
    return list(_marks(adapter, text)) if own is None else own


def _marks(adapter: type[Adapter], text: str) -> Iterator[dict[str, Any]]:
    at = units = 0
    for span in spans(text, adapter.spec.limits.count):
        start = units + count(text[at : span.start], "utf16")
        units = start + count(text[span.start : span.end], "utf16")
        at = span.end
        yield {"kind": span.kind, "start": start, "end": units, "target": span.target}


TASKS: Mapping[str, Task] = {"count": _count, "split": _split, "facets": _facets}


def _lines(stream: BinaryIO) -> Iterator[bytes | None]:
    """None for a line that is too long."""
    while line := stream.readline(LONGEST_LINE + 1):
        if len(line) <= LONGEST_LINE or line.endswith(b"\n"):
            yield line
            continue
        while line and not line.endswith(b"\n"):
            line = stream.readline(LONGEST_LINE)
        yield None


def _text(line: bytes | None) -> str:
    if line is None:
        raise NotText(f"The line is longer than {LONGEST_LINE // 2**20} MB.")
    try:
        text = json.loads(line.decode())
    except UnicodeDecodeError:
        raise NotText("The line is not UTF-8.") from None
    except (ValueError, RecursionError):
        raise NotText("The line is not JSON.") from None
    if not isinstance(text, str):
        raise NotText("The line is JSON, but not a string.")
    return text
