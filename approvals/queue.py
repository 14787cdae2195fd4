"""The review queue: what waits for me, what for others, what is late, and what was decided.

A few statements however much there is: nothing is counted further than it is shown.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    BooleanField,
    Exists,
    ExpressionWrapper,
    F,
    IntegerField,
    Min,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
)
from django.db.models.functions import JSONObject, Now
from django.utils import timezone

from accounts.models import Membership, Team
from approvals.models import Decision, Review, ReviewRequest, Round, due
from posts.models import Variant
from posts.states import Stage
from publishers.models import Channel
from ui.prepared import Number, Prepared

PER_PAGE = 25
# What is further down is found by a narrower filter.
MOST = 1000
MINE, OTHERS, OVERDUE, DECIDED = "mine", "others", "overdue", "decided"
VIEWS = (MINE, OTHERS, OVERDUE, DECIDED)
# How a review ends that people decide; the index for it says the same.
DECISIVE = (Review.State.APPROVED, Review.State.CHANGES, Review.State.REJECTED)
_SOONEST = ("post__planned_at", "post_id")


@dataclass(frozen=True)
class Wanted:
    """Which of it: one of VIEWS; ids of the team's, 0 for any."""

    view: str = MINE
    channel: int = 0
    author: int = 0
    campaign: int = 0

    @property
    def filtered(self) -> bool:
        return bool(self.channel or self.author or self.campaign)


@dataclass(frozen=True)
class Row:
    """`names`: who has not answered, and of what is over, who has. `rounds`: how far it is."""

    review: Review
    names: Sequence[str]
    rounds: Sequence[dict[str, Any]]
    due: datetime | None
    late: bool

    @property
    def number(self) -> str:
        """As it is, in the page of any language."""
        return str(self.review.pk)

    @property
    def channels(self) -> list[Channel]:
        return [variant.channel for variant in self.review.post.variants.all()]

    @property
    def done(self) -> int:
        return sum(one["over"] for one in self.rounds)

    @property
    def stages(self) -> str:
        """Those that wait."""
        waiting = [one["name"] or one["workflow"] for one in self.rounds if one["waits"]]
        return ", ".join(filter(None, waiting))


@dataclass(frozen=True)
class Page:
    rows: Sequence[Row]
    number: int
    more: bool


