"""A day of the month as it is drawn: kept whole, since most of a month is as it was."""

import datetime
from typing import NamedTuple

from django import template
from django.template import Context
from django.utils.safestring import SafeString

from calendar_app.queries.month import Day
from calendar_app.templatetags.chips import chips, page_of

register = template.Library()


class Looks(NamedTuple):
    """`asked` where the list beside the month is of it; `first` is the month's first day."""

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


@register.simple_tag(takes_context=True)
def day_looks(context: Context, day: Day) -> Looks:
    """`{% day_looks day as one %}`"""
    page = page_of(context)
    return Looks(
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
    )
