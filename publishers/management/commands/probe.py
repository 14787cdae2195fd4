"""`manage.py probe`: one real call through an adapter, printed as JSON without secrets."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from publishers import probing, registry
from publishers.probing import Credentials, Probe, Refused


class Command(BaseCommand):
    help = (
        "Publish one text through a platform's adapter with credentials from a file, look it up, "
        "remove a post or read its figures. Nothing of it is stored here."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--platform", required=True, choices=sorted(registry.ADAPTERS))
        parser.add_argument("--credentials", required=True, type=Path, metavar="FILE.json")
        parser.add_argument("--text", default="")
        parser.add_argument("--title", default="")
        parser.add_argument("--image", action="append", default=[], type=Path)
        parser.add_argument("--alt", action="append", default=[])
        parser.add_argument("--option", action="append", default=[], metavar="NAME=VALUE")
        parser.add_argument("--find", action="store_true", help="look the text up, do not publish")
        parser.add_argument("--remove", metavar="ID")
        parser.add_argument("--metrics", metavar="ID")

    def handle(self, *args: Any, **given: Any) -> None:
        try:
            probe = Probe(given["platform"], Credentials.read(given["credentials"]))
            found = _asked(probe, given)
        except Refused as refused:
            raise CommandError(str(refused)) from None
        self.stdout.write(json.dumps(found, indent=2, ensure_ascii=False, default=str))


def _asked(probe: Probe, given: dict[str, Any]) -> Any:
    if given["remove"]:
        return probe.remove(given["remove"])
    if given["metrics"]:
        return probe.measure(given["metrics"])
    alts = [*given["alt"], *[""] * len(given["image"])]
    media = [probing.picture(path, alt) for path, alt in zip(given["image"], alts, strict=False)]
    if not given["text"] and not media:
        raise Refused("Say what to do: --text, --image, --remove or --metrics.")
    options = dict(option.partition("=")[::2] for option in given["option"])
    asked = probing.payload(given["text"], media, options, given["title"])
    return probe.find(asked) if given["find"] else probe.publish(asked)
