"""A day of the month as it is drawn: kept whole, since most of a month is as it was."""

import datetime
from functools import lru_cache
from typing import NamedTuple

from django import template
from django.template import Context
from django.template.loader import get_template
from django.utils.safestring import SafeString

from calendar_app.queries.month import Day
from calendar_app.templatetags.chips import chips, page_of
from calendar_app.templatetags.free import slots_of
from calendar_app.templatetags.holidays import holiday
from calendar_app.templatetags.noted import noted

register = template.Library()

# The months of a few people. Each day takes some kilobytes.
KEPT = 1024


class Looks(NamedTuple):
    """`asked` where the list beside the month is of it; `first` is the month's first day."""

    language: str | None
    team: str
    date: datetime.date
    today: bool
    past: bool
    outside: bool
    asked: bool
    total: int
    first: datetime.date
    tail: str
    swap: bool
    add: bool
    more: int
    posts: SafeString
    holiday: str
    noted: str
    free: SafeString


@register.simple_tag(takes_context=True)
def day_cell(context: Context, day: Day) -> str:
    """`{% day_cell day %}`"""
    return _drawn(_looks(context, day))


@lru_cache(maxsize=KEPT)
def _drawn(looks: Looks) -> str:
    return get_template("calendar_app/_day.html").render({"one": looks})


def _looks(context: Context, day: Day) -> Looks:
    page = page_of(context)
    return Looks(
        language=page.language,
        team=page.team,
        date=day.day,
        today=day.day == day.today,
        past=day.past,
        outside=day.outside,
        asked=day.day == context.get("agenda_day"),
        total=day.total,
        first=context["month"].first,
        tail=context["bar"].tail,
        swap=bool(context.get("swap")),
        add=bool(context["can_write"]) and not day.past,
        more=day.more,
        posts=chips(page, day.items, day.chip_key, day.density, day.noted),
        holiday=holiday(context, day.day),
        noted=noted(context, day.noted, day.day) if day.noted.said else SafeString(""),
        free=slots_of(context, day) if day.free else SafeString(""),
    )
