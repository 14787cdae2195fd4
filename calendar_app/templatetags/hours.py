"""An hour of the week as it is drawn: kept whole. Most of a week are alike, but for their name."""

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from django import template
from django.template import Context
from django.template.loader import get_template
from django.utils.safestring import SafeString

from calendar_app.queries.best import WORDS, Best
from calendar_app.queries.hours import Cell
from calendar_app.templatetags.chips import Page, chips, page_of
from calendar_app.templatetags.free import slots_of
from ui.templatetags.ui import address

register = template.Library()

# A week and a day of a few people. Each takes about two kilobytes.
KEPT = 2048


class Looks(NamedTuple):
    """`current` has the hour and minute of the clock where that is now; `at` is the time of what
    is dropped there, `begins` of what is written there; `word` and `level` of a best time; `more`
    is where the posts are that have no room; `new` the address of what is written, for who may.
    """

    language: str | None
    key: str
    stop: bool
    swap: bool
    new: str
    exists: bool
    fold: bool
    date: str
    at: str
    begins: str
    name: str
    total: int
    word: str
    level: int
    current: tuple[str, str] | None
    hidden: int
    more: str
    posts: SafeString
    free: SafeString


class Frame(NamedTuple):
    """What the cells of a row share; `further` shows a day with all of its posts."""

    page: Page
    swap: bool
    new: str
    best: Best | None
    further: str
    tail: str


@register.simple_tag(takes_context=True)
def hour_cells(context: Context, cells: Iterable[Cell]) -> SafeString:
    """`{% hour_cells row.cells %}`"""
    frame = Frame(
        page=page_of(context),
        swap=bool(context.get("swap")),
        new=context["create_url"] if context["can_write"] else "",
        best=context.get("best"),
        further=_further(context),
        tail=context["bar"].tail,
    )
    return SafeString("".join(_drawn(_looks(context, frame, cell)) for cell in cells))


@lru_cache(maxsize=KEPT)
def _drawn(looks: Looks) -> str:
    return get_template("calendar_app/_hour.html").render({"hour": looks})


def _looks(context: Context, frame: Frame, cell: Cell) -> Looks:
    level, begins = _best(frame.best, cell), cell.begins
    return Looks(
        language=frame.page.language,
        key=cell.key,
        stop=cell.stop,
        swap=frame.swap,
        new=frame.new if begins else "",
        exists=cell.exists,
        fold=bool(cell.slot.fold),
        date=cell.day.isoformat(),
        at=begins or str(cell.slot),
        begins=begins,
        name=cell.name,
        total=cell.total,
        word=str(WORDS[level]) if level else "",
        level=level,
        current=(f"{cell.now:%H}", f"{cell.now:%M}") if cell.current else None,
        hidden=cell.more,
        more=_more(frame, cell) if cell.more else "",
        posts=_posts(frame.page, cell) if cell.items else SafeString(""),
        free=slots_of(context, cell) if cell.free else SafeString(""),
    )


def _best(best: Best | None, cell: Cell) -> int:
    """From 1 to 3; 0 where it is none, or nobody asks. Hours that have passed have none."""
    if best is None or not cell.begins:
        return 0
    return best.levels.get((cell.day.weekday(), cell.slot.hour), 0)


def _posts(page: Page, cell: Cell) -> SafeString:
    return chips(page, cell.items, cell.chip_key, cell.density, cell.noted)


def _further(context: Context) -> str:
    """A week leads to the day by the hour; the day itself to its list beside the month."""
    page = "calendar_app:day" if context["shown"].name == "week" else "calendar_app:month"
    return address(page, team=context["team"].slug)


def _more(frame: Frame, cell: Cell) -> str:
    day = cell.day.isoformat()
    if cell.wide:
        return f"{frame.further}?month={day[:7]}&day={day}{frame.tail}#agenda"
    return f"{frame.further}?day={day}{frame.tail}#hour-{cell.key}"
