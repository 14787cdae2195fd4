"""What the sidebar shows below the navigation: the posts of this week, and the saved views.

Both are columns of the frame's one statement (shell.py).
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db.models import Count, DateTimeField, F, Func, IntegerField, Q, Subquery
from django.db.models.expressions import RawSQL
from django.db.models.functions import JSONObject
from django.utils import timezone

from accounts.models import Team, User
from calendar_app.grid import Hours, midnight
from calendar_app.models import SavedView
from posts.models import Post

# Names of the numbers in which the statement is told where its days begin, and the last one ends.
MIDNIGHTS = tuple(f"midnight{n}" for n in range(8))
# A day with more posts than this has as many cells; the calendar says how many there are.
TALLEST = 5
MOST_VIEWS = 5


@dataclass(frozen=True)
class BeatDay:
    """One column of the week: a cell for each post."""

    day: date
    posts: int
    now: bool
    past: bool

    @property
    def cells(self) -> range:
        return range(min(self.posts, TALLEST))


@dataclass(frozen=True)
class Beat:
    days: list[BeatDay]
    total: int


def midnights(team: Team) -> dict[str, int]:
    """Of this week, in the team's zone, by their names in the statement."""
    hours = this_week(team)
    begins = [*(midnight(day, hours.zone) for day in hours.days), hours.end]
    seconds = (int(moment.timestamp()) for moment in begins)
    return dict(zip(MIDNIGHTS, seconds, strict=True))


def this_week(team: Team) -> Hours:
    zone = team.zone
    return Hours.of_week(timezone.now().astimezone(zone).date(), zone)


def planned(team: Team, begins: Sequence[int]) -> Subquery:
    """How many posts are planned before each midnight of the week but the first.

    Not by day: where parameters are sent apart from the statement, PostgreSQL takes what is
    selected and what is grouped by for two things if there are any in it.
    """
    first, *later = (_moment(seconds) for seconds in begins)
    posts = Post.objects.for_team(team).filter(planned_at__gte=first, planned_at__lt=later[-1])
    before = [Count("pk", filter=Q(planned_at__lt=moment)) for moment in later]
    numbers = ArrayField(IntegerField())
    counted = Func(*before, template="ARRAY[%(expressions)s]", output_field=numbers)
    return Subquery(posts.order_by().values("team").annotate(days=counted).values("days"))


def views(team: Team, user: User) -> ArraySubquery:
    seen = SavedView.objects.for_team(team).seen_by(user)[:MOST_VIEWS]
    named = JSONObject(name=F("name"), page=F("page"), query=F("query"), shared=F("shared"))
    return ArraySubquery(seen.values(named=named))


def beat(team: Team, before: Sequence[int] | None) -> Beat:
    counted = [0, *(before or [0] * 7)]
    today = timezone.now().astimezone(team.zone).date()
    days = [
        BeatDay(day, upto - earlier, now=day == today, past=day < today)
        for day, (earlier, upto) in zip(this_week(team).days, pairwise(counted), strict=True)
    ]
    return Beat(days, counted[-1])


def saved(team: Team, named: Sequence[str]) -> list[SavedView]:
    return [SavedView(team=team, **json.loads(one)) for one in named]


def _moment(seconds: int) -> RawSQL:
    """A number stands in the statement as it is given: so another can be put in its place."""
    return RawSQL("to_timestamp(%s)", [seconds], output_field=DateTimeField())
