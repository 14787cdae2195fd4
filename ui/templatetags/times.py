"""Moments and days in the reader's zone and language, as tags that every page may use."""

from datetime import date, datetime, tzinfo
from functools import lru_cache
from typing import Any

from django import template
from django.template import defaultfilters
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from ui import dates

register = template.Library()

_SHAPES = {"full": "D j M", "near": "D j M", "date": "D j M", "day": "l j F"}


@register.simple_tag
def local_time(value: datetime | date | None, shape: str = "full") -> str:
    """`<time>` in the reader's zone, "Thu 10 Dec, 09:30"; "near" drops the day of today, "age" says
    how long ago that day was.
    """
    if value is None:
        return ""
    today = timezone.localdate()
    if not isinstance(value, datetime):
        return format_html(
            '<time datetime="{}">{}</time>', value.isoformat(), _dated(value, shape, today)
        )
    return _moment(value, shape, today, timezone.get_current_timezone(), get_language())


@lru_cache(maxsize=4096)
def _moment(value: datetime, shape: str, today: date, zone: tzinfo, language: str | None) -> str:
    """In words of the `language` that is active: the same rows are read again and again."""
    local = value.astimezone(zone)
    day = _day(local.date(), "D j M Y", language)
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        value.isoformat(timespec="seconds"),
        f"{day}, {local:%H:%M}, {_offset(local)}",
        _dated(local, shape, today),
    )


def _dated(value: datetime | date, shape: str, today: date) -> str:
    hour = f"{value:%H:%M}" if isinstance(value, datetime) else ""
    if shape == "time":
        return hour
    day = value.date() if isinstance(value, datetime) else value
    if shape == "age":
        return _ago((today - day).days)
    if shape == "near" and hour and day == today:
        return hour
    pattern = _SHAPES[shape] if day.year == today.year else f"{_SHAPES[shape]} Y"
    words = _day(day, pattern, get_language())
    return f"{words}, {hour}" if hour and shape in ("full", "near") else words


def _ago(days: int) -> str:
    if days < 1:
        return _("today")
    if days < 14:
        return ngettext("%(n)s day ago", "%(n)s days ago", days) % {"n": days}
    weeks = days // 7
    return ngettext("%(n)s week ago", "%(n)s weeks ago", weeks) % {"n": weeks}


@lru_cache(maxsize=1024)
def _day(day: date, pattern: str, language: str | None) -> str:
    """In words of the `language` that is active: many times on a page are of one day."""
    return dates.written(day, pattern)


@register.filter(name="date", expects_localtime=True, is_safe=False)
def date_in_order(value: Any, shape: str | None = None) -> str:
    """Django's own filter, with the day, month and year in the order of the reader's language."""
    return str(defaultfilters.date(value, dates.shape(shape) if shape else shape))


@register.simple_tag
def zone_name(start: datetime | None = None, end: datetime | None = None) -> str:
    """The zone that times are shown in: "Lisbon, UTC+0", or plain "UTC". From `start` to `end`
    instead of now, where the clocks change in between: "Lisbon, UTC+0, then UTC+1".
    """
    city = timezone.get_current_timezone_name().split("/")[-1].replace("_", " ")
    begins = start or timezone.now()
    moments = (timezone.localtime(at) for at in (begins, end or begins))
    before, *after = dict.fromkeys(_offset(local) for local in moments)
    if city == "UTC":
        return city
    then = "".join(_(", then %(offset)s") % {"offset": offset} for offset in after)
    return f"{city}, {before}{then}"


def _offset(local: datetime) -> str:
    minutes = int((local.utcoffset() or local - local).total_seconds() // 60)
    sign, minutes = "\N{MINUS SIGN}" if minutes < 0 else "+", abs(minutes)
    return f"UTC{sign}{minutes // 60}" + (f":{minutes % 60:02}" if minutes % 60 else "")
