"""`manage.py instance`: whose database this is, and what a restore has left in doubt."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from delivery import journal
from delivery.models import Rewind, Stray
from delivery.queries import standing
from delivery.services import instance as services
from posts.models import Delivery
from posts.states import DeliveryState
from publishers import instance

MOST = 200
MEANING = """Say which of the two it is:

  confirm home   This installation is the new home of the database. It publishes from now on;
                 stop the old one first. What fell due on the way here is looked up before
                 anything is sent.
  confirm copy   This is a copy, for trying something out. All channels are disconnected here and
                 their tokens erased; the original keeps them. Nothing is planned any more."""


class Command(BaseCommand):
    help = "Shows whose database this is, and confirms a move or a copy. See docs/restore.md."

    def add_arguments(self, parser: ArgumentParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        acts.add_parser("show", help="whose database this is, and whether anything holds it back")
        confirm = acts.add_parser("confirm", help="after a move, or for a copy")
        confirm.add_argument("what", nargs="?", choices=["home", "copy"])
        acts.add_parser("reconcile", help="list what may be live although the database is unsure")
        acts.add_parser("doubt", help="look up what is due first: after a restore without journal")

    def handle(self, *args: Any, act: str, **options: Any) -> None:
        acts = {"show": self._show, "reconcile": self._reconcile, "doubt": self._doubt}
        if act == "confirm":
            self._confirm(options["what"])
        else:
            acts[act]()

    def _show(self) -> None:
        kept = "DRUMBEAT_INSTANCE" if settings.INSTANCE else str(settings.DATA_DIR / "instance")
        facts = standing.facts()
        files = journal.here().files()
        self._row("This installation", instance.own() or "no name yet", f"({kept})")
        self._row("The database's", instance.stored() or "no name yet")
        self._row("Publishing", "locked" if facts["locked"] else "free")
        self._row("Journal", str(journal.here().folder), f"({len(files)} files)")
        for written, _ in files[:1]:
            self._row("  written to", f"{written:%Y-%m-%d %H:%M:%S} UTC")
        for rewind in Rewind.objects.all()[:5]:
            since = f"{rewind.since:%Y-%m-%d %H:%M:%S} UTC" if rewind.since else "long before"
            said = f"back to {since}: {rewind.calls} calls forgotten, {rewind.doubted} in doubt"
            self._row("Restored", f"{rewind.noticed_at:%Y-%m-%d %H:%M:%S} UTC", said)
        self._row("In doubt", str(facts["reconciling"]))
        self._row("Not known here", str(Stray.objects.filter(noted_at=None).count()))

    def _confirm(self, what: str | None) -> None:
        if what is None:
            raise CommandError(MEANING)
        if instance.stored() == instance.own() != "":
            raise CommandError("The database is this installation's already. Nothing was changed.")
        if what == "home":
            services.move_here()
            self.stdout.write("This is the home of the database now. Publishing goes on.")
        else:
            number = services.make_copy()
            self.stdout.write(f"This is a copy now: {number} channels were disconnected here.")

    def _reconcile(self) -> None:
        rewinds = Rewind.objects.values("noticed_at")
        waiting = (DeliveryState.UNKNOWN, DeliveryState.NEEDS_HUMAN)
        rows = Delivery.objects.filter(unknown_since__in=rewinds, state__in=waiting)
        for row in rows.select_related("channel", "team").order_by("team", "due_at")[:MOST]:
            self._row(f"delivery {row.pk}", row.state, f"{row.team}: {row.channel}, {row.problem}")
        strays = Stray.objects.filter(noted_at=None).select_related("team")
        for stray in strays[:MOST]:
            sent = f"{stray.at:%Y-%m-%d %H:%M:%S} UTC"
            self._row("not known here", sent, f"{stray.team or 'no team'}: {stray.account}")
        if not rows.exists() and not strays.exists():
            self.stdout.write("Nothing is in doubt.")

    def _doubt(self) -> None:
        services.doubt_everything()
        self.stdout.write("What is due now is looked up on its platform before it is sent.")

    def _row(self, name: str, *words: str) -> None:
        self.stdout.write(f"{name:<20}{' '.join(words)}")
