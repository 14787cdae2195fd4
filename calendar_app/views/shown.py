"""Which part of the calendar a browser shows: a move carries it along and is answered in it."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils import timezone

from accounts.http import TeamRequest
from accounts.models import Team
from calendar_app.grid import Hours, parse_day, parse_month

# What a request carries, the page that it stands for, and what that page is asked with.
_PAGES = {
    "month": ("calendar_app:month", "month"),
    "week": ("calendar_app:week", "week"),
    "hours": ("calendar_app:day", "day"),
}


@dataclass(frozen=True)
class Shown:
    """`name`: "month", "week", or "hours" of one day; `first`: the first day of it."""

    name: str
    first: date

    @property
    def period(self) -> str:
        return f"{self.first:%Y-%m}" if self.name == "month" else f"{self.first:%Y-%m-%d}"

    @cached_property
    def query(self) -> str:
        return f"{self.name}={self.period}"

    def hours(self, zone: ZoneInfo) -> Hours:
        return (Hours.of_week if self.name == "week" else Hours.of_day)(self.first, zone)

    def url(self, team: Team, day: date | None = None) -> str:
        """The same view where `day` is; without one as it is shown."""
        page, asks = _PAGES[self.name]
        there = Shown(self.name, day or self.first)
        more = {"day": f"{day:%Y-%m-%d}"} if day and self.name == "month" else {}
        return reverse(page, kwargs={"team": team.slug}, query={asks: there.period, **more})


def shown_in(request: TeamRequest, otherwise: date | None = None) -> Shown:
    """As the request says; for anything that is no period the month of `otherwise`, or of today."""

    def said(name: str) -> str:
        return request.POST.get(name, request.GET.get(name, ""))

    for name in ("week", "hours"):
        if day := parse_day(said(name)):
            return Shown(name, day)
    return Shown("month", parse_month(said("month"), otherwise or timezone.localdate()))


def zone_shown() -> ZoneInfo:
    return ZoneInfo(timezone.get_current_timezone_name())
