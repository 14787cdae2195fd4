"""What an export is asked for, read from the query of the page that it is taken from."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_date

from accounts.models import Team
from posts.filterform import FilterForm
from posts.models import Delivery, Post
from posts.queries.filters import Filters
from posts.states import DeliveryState
from posts.times import resolve


@dataclass(frozen=True)
class Wanted:
    """`since` and `until`: days in the zone `zone`, both included, as the calendar shows posts:
    when they are planned, and when something of them goes out.
    """

    filters: Filters
    zone: str
    since: dt.date | None = None
    until: dt.date | None = None

    def within(self, posts: QuerySet[Post], team: Team) -> QuerySet[Post]:
        if not self.since and not self.until:
            return posts
        out = Delivery.objects.for_team(team).exclude(state=DeliveryState.CANCELLED)
        during = out.filter(self._during("due_at")).order_by()
        return posts.filter(self._during("planned_at") | Q(pk__in=during.values("post")))

    def _during(self, column: str) -> Q:
        during = Q()
        if self.since:
            during &= Q((f"{column}__gte", _begins(self.since, self.zone)))
        if self.until:
            during &= Q((f"{column}__lt", _begins(self.until + dt.timedelta(1), self.zone)))
        return during


def _begins(day: dt.date, zone: str) -> dt.datetime:
    return resolve(dt.datetime.combine(day, dt.time()), zone).at


class ExportForm:
    """Values that mean nothing are left aside, as the pages do."""

    def __init__(self, query: QueryDict, *, team: Team) -> None:
        self.query, self.team = query, team

    @property
    def wanted(self) -> Wanted:
        since, until = self._range()
        return Wanted(self._filters(), timezone.get_current_timezone_name(), since, until)

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
