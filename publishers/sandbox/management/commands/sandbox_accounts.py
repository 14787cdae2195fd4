"""`manage.py sandbox_accounts`: lists the simulated accounts, or adds one."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from publishers.sandbox import accounts, roster
from publishers.sandbox.models import Account
from publishers.sandbox.registry import TWINS


class Command(BaseCommand):
    help = "List the sandbox's accounts. With a platform and a handle: add that account."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("platform", nargs="?", choices=sorted(TWINS))
        parser.add_argument("handle", nargs="?")
        parser.add_argument("--name", default="")
        parser.add_argument("--kind", choices=Account.Kind.values, default=Account.Kind.PERSON)
        parser.add_argument("--password", default="", help="the app password, where there is one")
        parser.add_argument("--run-by", default="", help="handle of the person who runs it")

    def handle(self, *args: Any, **options: Any) -> None:
        slug, handle = options["platform"], options["handle"]
        if slug and handle:
            people = Account.objects.filter(platform=slug, handle=options["run_by"])
            accounts.create(
                slug,
                handle,
                options["name"],
                kind=options["kind"],
                password=options["password"],
                administrators=people,
            )
        for twin in TWINS.values():
            for account in roster.of(twin):
                secret = f"  app password {account.password}" if account.password else ""
                self.stdout.write(f"{twin.slug:10} {account.kind:13} {account.handle}{secret}")
