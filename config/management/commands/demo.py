"""`manage.py demo`: fills an empty sandbox with a team, its channels and a month of posts."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.module_loading import import_string

from accounts.models import Team
from config.demo import people


class Command(BaseCommand):
    help = "Load the demo team. Only in the sandbox; running it again changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--if-empty", action="store_true", help="do nothing where teams exist")
        parser.add_argument("--posts", type=int, default=0, help="add this many posts as load")
        parser.add_argument("--months", type=int, default=3, help="spread them over so many months")
        parser.add_argument("--seed", type=int, default=1, help="the same seed, the same posts")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.SANDBOX is not True:
            raise CommandError("The demo has a known password: it is for the sandbox only.")
        if options["if_empty"] and Team.objects.exists():
            return
        # By name: what it imports exists in the sandbox only.
        fill = import_string("config.demo.fill.fill")
        fill(posts=options["posts"], months=options["months"], seed=options["seed"])
        self.stdout.write(f"Sign in as alice@demo.test with the password {people.PASSWORD}")
