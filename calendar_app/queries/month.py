"""A month of posts, and the drawer of those without a time."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone

from accounts.models import Team
from calendar_app.grid import Month, midnight
from calendar_app.queries.conflicts import NONE, Noted, of_period
from calendar_app.queries.drawer import Drawer, unscheduled
from calendar_app.queries.free import Free, by_place, free
from posts.queries.cards import cards
from posts.queries.filters import NOTHING, Filters
from posts.queries.kept import Kept, kept, unkept
from posts.queries.planned import Planned, Row, Whole, attach, rows

PER_DAY = 3
FREE_PER_DAY = 2
# So that six weeks of days that have this many, and say how many more, are in sight at once.
CROWDED, OF_CROWDED = 10, 2
IN_AGENDA = 15
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Day:
    day: date
    items: list[Planned]
    total: int
    today: date
    month: int
    noted: Noted
    free: list[Free]

    @property
    def free_shown(self) -> list[Free]:
        return self.free[:FREE_PER_DAY]

    @property
    def free_more(self) -> int:
        return len(self.free) - len(self.free_shown)

    @property
    def more(self) -> int:
        return self.total - len(self.items)

    @property
    def past(self) -> bool:
        return self.day < self.today

    @property
    def outside(self) -> bool:
        return self.day.month != self.month

    @property
    def chip_key(self) -> str:
        return f"{self.day:%Y%m%d}"

    @property
    def density(self) -> str:
        """How its posts are drawn: with room, on one line each, or as they are."""
        return "roomy" if self.total == 1 else "line" if self.total > 2 else ""


@dataclass(frozen=True)
class Sheet:
    """The page: every day with its first few posts, the drawer, and a page of one day if asked for,
    of which `noted` is said, and `free` is left; `later` has more of it.
    """

    weeks: list[list[Day]]
    drawer: Drawer
    agenda: list[Planned]
    later: bool
    noted: Noted
    free: list[Free]

    @property
    def count(self) -> int:
        return sum(day.total for day in self.days if not day.outside)

    @property
    def days(self) -> list[Day]:
        return [day for week in self.weeks for day in week]

    @property
    def today(self) -> date:
        return self.weeks[0][0].today

    @property
    def today_column(self) -> int | None:
        """The weekday to mark; none in a month without today."""
        shown = any(day.day == self.today for day in self.days)
        return self.today.weekday() if shown else None


def sheet(
    team: Team,
    month: Month,
    *,
    agenda: date | None = None,
    page: int = 1,
    filters: Filters = NOTHING,
    with_free: bool = False,
    only: Collection[date] = (),
) -> Sheet:
    """In six statements, seven for a day of another month, however many posts there are, and in one
    where nothing has changed since it was read before. Other days than those that `only` are asked
    for look empty; their spans take two statements each.
    """
    plan = kept(team)
    # The slots of a week tell of no changes.
    noting = unkept(team) if with_free else plan
    whole = Whole(agenda, page, IN_AGENDA) if agenda else None
    spans = _spans(month, only)
    found_rows = [
        row
        for start, end in spans
        for row in plan.get(
            rows,
            start=start,
            end=end,
            zone=month.zone.key,
            per_day=PER_DAY,
            whole=whole,
            filters=filters,
        )
    ]
    grid = [row for row in found_rows if row.nth <= _lines(row.of_day)]
    of_day = _agenda(plan, whole, month, found_rows, filters) if whole else []
    waiting = plan.get(unscheduled, filters)
    ids = {row.post_id for row in [*grid, *of_day]} | {pk for pk, _ in waiting}
    found = plan.get(cards, frozenset(ids), tags=False)
    by_day: dict[date, list[Planned]] = {}
    for item in attach(grid, found):
        by_day.setdefault(item.day, []).append(item)
    shown = frozenset(row.post_id for row in [*grid, *of_day])
    noted: dict[date, Noted] = {}
    left: dict[date, list[Free]] = {}
    for start, end in spans:
        period = noting.get(
            of_period,
            now=noting.moment,
            start=start,
            end=end,
            zone=month.zone,
            ids=shown,
            slots_of=filters if with_free else None,
        )
        noted |= period.days
        slots = free(team, start, end, period.days, period.openings)
        left |= by_place(slots, lambda at: at.astimezone(month.zone).date())
    today, first = timezone.localdate(), month.first.month

    def drawn(day: date) -> Day:
        items = by_day.get(day, [])
        total = items[0].of_day if items else 0
        return Day(day, items, total, today, first, noted.get(day, NONE), left.get(day, []))

    return Sheet(
        weeks=[[drawn(day) for day in week] for week in month.weeks],
        drawer=Drawer.of(waiting, found),
        agenda=attach(of_day, found),
        later=bool(whole and of_day and of_day[-1].nth < of_day[-1].of_day),
        noted=noted.get(agenda, NONE) if agenda else NONE,
        free=left.get(agenda, []) if agenda else [],
    )


def _lines(posts: int) -> int:
    """How many of a day's posts it shows."""
    return PER_DAY if posts < CROWDED else OF_CROWDED


def _spans(month: Month, only: Collection[date]) -> list[tuple[datetime, datetime]]:
    """From the beginning of these days to their end, as far as the month shows them, those that
    follow each other as one; else all of it.
    """
    shown = sorted({day for week in month.weeks for day in week}.intersection(only))
    begins = [day for day in shown if day - _DAY not in shown]
    ends = [day + _DAY for day in shown if day + _DAY not in shown]
    spans = [
        (midnight(first, month.zone), midnight(end, month.zone))
        for first, end in zip(begins, ends, strict=True)
    ]
    return spans or [(month.start, month.end)]


def _agenda(
    plan: Kept, whole: Whole, month: Month, known: list[Row], filters: Filters
) -> list[Row]:
    """Out of what is known already, unless the day is not of the month's weeks."""
    if any(whole.day in week for week in month.weeks):
        return [row for row in known if whole.has(row)]
    return plan.get(
        rows,
        start=midnight(whole.day, month.zone),
        end=midnight(whole.day + timedelta(days=1), month.zone),
        zone=month.zone.key,
        per_day=0,
        whole=whole,
        filters=filters,
    )
