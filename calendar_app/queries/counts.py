"""How many posts each column of the board has, in one statement; also in each of its lanes."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.db.models import Count, F, IntegerField, QuerySet, Value
from django.utils.translation import gettext_lazy as _

from accounts.models import Team
from calendar_app.grouping import LANE_OF
from calendar_app.models import StageLimit
from posts.models import Post
from posts.queries.filters import Filters
from posts.queries.status import troubled
from posts.states import Stage
from ui.prepared import Number, Prepared

# What is planned or out is counted this far, and then there are more: it may grow for ever.
COUNTED = 1_000
TITLES: dict[str, Any] = {
    "idea": _("Ideas"),
    "draft": _("Drafting"),
    "review": _("In review"),
    "approved": _("Approved"),
    "scheduled": _("Scheduled"),
    "published": _("Published"),
    "attention": _("Needs attention"),
}
COLUMN_OF = {
    Stage.IDEA: "idea",
    Stage.DRAFTING: "draft",
    Stage.CHANGES_REQUESTED: "review",
    Stage.IN_REVIEW: "review",
    Stage.APPROVED: "approved",
    Stage.SCHEDULED: "scheduled",
    Stage.DONE: "published",
}


@dataclass(frozen=True)
class Counts:
    """How many posts each column has, and may have; the same per lane."""

    totals: dict[str, int] = field(default_factory=lambda: dict.fromkeys(TITLES, 0))
    limits: dict[str, int] = field(default_factory=dict)
    lanes: dict[int | None, dict[str, int]] = field(default_factory=dict)

    def beyond(self, key: str) -> bool:
        """Whether a column has more than were counted."""
        return key in _LONG and self.totals[key] > COUNTED


_MANY = (Stage.SCHEDULED, Stage.DONE)
_LONG = [COLUMN_OF[stage] for stage in _MANY]
_FEW = [stage for stage in Stage if stage not in _MANY]


# Of what a row of the counting statement tells; the odd ones are of posts in trouble.
_IN_ALL, _IN_LANE, _LIMIT = 0, 2, 4


def counted(posts: QuerySet[Post], team: Team, filters: Filters, group: str = "") -> Counts:
    """In one statement that only counts the stages. A limit is about all that is in a column."""
    parts = _parts(posts, team, group, limited=not filters)
    return _sorted(parts, group)


def counted_whole(team: Team, group: str = "") -> Counts:
    """The same of all that the team has."""
    return _sorted(_WHOLE[group].rows(team=team.pk), group)


def _sorted(rows: Iterable[Any], group: str) -> Counts:
    counts = Counts()
    for lane, what, kind, n in rows:
        if kind == _LIMIT:
            counts.limits[what] = n
            continue
        column, bad = COLUMN_OF[Stage(what)], bool(kind % 2)
        of = [counts.totals] if kind < _IN_LANE or group != "channel" else []
        if kind >= _IN_LANE:
            of.append(counts.lanes.setdefault(lane, dict.fromkeys(TITLES, 0)))
        for totals in of:
            if bad:
                totals["attention"] += n
            # Of what is counted so far and no further, trouble was left out.
            if not bad or kind >= _IN_LANE or what not in _MANY:
                totals[column] += -n if bad else n
    return counts


def _parts(posts: QuerySet[Post], team: Team, group: str, *, limited: bool) -> QuerySet[Any, Any]:
    parts = [*_stages(posts, team, group)]
    if group == "channel":
        # A post is in the lanes of all its channels, and still one post.
        parts += _stages(posts, team)
    if limited:
        limits = StageLimit.objects.for_team(team).order_by()
        told = limits.annotate(lane=Value(0), kind=Value(_LIMIT))
        parts.append(told.values_list("lane", "column", "kind", "most"))
    return parts[0].union(*parts[1:], all=True)


def _whole(team: int, *, group: str) -> QuerySet[Any, Any]:
    owner = Team(pk=team)
    return _parts(Post.objects.for_team(owner), owner, group, limited=True)


_WHOLE = {group: Prepared(partial(_whole, group=group), "team") for group in ("", *LANE_OF)}


def _stages(posts: QuerySet[Post], team: Team, group: str = "") -> Iterator[QuerySet[Any, Any]]:
    """Rows of lane, stage, kind and number: of all posts, then of those in trouble."""
    lane: Any = F(LANE_OF[group]) if group else Value(0)
    first, every = (_IN_LANE, posts) if group else (_IN_ALL, posts.filter(stage__in=_FEW))
    for stage in () if group else _MANY:
        there = posts.filter(~troubled(team), stage=stage).order_by().values("pk")
        number = Number(there[: COUNTED + 1], output_field=IntegerField())
        told = Team.objects.filter(pk=team.pk).annotate(
            lane=Value(0), stage=Value(str(stage)), kind=Value(first), n=number
        )
        yield told.values_list("lane", "stage", "kind", "n")
    for kind, which in enumerate((every, posts.filter(troubled(team))), first):
        by_stage = which.order_by().annotate(lane=lane).values("lane", "stage")
        sums = by_stage.annotate(kind=Value(kind), n=Count("pk"))
        yield sums.values_list("lane", "stage", "kind", "n")
