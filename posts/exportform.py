"""What an export is asked for, read from the query of the page that it is taken from."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.dateparse import parse_date

from accounts.models import Team
from posts import reading
from posts.models import Post
from posts.models.post import words
from posts.queries.filters import Filters
from posts.queries.status import STATUSES
from posts.times import resolve

LONGEST = 200


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
        return Filters(
            channels=self._ids("channel"),
            platforms=self._words("platform"),
            statuses=tuple(one for one in self._words("status", "stage") if one in STATUSES),
            tags=self._ids("tag"),
            authors=self._ids("author"),
            assignees=self._ids("assignee"),
            campaigns=self._ids("campaign"),
            text=self._text(),
        )

    def _text(self) -> str:
        """Empty where there is no word in it, as signs alone would find nothing."""
        text = self.query.get("q", "")[:LONGEST].replace("\x00", "")
        return text if words(text) else ""

    def _words(self, *names: str) -> tuple[str, ...]:
        found: Iterable[str] = (one for name in names for one in self.query.getlist(name))
        return tuple(dict.fromkeys(one[:40].replace("\x00", "") for one in found if one))

    def _ids(self, name: str) -> tuple[int, ...]:
        ids = (reading.number(value) for value in self.query.getlist(name))
        return tuple(dict.fromkeys(pk for pk in ids if pk))

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