def page(membership: Membership, wanted: Wanted, number: int) -> Page:
    """In two statements. Beyond the last page comes the first."""
    found = _of(membership, wanted).annotate(**_told(wanted.view))
    found = found.select_related("post__author").prefetch_related(
        Prefetch("post__variants", Variant.objects.select_related("channel").order_by("pk"))
    )
    number = number if 1 <= number <= MOST // PER_PAGE else 1
    begin = (number - 1) * PER_PAGE
    reviews = list(found[begin : begin + PER_PAGE + 1])
    rows = [_row(review, timezone.now()) for review in reviews[:PER_PAGE]]
    return Page(rows, number, len(reviews) > PER_PAGE and number < MOST // PER_PAGE)


def counts(membership: Membership, wanted: Wanted) -> dict[str, int]:
    """How many each view has, MOST + 1 where there are more. In one statement."""
    if wanted.filtered:
        found = _numbers(membership.team_id, membership.pk, wanted).get()
    else:
        found = _NUMBERS(team=membership.team_id, membership=membership.pk)
    others, overdue = found["ahead"]
    return {MINE: found["mine"], OTHERS: others, OVERDUE: overdue, DECIDED: found["decided"]}


class _Ahead(Subquery):
    """Of rows with `my` and `late`, how many are not mine, and how many are late."""

    template = (
        "(SELECT ARRAY[count(*) FILTER (WHERE NOT my), count(*) FILTER (WHERE late)]"
        " FROM (%(subquery)s) counted)"
    )


def _numbers(team: int, membership: int, wanted: Wanted = Wanted()) -> QuerySet[Any, Any]:
    whose, first = Membership(pk=membership, team=Team(pk=team)), slice(MOST + 1)
    ahead = _narrowed(waiting(whose.team), wanted).order_by(*_SOONEST)
    ahead = ahead.annotate(my=_asked(whose), late=ExpressionWrapper(_late(), BooleanField()))
    # In no order: counting ends with the last that is counted.
    mine = _of(whose, replace(wanted, view=MINE)).order_by().values("pk")[first]
    decided = _of(whose, replace(wanted, view=DECIDED)).values("pk")[first]
    return Team.objects.filter(pk=team).values(
        ahead=_Ahead(ahead.values("my", "late")[first], output_field=ArrayField(IntegerField())),
        mine=Number(mine, output_field=IntegerField()),
        decided=Number(decided, output_field=IntegerField()),
    )


_NUMBERS = Prepared(_numbers, "team", "membership")


def asked_of(membership: Membership | None) -> frozenset[int]:
    """The posts that wait for this member, by id, for pages of other rooms that show posts."""
    if membership is None or not membership.can("review"):
        return frozenset()
    asked = _ASKED.rows(team=membership.team_id, membership=membership.pk)
    return frozenset(post for (post,) in asked)


def _mine(team: int, membership: int) -> QuerySet[Any, Any]:
    whose = Membership(pk=membership, team=Team(pk=team))
    return waiting(whose.team).filter(_asked(whose)).order_by().values_list("post")[:MOST]


_ASKED = Prepared(_mine, "team", "membership")


def waiting(team: Team) -> QuerySet[Review]:
    """What can still be decided: open, and of the content that is there now."""
    return Review.objects.for_team(team).filter(
        state=Review.State.OPEN,
        # As of the review; said again for the index that has them by their time.
        post__team=team,
        post__stage=Stage.IN_REVIEW,
        post__trashed_at=None,
        content_hash=F("post__content_hash"),
    )


def _of(membership: Membership, wanted: Wanted) -> QuerySet[Review]:
    every = Review.objects.for_team(membership.team)
    if wanted.view == DECIDED:
        over = every.filter(state__in=DECISIVE, post__trashed_at=None)
        return _narrowed(over, wanted).order_by("-ended_at", "-pk")
    found = _narrowed(waiting(membership.team), wanted).order_by(*_SOONEST)
    if wanted.view == OVERDUE:
        # As far as it is counted: what is late comes first.
        return every.filter(_late(), pk__in=found.values("pk")[:MOST]).order_by(*_SOONEST)
    asked = _asked(membership)
    return found.filter(asked if wanted.view == MINE else ~asked)


def _asked(membership: Membership) -> Exists:
    return Exists(_unanswered().filter(membership=membership))


def _unanswered() -> QuerySet[ReviewRequest]:
    return ReviewRequest.objects.filter(review=OuterRef("pk"), used_at=None, revoked_at=None)


def _late() -> Q:
    """Its answer is wanted by now; where no stage says when, that is the post's time."""
    late = _begun().filter(lead__gt=timedelta(0), due__lte=Now())
    return Q(post__planned_at__lte=Now()) | Q(Exists(late))


def _begun() -> QuerySet[Any]:
    waiting = Round.objects.filter(review=OuterRef("pk"), began_at__isnull=False, ended_at=None)
    return waiting.annotate(due=due(OuterRef("post__planned_at"))).order_by()


def _narrowed(reviews: QuerySet[Review], wanted: Wanted) -> QuerySet[Review]:
    if wanted.channel:
        reviews = reviews.filter(post__variants__channel=wanted.channel)
    if wanted.author:
        reviews = reviews.filter(post__author=wanted.author)
    return reviews.filter(post__campaign=wanted.campaign) if wanted.campaign else reviews


def _told(view: str) -> dict[str, Any]:
    said = Decision.objects.standing().filter(review=OuterRef("pk"))
    names = said if view == DECIDED else _unanswered()
    soonest = _begun().values("review").annotate(first=Min("due")).values("first")
    over = ExpressionWrapper(Q(ended_at__isnull=False), BooleanField())
    waits = ExpressionWrapper(Q(began_at__isnull=False, ended_at=None), BooleanField())
    stage = JSONObject(name="name", workflow="workflow", over=over, waits=waits)
    rounds = Round.objects.filter(review=OuterRef("pk")).order_by("track", "position")
    return {
        "names": ArraySubquery(names.order_by("pk").values("name")),
        "walk": ArraySubquery(rounds.values(said=stage)),
        "wanted_by": Subquery(soonest),
    }


def _row(review: Any, now: datetime) -> Row:
    by = review.wanted_by or review.post.planned_at
    late = review.state == Review.State.OPEN and by is not None and by <= now
    return Row(review, review.names, review.walk, by, late)
