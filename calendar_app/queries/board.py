"""The board: seven columns of cards, counted whole and fetched a few at a time."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Case, CharField, Count, F, Q, QuerySet, Value, When
from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _

from accounts.models import Team
from calendar_app.grouping import LANE_OF, Place, in_lane
from calendar_app.models import StageLimit
from posts.models import Delivery, Post
from posts.queries.cards import Card, cards
from posts.queries.filters import NOTHING, Filters, narrow
from posts.queries.status import AT_RISK, status_of, troubled
from posts.states import IN_FLIGHT, TROUBLED, DeliveryState, Stage

PER_COLUMN = 15
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
class Trouble:
    """Why a post needs attention, and what of it does: a delivery that is in trouble or would be.

    `where`: its channel, of a post on several. `others` are in trouble as well.
    """

    why: str
    delivery: Delivery
    where: str = ""
    others: int = 0


@dataclass(frozen=True)
class BoardCard:
    """`suffix` tells it from itself where it is shown more than once."""

    card: Card
    status: str
    column: str
    trouble: Trouble | None = None
    suffix: str = ""

    @property
    def mark(self) -> str:
        return f"{self.card.post.pk}{self.suffix}"

    @property
    def movable(self) -> bool:
        return self.column not in ("published", "attention")

    @property
    def assigned(self) -> str:
        """Whose it is to do, in words, where that is not who wrote it."""
        post = self.card.post
        if post.assignee is None or post.assignee_id == post.author_id:
            return ""
        return _text("Assigned to %(name)s") % {"name": post.assignee}

    @property
    def editable(self) -> bool:
        return self.card.post.stage != Stage.DONE


@dataclass(frozen=True)
class Column:
    """`most`: what the team wants in it at most; None where that is not said, or not asked."""

    key: str
    cards: list[BoardCard]
    total: int
    shown: int
    most: int | None = None

    @property
    def title(self) -> str:
        return str(TITLES[self.key])

    @property
    def more(self) -> int:
        return max(0, self.total - self.shown)

    @property
    def over(self) -> int:
        return max(0, self.total - self.most) if self.most else 0


@dataclass(frozen=True)
class Counts:
    """How many posts each column has, and may have; the same per lane."""

    totals: dict[str, int] = field(default_factory=lambda: dict.fromkeys(TITLES, 0))
    limits: dict[str, int] = field(default_factory=dict)
    lanes: dict[int | None, dict[str, int]] = field(default_factory=dict)


def board(team: Team, filters: Filters = NOTHING) -> list[Column]:
    """All columns with their first cards, in seven statements."""
    posts = narrow(Post.objects.for_team(team), team, filters)
    counts = counted(posts, team, filters)
    first, *others = [_latest(posts, team, key, 0) for key in TITLES]
    picked = [Picked(*row) for row in first.union(*others, all=True)]
    picked.sort(key=lambda row: (row.touched, row.pk), reverse=True)
    found = cards_in(team, {row.pk: row.column for row in picked})
    return [
        _column(key, [row for row in picked if row.column == key], found, counts, 0)
        for key in TITLES
    ]


def column(
    team: Team, key: str, skip: int, filters: Filters = NOTHING, place: Place | None = None
) -> Column:
    """The next cards of one column; in a `place` those of its lane."""
    posts = narrow(Post.objects.for_team(team), team, filters)
    if place:
        posts = in_lane(posts, place.group, place.lane)
    picked = [Picked(*row) for row in _latest(posts, team, key, skip)]
    found = cards_in(team, {row.pk: key for row in picked})
    if place and place.group == "channel":
        found = {pk: replace(card, suffix=f"-{place.key}") for pk, card in found.items()}
    return _column(key, picked, found, counted(posts, team, filters), skip)


class Picked(NamedTuple):
    pk: int
    column: str
    touched: datetime


def in_column(team: Team, key: str) -> Q:
    """What is in a column: trouble takes a post out of the one that its stage has."""
    stages = [stage for stage, name in COLUMN_OF.items() if name == key]
    return Q(stage__in=stages) & ~troubled(team) if stages else troubled(team)


def _latest(posts: QuerySet[Post], team: Team, key: str, skip: int) -> QuerySet[Any, Any]:
    """The last touched of one column, as `Picked` takes them."""
    there = posts.filter(in_column(team, key)).annotate(column=Value(key, CharField()))
    ordered = there.order_by("-updated_at", "-pk").values_list("pk", "column", "updated_at")
    return ordered[skip : skip + PER_COLUMN]


# Of what a row of the counting statement tells; the odd ones are of posts in trouble.
_IN_ALL, _IN_LANE, _LIMIT = 0, 2, 4


def counted(posts: QuerySet[Post], team: Team, filters: Filters, group: str = "") -> Counts:
    """In one statement that only counts the stages. A limit is about all that is in a column."""
    parts = [*_stages(posts, team, group)]
    if group == "channel":
        # A post is in the lanes of all its channels, and still one post.
        parts += _stages(posts, team)
    if not filters:
        limits = StageLimit.objects.for_team(team).order_by()
        told = limits.annotate(lane=Value(0), kind=Value(_LIMIT))
        parts.append(told.values_list("lane", "column", "kind", "most"))
    counts = Counts()
    for lane, what, kind, n in parts[0].union(*parts[1:], all=True):
        if kind == _LIMIT:
            counts.limits[what] = n
            continue
        column, bad = COLUMN_OF[Stage(what)], bool(kind % 2)
        of = [counts.totals] if kind < _IN_LANE or group != "channel" else []
        if kind >= _IN_LANE:
            of.append(counts.lanes.setdefault(lane, dict.fromkeys(TITLES, 0)))
        for totals in of:
            totals[column] += -n if bad else n
            totals["attention"] += n if bad else 0
    return counts


def _stages(posts: QuerySet[Post], team: Team, group: str = "") -> Iterator[QuerySet[Any, Any]]:
    """Rows of lane, stage, kind and number: of all posts, then of those in trouble."""
    lane: Any = F(LANE_OF[group]) if group else Value(0)
    first = _IN_LANE if group else _IN_ALL
    for kind, some in enumerate((posts, posts.filter(troubled(team))), first):
        by_stage = some.order_by().annotate(lane=lane).values("lane", "stage")
        told = by_stage.annotate(kind=Value(kind), n=Count("pk"))
        yield told.values_list("lane", "stage", "kind", "n")


def cards_in(team: Team, columns: Mapping[int, str]) -> dict[int, BoardCard]:
    """In five statements."""
    telling = Delivery.objects.for_team(team).filter(
        AT_RISK | Q(state__in=TROUBLED | IN_FLIGHT), post__in=columns
    )
    deliveries: dict[int, list[Delivery]] = {}
    for delivery in telling.select_related("channel").order_by("pk"):
        deliveries.setdefault(delivery.post_id, []).append(delivery)
    found = cards(Post.objects.for_team(team), columns)
    return {
        pk: _board_card(card, columns[pk], deliveries.get(pk, [])) for pk, card in found.items()
    }


def _board_card(card: Card, column: str, deliveries: list[Delivery]) -> BoardCard:
    at_risk = any(d.at_risk for d in deliveries)
    status = status_of(card.post.stage, [d.state for d in deliveries], at_risk=at_risk)
    if column == "attention":
        status = "attention"
    return BoardCard(card, status, column, _trouble(card, deliveries))


def _trouble(card: Card, deliveries: list[Delivery]) -> Trouble | None:
    """What waits for a decision comes before what only would not go out."""
    bad = [d for d in deliveries if d.state in TROUBLED] or [d for d in deliveries if d.at_risk]
    if not bad:
        return None
    first = bad[0]
    said = first.warning if first.at_risk else first.problem
    where = str(first.channel) if len(card.channels) > 1 else ""
    return Trouble(said or _unsaid(first), first, where, len(bad) - 1)


def _unsaid(delivery: Delivery) -> str:
    """The words for a row that was stored without any."""
    if delivery.state == DeliveryState.MISSED:
        return _text("Its time passed before it could go out.")
    if delivery.state == DeliveryState.NEEDS_HUMAN:
        return _text("It may be out already. Look there, and answer.")
    return _text("It could not be published.")


def _column(
    key: str, picked: list[Picked], found: Mapping[int, BoardCard], counts: Counts, skip: int
) -> Column:
    shown = [found[row.pk] for row in picked if row.pk in found]
    most = counts.limits.get(key)
    return Column(key, shown, counts.totals[key], skip + len(picked), most)


def one_card(team: Team, post: Post) -> BoardCard:
    """Where a post truly is, for an answer that heals the page."""
    whens = [When(stage=stage, then=Value(key)) for stage, key in COLUMN_OF.items()]
    placed = Case(When(troubled(team), then=Value("attention")), *whens, output_field=CharField())
    posts = Post.objects.for_team(team).annotate(column=placed)
    key = str(posts.values("column").get(pk=post.pk)["column"])
    return cards_in(team, {post.pk: key})[post.pk]
