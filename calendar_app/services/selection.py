"""Acts on many posts about when they go out: to a day, by some days, or off the schedule.

Each is done by the move or the unscheduling of a single post.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Team, User
from calendar_app.queries.among import among
from calendar_app.services import move
from posts import clock
from posts.errors import BadTime
from posts.models import Blackout, Delivery, Post
from posts.services import schedule
from posts.services.blackouts import require_none
from posts.services.commitment import require_future
from posts.services.selection import Line, begun, channels_to_time, held, unready
from posts.states import ENDED, Stage
from posts.times import Moment, along, from_utc, resolve
from ui import dates
from ui.spoken import spoken

MOST_DAYS = 365
YEARS_AHEAD = 5


@dataclass(frozen=True)
class Moving:
    """To this day on the clock of `zone`, at its own time or at `at`."""

    team: Team
    day: date
    zone: ZoneInfo
    at: time | None = None
    kind: str = "times"

    def lines(self, posts: Sequence[Post]) -> list[Line]:
        return _timed(self.team, posts, self.then)

    def then(self, post: Post) -> Moment:
        return move.moment_on(post, self.day, self.zone, self.at)

    def do(self, post: Post, *, by: User) -> None:
        move.to_day(post=post, day=self.day, at=self.at, zone=self.zone, by=by)

    def keep(self, post: Post) -> dict[str, Any]:
        return {}

    def said(self, n: int) -> str:
        return moved(n)


@dataclass(frozen=True)
class Shifting:
    """By so many days and hours, forth or back, of the clock that each was planned on.

    `timeless` is done with what has no time; without it that stays as it is.
    """

    team: Team
    days: int
    hours: int = 0
    timeless: Moving | None = None
    kind: str = "times"

    def lines(self, posts: Sequence[Post]) -> list[Line]:
        return _timed(self.team, posts, self._then)

    def _then(self, post: Post) -> Moment | None:
        if post.planned_at is None:
            return self.timeless.then(post) if self.timeless else None
        now = from_utc(post.planned_at, post.planned_zone or self.team.time_zone)
        return resolve(now.local + timedelta(days=self.days, hours=self.hours), now.zone)

    def do(self, post: Post, *, by: User) -> None:
        if post.planned_at is None and self.timeless:
            self.timeless.do(post, by=by)
            return
        moment = self._then(post)
        if moment is None:
            raise BadTime(_timeless())
        schedule.reschedule(post=post, at=moment, by=by)

    def keep(self, post: Post) -> dict[str, Any]:
        return {}

    def said(self, n: int) -> str:
        return moved(n)


@dataclass(frozen=True)
class Unscheduling:
    """Off the schedule: what was approved stays so, and has no time."""

    kind: str = "times"

    def lines(self, posts: Sequence[Post]) -> list[Line]:
        return [self._line(post) for post in posts]

    def _line(self, post: Post) -> Line:
        why_not = begun(post)
        if not why_not and post.planned_at is None and post.stage != Stage.SCHEDULED:
            why_not = _timeless()
        bound = post.stage == Stage.SCHEDULED and not why_not
        note = _("It stays approved.") if bound else ""
        return Line(post, in_words(post.planned_at), in_words(None), why_not, note)

    def do(self, post: Post, *, by: User) -> None:
        schedule.unschedule(post=post, by=by)

    def keep(self, post: Post) -> dict[str, Any]:
        return {}

    def said(self, n: int) -> str:
        words = ngettext("%(n)s post is off the schedule.", "%(n)s posts are off the schedule.", n)
        return words % {"n": n}


def moved(n: int) -> str:
    return ngettext("%(n)s post has moved.", "%(n)s posts have moved.", n) % {"n": n}


def _timeless() -> str:
    return _("It has no time.")


def in_words(at: datetime | None) -> str:
    """In the reader's zone, with the year where it is not this one."""
    if at is None:
        return _("no time")
    local = timezone.localtime(at)
    this_year = local.year == timezone.localdate().year
    return dates.written(local, "D j M, H:i" if this_year else "D j M Y, H:i")


# -- to another time


def _timed(team: Team, posts: Sequence[Post], then: Callable[[Post], Moment | None]) -> list[Line]:
    """In four statements. `then` None: it has no time that could move."""
    now, blackouts = clock.ask(), list(Blackout.objects.for_team(team))
    against = unready([post for post in posts if _commits(post)])
    moments = {post.pk: then(post) for post in posts}
    times: dict[int, dict[int, datetime]] = {}
    why_not: dict[int, str] = {}
    for post in posts:
        moment = moments[post.pk]
        due = _times(post, moment) if moment else {}
        said = _why_not(team, post, moment, due, now, blackouts)
        why_not[post.pk] = said or against.get(post.pk, "")
        if not why_not[post.pk]:
            times[post.pk] = {channel: one.at for channel, one in due.items()}
    warned = among(team, times, posts, blackouts)
    return [_line(p, moments[p.pk], why_not[p.pk], warned.get(p.pk, ())) for p in posts]


def _line(post: Post, moment: Moment | None, why_not: str, warned: Sequence[str]) -> Line:
    if moment is None or why_not:
        return Line(post, in_words(post.planned_at), why_not=why_not)
    notes = [spoken(moment.note)]
    if _commits(post):
        notes.append(_("It is approved, so it is scheduled with that."))
    note = " ".join(filter(None, notes))
    return Line(post, in_words(post.planned_at), in_words(moment.at), note=note, warned=warned)


def _why_not(
    team: Team,
    post: Post,
    moment: Moment | None,
    due: dict[int, Moment],
    now: datetime,
    blackouts: Sequence[Blackout],
) -> str:
    """As far as what `load` has read can tell."""
    if said := held(post):
        return said
    if moment is None:
        return _timeless()
    if moment.at == post.planned_at:
        return _("It is there already.")
    had = {row.due_at for row in _open(post)}
    every = [moment, *due.values()]
    try:
        for one in every:
            _require_sane(one, now)
        require_none(blackouts, team, *(one for one in every if one.at not in had))
    except BadTime as refused:
        return str(refused)
    return ""


def _require_sane(moment: Moment, now: datetime) -> None:
    require_future(moment, now)
    if moment.at.year > now.year + YEARS_AHEAD:
        raise BadTime(_("It would be more than five years away."))


def _commits(post: Post) -> bool:
    """Whether a time is all that it waits for."""
    return post.stage == Stage.APPROVED and post.planned_at is None


def _open(post: Post) -> list[Delivery]:
    return [row for row in post.deliveries.all() if row.state not in ENDED]


def _times(post: Post, at: Moment) -> dict[int, Moment]:
    """When each channel goes out once the post is planned for `at`, as rescheduling does it."""
    first = post.planned_at
    moved = {
        row.channel_id: along(at, row.due_at, first) for row in _open(post) if row.due_at and first
    }
    return {channel: moved.get(channel, at) for channel in channels_to_time(post)}
