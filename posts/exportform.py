"""What an export is asked for, read from the query of the page that it is taken from."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.dateparse import parse_date

from accounts.models import Team
from posts.filterform import FilterForm
from posts.models import Post
from posts.queries.filters import Filters
from posts.times import resolve


@dataclass(frozen=True)
class Wanted:
    """`since` and `until`: days in the zone `zone`, both included, of the planned time."""

    filters: Filters
    zone: str
    since: dt.date | None = None
    until: dt.date | None = None

    def within(self, posts: QuerySet[Post]) -> QuerySet[Post]:
        if self.since:
            posts = posts.filter(planned_at__gte=_begins(self.since, self.zone))
        if self.until:
            posts = posts.filter(planned_at__lt=_begins(self.until + dt.timedelta(1), self.zone))
        return posts


def _begins(day: dt.date, zone: str) -> dt.datetime:
    return resolve(dt.datetime.combine(day, dt.time()), zone).at


class ExportForm:
    """Values that mean nothing are left aside, as the pages do."""

    def __init__(self, query: QueryDict, *, team: Team) -> None:
        self.query, self.team = query, team

    @property
    def wanted(self) -> Wanted:
        since, until = self._range()
        return Wanted(self._filters(), self.team.time_zone, since, until)

    def _filters(self) -> Filters:
        query = self.query.copy()
        query.setlist("status", query.getlist("status") + query.getlist("stage"))
        return FilterForm(query).asked(self.team).filters

    def _range(self) -> tuple[dt.date | None, dt.date | None]:
        month = _day(f"{self.query.get('month', '')}-01")
        if month:
            following = (month + dt.timedelta(31)).replace(day=1)
            return month, following - dt.timedelta(1)
        return _day(self.query.get("from", "")), _day(self.query.get("to", ""))


def _day(text: str) -> dt.date | None:
    try:
        day = parse_date(text)
    except ValueError:
        return None
    return day if day and 2000 <= day.year < 2100 else None
