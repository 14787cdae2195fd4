"""Migrations, collected static files, a demo team: run by prepared.py as a process of its own."""

import sys

import django
from django.core.management import call_command


def main() -> None:
    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    if "--demo" in sys.argv:
        call_command("demo", "--if-empty")


if __name__ == "__main__":
    main()
