"""A week or a day by the hour: every hour with its first few posts, and the drawer."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Team
from calendar_app.grid import Hours, Slot
from calendar_app.queries.conflicts import NONE, Days, Noted, of_period
from calendar_app.queries.drawer import Drawer, unscheduled
from calendar_app.queries.free import Free, by_place, free
from posts.queries.cards import cards
from posts.queries.filters import NOTHING, Filters
from posts.queries.kept import kept, unkept
from posts.queries.planned import Planned, Row, attach, rows_by_hour
from ui import dates

# By how many days share the page.
IN_AN_HOUR = {7: 3, 1: 12}
FREE_IN_AN_HOUR = {7: 2, 1: 24}
# A fuller week shows the first post of each hour only. Where posts go out in more hours than these,
# it says by night how many they are: its days stay in sight.
IN_A_WEEK, HOURS_OF_A_WEEK = 150, 120
MORNING, EVENING = 8, 20

type Place = tuple[date, Slot]


@dataclass(frozen=True)
class Cell:
    """One hour of one day, which is `called` "Wed 9 Dec". `exists` is false where the clocks skip
    it, or where it only comes twice on another day. `now` is the time on the wall; `stop` where
    Tab enters the grid; `wide` where the day has the page to itself; `noted` is the day's; `free`
    are its slots that are left, where they were asked for.
    """

    day: date
    called: str
    slot: Slot
    items: list[Planned]
    total: int
    exists: bool
    now: datetime
    stop: bool
    wide: bool
    noted: Noted
    free: list[Free]

    @property
    def free_shown(self) -> list[Free]:
        return self.free[: FREE_IN_AN_HOUR[1 if self.wide else 7]]

    @property
    def free_more(self) -> int:
        return len(self.free) - len(self.free_shown)

    @property
    def key(self) -> str:
        return f"{self.day.isoformat()}-{self.slot.hour:02}{'-again' * self.slot.fold}"

    @property
    def chip_key(self) -> str:
        """The same for the ids of posts, which begin with the day as they do on the month."""
        day = self.day.isoformat().replace("-", "")
        return f"{day}T{self.slot.hour:02}{'-again' * self.slot.fold}"

    @property
    def name(self) -> str:
        again = f" {_('again')}" if self.slot.fold else ""
        return f"{self.called}, {self.slot}{again}"

    @property
    def more(self) -> int:
        return self.total - len(self.items)

    @property
    def density(self) -> str:
        """How its posts are drawn: with room, on one line each, or as they are."""
        if self.wide or self.total == 1:
            return "roomy"
        return "line" if self.total > 2 else ""

    @property
    def current(self) -> bool:
        return self._reach == 0

    @property
    def begins(self) -> str:
        """What a new post here starts with: the hour, or what is left of this one. Empty in the
        past.
        """
        if self._reach < 0 or not self.exists or self.slot.fold:
            return ""
        quarter = (self.now.minute // 15 + 1) * 15 if self.current else 0
        return f"{self.slot.hour:02}:{quarter:02}" if quarter < 60 else ""

    @cached_property
    def _reach(self) -> int:
        """-1 before the current hour, 0 in it, 1 after it."""
        here = (self.day, self.slot)
        now = (self.now.date(), Slot(self.now.hour, self.now.fold))
        return (here > now) - (here < now)


@dataclass(frozen=True)
class Laid:
    """How many posts each place has, those of them that are drawn there, and the drawer."""

    counted: Mapping[Place, int]
    items: Mapping[Place, list[Planned]]
    shown: frozenset[int]
    drawer: Drawer


@dataclass(frozen=True)
class HourRow:
    slot: Slot
    cells: list[Cell]

    @cached_property
    def current(self) -> bool:
        return any(cell.current for cell in self.cells)

    @property
    def quiet(self) -> bool:
        """By night, when no post stands there: shown low."""
        empty = not any(cell.items or cell.free for cell in self.cells)
        return _by_night(self.slot.hour) and empty and not self.current


@dataclass(frozen=True)
class Head:
    day: date
    total: int
    today: date
    noted: Noted

    @property
    def beats(self) -> range:
        """A cell of the sequencer for each post, as many as fit."""
        return range(min(self.total, 8))


@dataclass(frozen=True)
class HoursSheet:
    rows: list[HourRow]
    drawer: Drawer
    now: datetime

    @property
    def today(self) -> date:
        return self.now.date()

    @cached_property
    def heads(self) -> list[Head]:
        columns = zip(*(row.cells for row in self.rows), strict=True)
        return [
            Head(c[0].day, sum(cell.total for cell in c), self.today, c[0].noted) for c in columns
        ]

    @property
    def count(self) -> int:
        return sum(head.total for head in self.heads)

    @cached_property
    def opens(self) -> int:
        """The hour to begin with: a little before now, or the morning."""
        current = any(row.current for row in self.rows)
        return max(self.now.hour - 2, 0) if current else MORNING


def sheet(
    team: Team, hours: Hours, filters: Filters = NOTHING, *, with_free: bool = False
) -> HoursSheet:
    """In six statements, however many posts there are; in one where it was read before, and nothing
    has changed since.
    """
    plan = kept(team)
    # The slots of a week tell of no changes.
    noting = unkept(team) if with_free else plan
    laid = plan.get(_laid_out, hours, filters)
    now = timezone.now().astimezone(hours.zone)
    period = noting.get(
        of_period,
        now=noting.moment,
        start=hours.start,
        end=hours.end,
        zone=hours.zone,
        ids=laid.shown,
        slots_of=filters if with_free else None,
    )
    slots = free(team, hours.start, hours.end, period.days, period.openings)
    left = by_place(slots, hours.place)
    return HoursSheet(_rows(hours, laid, now, period.days, left), laid.drawer, now)


def _laid_out(team: Team, hours: Hours, filters: Filters) -> Laid:
    """In four statements."""
    planned = [(hours.place(row.at), row) for row in _planned(team, hours, filters)]
    counted = {place: row.of_day for place, row in planned}
    if hours.length > 1 and _fullest(counted):
        planned = [(place, row) for place, row in planned if not _by_night(place[1].hour)]
    places = {row.at: place for place, row in planned}
    drawn = [row for _place, row in planned]
    waiting = unscheduled(team, filters)
    shown = frozenset(row.post_id for row in drawn)
    found = cards(team, shown | {pk for pk, _total in waiting}, tags=False)
    items: dict[Place, list[Planned]] = {}
    for item in attach(drawn, found):
        items.setdefault(places[item.at], []).append(item)
    return Laid(counted, items, shown, Drawer.of(waiting, found))


def _fullest(counted: Mapping[Place, int]) -> bool:
    """Whether a week has too many posts for its hours, in too many of them."""
    in_sight = sum(min(posts, IN_AN_HOUR[7]) for posts in counted.values())
    return in_sight > IN_A_WEEK and len(counted) > HOURS_OF_A_WEEK


def _by_night(hour: int) -> bool:
    return not MORNING - 1 <= hour <= EVENING


def _planned(team: Team, hours: Hours, filters: Filters) -> list[Row]:
    return rows_by_hour(
        team,
        start=hours.start,
        end=hours.end,
        zone=hours.zone.key,
        per_hour=IN_AN_HOUR[hours.length],
        room=IN_A_WEEK if hours.length > 1 else None,
        filters=filters,
    )


def _rows(
    hours: Hours,
    laid: Laid,
    now: datetime,
    noted: Days,
    left: Mapping[Place, list[Free]],
) -> list[HourRow]:
    here = hours.place(now)
    stop = here if here[0] in hours.days else (hours.first, Slot(MORNING))
    called = {day: dates.written(day, "D j M") for day in hours.days}

    def cell(day: date, slot: Slot) -> Cell:
        return Cell(
            day=day,
            called=called[day],
            slot=slot,
            items=laid.items.get((day, slot), []),
            total=laid.counted.get((day, slot), 0),
            exists=slot in hours.slots[day],
            now=now,
            stop=(day, slot) == stop,
            wide=hours.length == 1,
            noted=noted.get(day, NONE),
            free=left.get((day, slot), []),
        )

    return [HourRow(slot, [cell(day, slot) for day in hours.days]) for slot in hours.rows]
