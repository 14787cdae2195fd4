"""The time zones that people live in, and how they may write one."""

import zoneinfo
from functools import cache


@cache
def names() -> list[str]:
    """The rest of the database is history and arithmetic."""
    return sorted(
        name
        for name in zoneinfo.available_timezones()
        if "/" in name and not name.startswith("Etc/")
    )


@cache
def _called() -> dict[str, str]:
    """By the whole name, and by the place alone where only one zone has it."""
    everything = {name.casefold(): name for name in (*names(), "UTC")}
    places: dict[str, list[str]] = {}
    for name in names():
        places.setdefault(name.rsplit("/", 1)[-1].casefold(), []).append(name)
    alone = {place: found[0] for place, found in places.items() if len(found) == 1}
    return {**alone, **everything}


def find(written: str) -> str | None:
    """The name of "europe/lisbon", "New York" or "Lisbon"; None for what is no zone."""
    return _called().get("_".join(written.split()).casefold())
