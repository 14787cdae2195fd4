"""Days and times in the words and the order of the reader's language."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.dateformat import format as format_date
from django.utils.translation import pgettext_lazy

# Django's letters as they are used here in English; every language may order them anew. What is
# not in the table is the same everywhere: 09:30, 2026-12-09.
SHAPES: dict[str, Any] = {
    "D j M": pgettext_lazy("date", "D j M"),
    "D j M Y": pgettext_lazy("date", "D j M Y"),
    "D j M Y, H:i": pgettext_lazy("date", "D j M Y, H:i"),
    "D j M, H:i": pgettext_lazy("date", "D j M, H:i"),
    "D j M, H:i:s": pgettext_lazy("date", "D j M, H:i:s"),
    "D j F": pgettext_lazy("date", "D j F"),
    "l j F": pgettext_lazy("date", "l j F"),
    "l j F Y": pgettext_lazy("date", "l j F Y"),
    "l j F, H:i": pgettext_lazy("date", "l j F, H:i"),
    "l j F \\a\\t H:i": pgettext_lazy("date", "l j F \\a\\t H:i"),
    "j": pgettext_lazy("date", "j"),
    "j F": pgettext_lazy("date", "j F"),
    "j F Y": pgettext_lazy("date", "j F Y"),
    "j F Y, H:i": pgettext_lazy("date", "j F Y, H:i"),
    "j F, H:i": pgettext_lazy("date", "j F, H:i"),
    "j M": pgettext_lazy("date", "j M"),
    "d M": pgettext_lazy("date", "d M"),
    "d M, H:i": pgettext_lazy("date", "d M, H:i"),
    "d M Y, H:i": pgettext_lazy("date", "d M Y, H:i"),
}


def shape(english: str) -> str:
    """The letters of the active language for those of English; others are returned as they are."""
    return str(SHAPES.get(english, english))


def written(moment: date | datetime, english: str) -> str:
    """`written(day, "D j M")`: "Wed 9 Dec", "Mi, 9. Dez.". A moment by the clock it carries."""
    return format_date(moment, shape(english))


def city(zone: ZoneInfo) -> str:
    """How people call a zone: "Europe/Lisbon" is "Lisbon"."""
    return zone.key.rsplit("/", 1)[-1].replace("_", " ")


def placed(moment: datetime, english: str, zone: ZoneInfo) -> str:
    """`written` by a clock that need not be the reader's, and whose it is: "Wed 9 Dec (Lisbon)"."""
    return f"{written(moment.astimezone(zone), english)} ({city(zone)})"
