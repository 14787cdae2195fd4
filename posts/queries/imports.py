"""What the pages of imports show: counts per outcome, and the rows that have something to say."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Team
from posts.columns import TARGETS
from posts.models import Import, ImportRow
from publishers.models import Channel

PER_PAGE = 30
_AT_ONCE = 250
Step, Outcome = Import.Step, ImportRow.Outcome

# outcome, its mark, what it is called before and after the posts are made
_TALLY: tuple[tuple[str, str, Any, Any], ...] = (
    (Outcome.MADE, "published", _("made"), _("made")),
    (Outcome.UNDONE, "paused", _("in the trash"), _("in the trash")),
    (Outcome.KEPT, "review", _("kept"), _("kept")),
    (Outcome.READY, "scheduled", _("ready"), _("not made")),
    (Outcome.BAD, "attention", _("to mend"), _("left out")),
    (Outcome.DUPLICATE, "changes", _("there already"), _("there already")),
    (Outcome.WAITING, "draft", _("not looked at yet"), _("not looked at")),
)


@dataclass(frozen=True)
class Share:
    """How many rows came out so. `at` and `wide` place it in the bar, in hundredths."""

    outcome: str
    mark: str
    label: str
    rows: int
    at: float
    wide: float


@dataclass(frozen=True)
class Standing:
    """`done` of `total` rows have had their turn in this step."""

    tally: list[Share]
    total: int
    done: int
    counts: dict[str, int]
    noted: int
    planned: int
    commits: int
    asks: int

    @property
    def percent(self) -> int:
        return self.done * 100 // self.total if self.total else 0

    @property
    def ready(self) -> int:
        return self.counts.get(Outcome.READY, 0)

    @property
    def only_planned(self) -> int:
        return self.planned - self.commits

    @property
    def made(self) -> int:
        return self.counts.get(Outcome.MADE, 0)

    @property
    def wrong(self) -> int:
        return self.counts.get(Outcome.BAD, 0) + self.counts.get(Outcome.DUPLICATE, 0)


def imports(team: Team) -> QuerySet[Import]:
    return Import.objects.for_team(team).select_related("by").defer("headings", "columns")


def of_team(team: Team) -> QuerySet[Import]:
    return Import.objects.for_team(team).select_related("team", "by")


def of_page(page: Page[Import]) -> list[tuple[Import, dict[str, int]]]:
    """Each with its counts, in one statement for all."""
    found = list(page.object_list)
    counted: dict[int, dict[str, int]] = {one.pk: {} for one in found}
    rows = ImportRow.objects.filter(importing__in=found).order_by()
    for pk, outcome, n in rows.values_list("importing", "outcome").annotate(n=Count("pk")):
        counted[pk][outcome] = n
    return [(one, counted[one.pk]) for one in found]


def standing(importing: Import) -> Standing:
    """In one statement."""
    ready = Q(outcome__in=(Outcome.READY, Outcome.MADE))
    counted = (
        importing.rows.order_by()
        .values("outcome")
        .annotate(
            n=Count("pk"),
            noted=Count("pk", filter=ready & ~Q(notes=[])),
            planned=Count("pk", filter=ready & Q(planned_at__isnull=False)),
            committed=Count("pk", filter=ready & Q(commits=True)),
            asking=Count("pk", filter=ready & Q(asks=True)),
        )
    )
    rows = list(counted)
    counts = {row["outcome"]: row["n"] for row in rows}
    left, done = _turns(importing, counts)
    return Standing(
        tally=_tally(importing, counts),
        total=left + done,
        done=done,
        counts=counts,
        noted=sum(row["noted"] for row in rows),
        planned=sum(row["planned"] for row in rows),
        commits=sum(row["committed"] for row in rows),
        asks=sum(row["asking"] for row in rows),
    )


def _turns(importing: Import, counts: dict[str, int]) -> tuple[int, int]:
    """How many rows this step has still before it, and behind it."""
    if importing.step == Step.RUNNING:
        return counts.get(Outcome.READY, 0), counts.get(Outcome.MADE, 0)
    if importing.step == Step.UNDOING:
        gone = counts.get(Outcome.UNDONE, 0) + counts.get(Outcome.KEPT, 0)
        return counts.get(Outcome.MADE, 0), gone
    waiting = counts.get(Outcome.WAITING, 0)
    return waiting, importing.total - waiting


def _tally(importing: Import, counts: dict[str, int]) -> list[Share]:
    ended = importing.step in (Step.DONE, Step.UNDONE, Step.UNDOING)
    found, at, total = [], 0.0, max(importing.total, 1)
    for outcome, mark, before, after in _TALLY:
        if n := counts.get(outcome, 0):
            wide = round(n * 100 / total, 2)
            label = str(after if ended else before)
            found.append(Share(outcome, mark, label, n, round(at, 2), wide))
            at += wide
    return found


@dataclass(frozen=True)
class Line:
    """One row as the page lists it. `said`: (heading, sentence)."""

    row: ImportRow
    words: str
    said: list[tuple[str, str]]


SHOWN = {
    "bad": Q(outcome=Outcome.BAD),
    "duplicate": Q(outcome=Outcome.DUPLICATE),
    "noted": Q(outcome__in=(Outcome.READY, Outcome.MADE)) & ~Q(notes=[]),
    "ready": Q(outcome=Outcome.READY),
    "made": Q(outcome=Outcome.MADE),
    "kept": Q(outcome=Outcome.KEPT),
    "undone": Q(outcome=Outcome.UNDONE),
}
_TABS = {
    "bad": _("To mend"),
    "duplicate": _("There already"),
    "noted": _("To know"),
    "ready": _("Ready"),
    "made": _("Made"),
    "kept": _("Kept"),
    "undone": _("In the trash"),
}


def tabs(standing: Standing) -> list[tuple[str, str, int]]:
    """What there is to list: key, name, how many rows."""
    rows = {**standing.counts, "noted": standing.noted}
    return [(key, str(name), rows[key]) for key, name in _TABS.items() if rows.get(key)]


def shown(standing: Standing, asked: str) -> str:
    """What was asked for, else what matters most."""
    there = [key for key, _name, _rows in tabs(standing)]
    return asked if asked in there else there[0] if there else "ready"


def lines(importing: Import, shown: str, number: str | None) -> tuple[Page[ImportRow], list[Line]]:
    rows = importing.rows.filter(SHOWN[shown]).select_related("post")
    page = Paginator(rows, PER_PAGE).get_page(number)
    named = headings(importing)
    return page, [Line(row, _words(importing, row), _said(row, named)) for row in page]


def _words(importing: Import, row: ImportRow) -> str:
    """What tells the row from others: its title, else its text."""
    cells = dict(zip(importing.columns, row.cells, strict=False))
    own = (text for target, text in cells.items() if target.startswith("text:") and text.strip())
    words = cells.get("title") or cells.get("text") or next(own, "")
    return words.strip()[:140]


def _said(row: ImportRow, named: dict[str, str]) -> list[tuple[str, str]]:
    return [(named.get(column, ""), sentence) for column, sentence in [*row.problems, *row.notes]]


def headings(importing: Import) -> dict[str, str]:
    """By target: the heading that the file has there, or what the target is called."""
    own = zip(importing.columns, importing.headings, strict=False)
    named = {target: str(name) for target, name in TARGETS.items()}
    return named | {target: heading for target, heading in own if target and heading}


def wrong_rows(importing: Import) -> Iterator[list[str]]:
    """The file again: only what was left out, each row with its number and what to mend."""
    named = headings(importing)
    yield [*importing.headings, str(_("Row")), str(_("Problem"))]
    width = len(importing.headings)
    wrong = importing.rows.filter(SHOWN["bad"] | SHOWN["duplicate"])
    for row in _in_handfuls(wrong):
        cells = [*row.cells, *[""] * (width - len(row.cells))][:width]
        said = (f"{name}: {text}" if name else text for name, text in _said(row, named))
        yield [*cells, str(row.number), " ".join(said)]


def _in_handfuls(rows: QuerySet[ImportRow]) -> Iterator[ImportRow]:
    """Nothing is held open in between: whoever takes the rows may be slow."""
    after = 0
    while handful := list(rows.filter(number__gt=after).order_by("number")[:_AT_ONCE]):
        yield from handful
        after = handful[-1].number


def targets(channels: Sequence[Channel]) -> list[tuple[str, str]]:
    """What a column can be, with its name; the text of each channel last."""
    own = [
        (f"text:{one.pk}", _("Text only for %(channel)s") % {"channel": f"{one} ({one.handle})"})
        for one in channels
    ]
    return [("", str(_("Leave out"))), *((key, str(name)) for key, name in TARGETS.items()), *own]
