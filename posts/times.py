"""From the time somebody meant, on a clock on a wall somewhere, to the moment it is. Pure."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

HALF_A_DAY = timedelta(hours=12)


@dataclass(frozen=True)
class Moment:
    """`note` says what was done about a skipped or doubled hour; empty when nothing was."""

    at: datetime
    local: datetime
    zone: str
    note: str = ""


def resolve(local: datetime, zone: str) -> Moment:
    """`local` is naive. A skipped time moves past the gap; one that comes twice is the first."""
    there = ZoneInfo(zone)
    first = local.replace(tzinfo=there, fold=0)
    at = first.astimezone(UTC)
    back = at.astimezone(there).replace(tzinfo=None)
    if back != local:
        note = (
            f"{local:%H:%M} does not exist that day in {zone}: the clocks go forward. "
            f"It becomes {back:%H:%M}."
        )
        return Moment(at, back, zone, note)
    if local.replace(tzinfo=there, fold=1).utcoffset() != first.utcoffset():
        offset = first.strftime("%z")
        note = (
            f"{local:%H:%M} comes twice that day in {zone}. "
            f"This is the first, UTC{offset[:3]}:{offset[3:]}."
        )
        return Moment(at, local, zone, note)
    return Moment(at, local, zone)


def from_utc(at: datetime, zone: str) -> Moment:
    return Moment(at, at.astimezone(ZoneInfo(zone)).replace(tzinfo=None), zone)


def along(moment: Moment, other: datetime, first: datetime) -> Moment:
    """Where `other` comes to stand when `first`, which it goes with, moves to `moment`.

    What is hours apart stays so; what is days apart keeps the clock on the wall.
    """
    if abs(other - first) < HALF_A_DAY:
        return from_utc(moment.at + (other - first), moment.zone)
    there = ZoneInfo(moment.zone)
    apart = other.astimezone(there).replace(tzinfo=None) - first.astimezone(there).replace(
        tzinfo=None
    )
    return resolve(moment.local + apart, moment.zone)
