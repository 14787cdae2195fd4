"""Conflicts by the day or the post that they are shown with, and how they are said."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from functools import cached_property, lru_cache
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from accounts.models import Team
from calendar_app.conflicts import Clash, Conflict, Crowd, Kind
from calendar_app.queries import clashes as queries
from calendar_app.queries.clashes import A_DAY, Full
from calendar_app.queries.openings import Openings
from posts.models import Blackout
from posts.queries.filters import Filters
from ui import dates
from ui.bidi import isolated

_DAY = timedelta(days=1)
# As lines, before it is said how many more there are.
SAID = 3
# The sentences of some people's months.
KEPT = 4096


@dataclass(frozen=True)
class Line:
    """A conflict in words that name its posts; `post_id` is the one to move."""

    post_id: int
    at: datetime
    words: str


@dataclass(frozen=True)
class Noted:
    """What is said of a day of the calendar besides its posts, or of a post besides its words.

    `full`: where more are too close than there are in `clashes`.
    """

    clashes: Sequence[Conflict] = ()
    blackouts: Sequence[Blackout] = ()
    full: Full | None = None

    @cached_property
    def posts(self) -> frozenset[int]:
        """Those to be marked."""
        all_of_them = self.full.posts if self.full else frozenset[int]()
        return all_of_them.union(*(clash.posts for clash in self.clashes))

    @cached_property
    def count(self) -> int:
        """How many pairs and crowds; a pair may share several channels."""
        pairs = {clash.pair for clash in self.clashes}
        if self.full is None:
            return len(pairs)
        return self.full.pairs + sum(kind != Kind.CLOSE for kind, *_ in pairs)

    @property
    def said(self) -> bool:
        """Whether there is anything of it to be said."""
        return bool(self.clashes or self.blackouts)

    @property
    def label(self) -> str:
        """For the pill on the day: what it is, or how many."""
        if self.count > A_DAY:
            return _("%(n)s+ conflicts") % {"n": A_DAY}
        if self.count != 1:
            said = ngettext("%(n)s conflict", "%(n)s conflicts", self.count)
            return said % {"n": self.count} if self.count else ""
        return _label(self.clashes[0])

    @cached_property
    def _once(self) -> list[Conflict]:
        """Each thing once, though two posts may share several channels."""
        said = {clash.told: clash for clash in reversed(self.clashes)}
        return list(reversed(said.values()))

    @cached_property
    def lines(self) -> list[Line]:
        """In words only what is shown: a full month has hundreds."""
        reader = get_language(), timezone.get_current_timezone()
        return [Line(c.post_id, c.at, _worded(c, *reader, named=True)) for c in self._once[:SAID]]

    @property
    def further(self) -> int:
        """How many there are besides `lines`, as far as they are counted."""
        most = min(self.count, A_DAY + 1) if self.full else len(self._once)
        return max(0, most - SAID)

    @property
    def title(self) -> str:
        """For a pill, which says only how many."""
        return " ".join(line.words for line in self.lines)

    @property
    def words(self) -> str:
        """For a post's own row: what it meets."""
        return " ".join(dict.fromkeys(words(clash) for clash in self.clashes))


type Days = Mapping[date, Noted]
NONE = Noted()


@dataclass(frozen=True)
class Period:
    days: Days
    openings: Openings


def of_period(
    team: Team,
    *,
    now: datetime,
    start: datetime,
    end: datetime,
    zone: ZoneInfo,
    ids: Collection[int],
    slots_of: Filters | None = None,
) -> Period:
    """By days of `zone`, in one statement; what lies behind `now` is not brought up again.

    The same text is looked for on the posts `ids`, which are shown; the rest on all. `slots_of`:
    the slots of these channels come along.
    """
    days: defaultdict[date, list[Conflict]] = defaultdict(list)
    since = max(start, now)
    found = queries.of_period(team, start=since, end=end, zone=zone.key, ids=ids, slots_of=slots_of)
    for clash in found.conflicts:
        days[clash.at.astimezone(zone).date()].append(clash)
    first, last = start.astimezone(zone).date(), end.astimezone(zone).date()
    # A day more at either end: what is not of `zone` may ask for it as well.
    named = by_day(found.blackouts, first - _DAY, last + _DAY)
    noted = {
        day: Noted(tuple(days.get(day, ())), tuple(named.get(day, ())), found.full.get(day))
        for day in {*days, *named}
    }
    return Period(noted, found.openings)


@dataclass(frozen=True)
class OfList:
    """By post, and of the days only their blackouts."""

    posts: Mapping[int, Noted]
    days: Days


def of_list(team: Team, ids: Collection[int], days: Collection[date]) -> OfList:
    """Of posts on any days, in one statement."""
    found = queries.of_posts(team, start=timezone.now(), ids=ids)
    posts: defaultdict[int, list[Conflict]] = defaultdict(list)
    for clash in found.conflicts:
        posts[clash.post_id].append(clash)
    named = {day: [one for one in found.blackouts if one.covers(day)] for day in days}
    return OfList(
        {pk: Noted(tuple(some)) for pk, some in posts.items()},
        {day: Noted(blackouts=tuple(some)) for day, some in named.items()},
    )


def by_day(blackouts: Iterable[Blackout], first: date, last: date) -> dict[date, list[Blackout]]:
    found: defaultdict[date, list[Blackout]] = defaultdict(list)
    for blackout in blackouts:
        for n in range((last - first).days + 1):
            if blackout.covers(first + timedelta(days=n)):
                found[first + timedelta(days=n)].append(blackout)
    return found


# -- in words


def _label(clash: Conflict) -> str:
    if isinstance(clash, Crowd):
        return _("%(n)s in 24 h, takes %(most)s") % {"n": clash.count, "most": clash.most}
    if clash.kind == Kind.SAME:
        return _("Same text")
    return _("%(n)s min apart") % {"n": clash.minutes}


def words(clash: Conflict) -> str:
    return _worded(clash, get_language(), timezone.get_current_timezone())


@lru_cache(maxsize=KEPT)
def _worded(clash: Conflict, _language: str | None, _zone: tzinfo, *, named: bool = False) -> str:
    """In the reader's language, with times of their zone: both are said for the cache alone.

    `named`: with the post that the conflict is about, where it is one.
    """
    if named and isinstance(clash, Clash):
        told = {"post": isolated(clash.post) or _("A post"), "conflict": _met(clash)}
        return _("“%(post)s”: %(conflict)s") % told
    if isinstance(clash, Crowd):
        crowd = {"n": clash.count, "channel": isolated(clash.channel), "most": clash.most}
        return _("%(n)s posts in 24 hours; %(channel)s takes %(most)s.") % crowd
    return _met(clash)


def _met(clash: Clash) -> str:
    named = {
        "n": clash.minutes,
        "channel": isolated(clash.channel),
        "post": isolated(clash.other) or _("another post"),
        "at": dates.written(timezone.localtime(clash.other_at), "D j M, H:i"),
    }
    if clash.kind == Kind.SAME:
        return _("The same text as “%(post)s” on %(channel)s, %(at)s.") % named
    if clash.minutes == 0:
        return _("At the same time as “%(post)s” on %(channel)s.") % named
    said = (
        ngettext(
            "%(n)s minute after “%(post)s” on %(channel)s.",
            "%(n)s minutes after “%(post)s” on %(channel)s.",
            clash.minutes,
        )
        if clash.other_at < clash.at
        else ngettext(
            "%(n)s minute before “%(post)s” on %(channel)s.",
            "%(n)s minutes before “%(post)s” on %(channel)s.",
            clash.minutes,
        )
    )
    return said % named
