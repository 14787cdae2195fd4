"""Reading single cells as people write them: days, times, lists of names. Pure."""

import datetime as dt
import re

# Of names in one cell. Whoever reads a longer list refuses it whole, before looking at any of it.
MAX_CHANNELS, MAX_TAGS, MAX_MEDIA = 50, 20, 20

_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_DOTS = re.compile(r"(\d{1,2})\.\s*(\d{1,2})\.\s*(\d{4}|\d{2})")
_SLASHES = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4}|\d{2})")
_TIME = re.compile(
    r"(\d{1,2})(?:[:.h](\d{2}))?(?::\d{2}(?:\.\d+)?)?\s*(a\.?m\.?|p\.?m\.?|uhr|h)?", re.IGNORECASE
)


def day_and_time(text: str, *, month_first: bool) -> tuple[dt.date, str] | None:
    """The day, and what follows it; None when there is no day."""
    text = text.strip()
    found, rest = _day(text, month_first)
    return None if found is None else (found, text[rest:].lstrip("T, \t"))


def _day(text: str, month_first: bool) -> tuple[dt.date | None, int]:
    if match := _ISO.match(text):
        year, month, day = match.groups()
    elif match := _DOTS.match(text):
        day, month, year = match.groups()
    elif match := _SLASHES.match(text):
        day, month, year = match.groups()
        day, month = (month, day) if month_first else (day, month)
    else:
        return None, 0
    try:
        return dt.date(int(year) + (2000 if len(year) == 2 else 0), int(month), int(day)), (
            match.end()
        )
    except ValueError:
        return None, 0


def time(text: str) -> dt.time | None:
    """9:30, 09:30:00, 9.30 Uhr, 2 pm. A number alone is no time."""
    match = _TIME.fullmatch(text.strip())
    if match is None or not (match[2] or match[3]):
        return None
    hour, minute = int(match[1]), int(match[2] or 0)
    half = (match[3] or "").replace(".", "").lower()
    if half in ("am", "pm"):
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "pm" else 0)
    return dt.time(hour, minute) if hour < 24 and minute < 60 else None


def names(text: str) -> list[str]:
    """Names between commas, semicolons, bars or lines, each once whatever its capitals."""
    found = (name.strip() for name in re.split(r"[,;|\n]", text))
    return list({name.lower(): name for name in found if name}.values())
