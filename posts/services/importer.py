"""What people do with an import: hand in a file, choose its columns, confirm, stop, undo.

The work itself is importwork.py's: here a step is only taken, if the import still is where the
person saw it. Raises LostRace when it is not.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from datetime import timedelta
from itertools import batched
from typing import IO

from django.db import transaction
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Team, User
from accounts.services.teams import take_turns
from notifications.live import announce
from posts import audited, columns, tables
from posts.errors import IllegalMove, LostRace, UploadRefused
from posts.models import Import, ImportRow
from posts.services.known import channels_of, names_of
from posts.services.media import display_name

_AT_ONCE = 1000
_SAMPLES = 20
MAX_HEADING = 200
# Of a team, not ended yet.
MOST = 20
# What was handed in is somebody's words: it stays as long as the undo is of use.
KEPT = timedelta(days=90)
_LET_GO = 20

Step, Outcome = Import.Step, ImportRow.Outcome


@transaction.atomic
def take_in(*, team: Team, by: User, file: IO[bytes], size: int, name: str) -> Import:
    """Store the file as rows, with a guess at its columns. Raises UploadRefused."""
    take_turns(team)
    if Import.objects.for_team(team).exclude(step__in=(Step.DONE, Step.UNDONE)).count() >= MOST:
        raise UploadRefused(
            _("%(n)s imports are under way. Finish or discard one of them first.") % {"n": MOST},
            409,
        )
    with closing(tables.rows_of(file, size)) as rows:
        headings = [heading.strip()[:MAX_HEADING] for heading in _headings(rows)]
        importing = Import.objects.create(
            team=team, by=by, name=display_name(name) or _("A file"), zone=team.time_zone
        )
        first, total, width = _store(importing, rows, len(headings))
    if not total:
        raise UploadRefused(_("This file has headings, but no rows below them."))
    headings += [""] * (width - len(headings))
    names = names_of(channels_of(team).values())
    guessed = columns.guess(headings, first, names)
    slashed = [
        row[n] for row in first for n, t in enumerate(guessed) if t == "date" and n < len(row)
    ]
    Import.objects.filter(pk=importing.pk).update(
        headings=headings,
        columns=guessed,
        total=total,
        month_first=columns.month_comes_first(slashed),
    )
    importing.refresh_from_db()
    audited.thing(importing, "import.take_in", team=team.pk, by=by, after={"rows": total})
    return importing


def _headings(rows: Iterator[tables.Row]) -> list[str]:
    for _number, cells in rows:
        return cells
    raise UploadRefused(_("This file is empty. Choose it again."))


def _store(
    importing: Import, rows: Iterable[tables.Row], width: int
) -> tuple[list[list[str]], int, int]:
    """The first rows, how many there are, and the widest."""
    first: list[list[str]] = []
    total = 0
    for some in batched(rows, _AT_ONCE):
        ImportRow.objects.bulk_create(
            ImportRow(importing=importing, number=number, cells=cells) for number, cells in some
        )
        first += [cells for _n, cells in some[: _SAMPLES - len(first)]]
        total += len(some)
        width = max(width, *(len(cells) for _n, cells in some))
    return first, total, width


@transaction.atomic
def map_columns(*, importing: Import, chosen: Sequence[str], zone: str, month_first: bool) -> None:
    """And look at every row anew."""
    audited.thing(importing, "import.columns", team=importing.team_id, after={"columns": chosen})
    _step(
        importing,
        (Step.MAPPING, Step.CHECKED),
        Step.CHECKING,
        columns=list(chosen),
        zone=zone,
        month_first=month_first,
    )


@transaction.atomic
def _step(
    importing: Import, before: Sequence[Import.Step], after: Import.Step, **fields: object
) -> None:
    mine = Import.objects.filter(pk=importing.pk, step__in=before)
    if not mine.update(step=after, **fields):
        raise LostRace(_("This import has moved on meanwhile. Look at it again."))
    if after == Step.CHECKING:
        importing.rows.update(
            outcome=Outcome.WAITING, problems=[], notes=[], fingerprint="", planned_at=None,
            commits=False, asks=False,
        )  # fmt: skip
    announce(importing.team_id, f"import:{importing.pk}")


def mark_of(importing: Import) -> str:
    """How its rows are read: what a yes was said to carries it."""
    read = json.dumps([importing.columns, importing.zone, importing.month_first])
    return hashlib.sha256(read.encode()).hexdigest()[:16]


@transaction.atomic
def confirm(*, importing: Import, by: User, mark: str) -> None:
    """Whoever says yes is the posts' author, and their rights count. `mark`: of what they saw."""
    seen = Import.objects.select_for_update().filter(pk=importing.pk).first()
    if seen is None or mark_of(seen) != mark:
        raise LostRace(_("Somebody has chosen other columns meanwhile. Look at it again."))
    if not importing.rows.filter(outcome=Outcome.READY).exists():
        raise IllegalMove(_("No row is ready. Mend the file and import it again."))
    _step(importing, (Step.CHECKED,), Step.RUNNING, by=by)
    audited.thing(seen, "import.confirm", team=seen.team_id, by=by, after={"rows": seen.total})


@transaction.atomic
def stop(*, importing: Import) -> None:
    """What is made stays; the rest is left out. While rows are looked at: back to the columns."""
    audited.thing(importing, "import.stop", team=importing.team_id)
    if importing.step == Step.CHECKING:
        _step(importing, (Step.CHECKING,), Step.MAPPING)
    else:
        _step(importing, (Step.RUNNING,), Step.DONE, ended_at=timezone.now())


@transaction.atomic
def undo(*, importing: Import, by: User) -> None:
    audited.thing(importing, "import.undo", team=importing.team_id, by=by)
    _step(importing, (Step.DONE,), Step.UNDOING, undone_by=by)


@transaction.atomic
def discard(*, importing: Import) -> None:
    """An import that has made nothing."""
    held = Import.objects.select_for_update().filter(pk=importing.pk).first()
    if held is None or held.step not in (Step.MAPPING, Step.CHECKED):
        raise LostRace(_("This import has moved on meanwhile. Look at it again."))
    audited.thing(held, "import.discard", team=held.team_id)
    held.delete()


def samples(importing: Import) -> list[list[str]]:
    """Up to three values of each column that say something."""
    found: list[list[str]] = [[] for _heading in importing.headings]
    for row in importing.rows.all()[:_SAMPLES]:
        for values, cell in zip(found, row.cells, strict=False):
            if cell.strip() and len(values) < 3:
                values.append(cell[:120])
    return found


def sweep() -> None:
    """Let go of old files and their rows, a few at a time; what they made is not touched."""
    resting = Import.objects.exclude(step__in=Import.AT_WORK)
    old = resting.filter(created_at__lt=timezone.now() - KEPT).annotate(
        rested_at=Coalesce("ended_at", "created_at")
    )
    some = old.filter(rested_at__lt=timezone.now() - KEPT).order_by("pk")
    resting.filter(pk__in=list(some.values_list("pk", flat=True)[:_LET_GO])).delete()
