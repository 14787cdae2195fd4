"""The board: seven columns of cards, counted whole and fetched a few at a time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Case, CharField, Count, Q, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _

from accounts.models import Team
from posts.models import Delivery, Post
from posts.queries.cards import Card, cards
from posts.queries.filters import NOTHING, Filters, narrow
from posts.queries.status import AT_RISK, status_of, troubled
from posts.states import IN_FLIGHT, TROUBLED, Stage

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
_COLUMN_OF = {
    Stage.IDEA: "idea",
    Stage.DRAFTING: "draft",
    Stage.CHANGES_REQUESTED: "review",
    Stage.IN_REVIEW: "review",
    Stage.APPROVED: "approved",
    Stage.SCHEDULED: "scheduled",
    Stage.DONE: "published",
}


@dataclass(frozen=True)
class BoardCard:
    card: Card
    status: str
    column: str
    problem: str = ""
    problem_delivery: int | None = None

    @property
    def movable(self) -> bool:
        return self.column not in ("published", "attention")


@dataclass(frozen=True)
class Column:
    key: str
    cards: list[BoardCard]
    total: int
    shown: int

    @property
    def title(self) -> str:
        return str(TITLES[self.key])

    @property
    def more(self) -> int:
        return max(0, self.total - self.shown)


def board(team: Team, filters: Filters = NOTHING) -> list[Column]:
    """All columns with their first cards, in seven statements."""
    posts = narrow(Post.objects.for_team(team), team, filters)
    totals = _totals(posts, team)
    first, *others = [_latest(posts, team, key, 0) for key in TITLES]
    picked = [Picked(*row) for row in first.union(*others, all=True)]
    picked.sort(key=lambda row: (row.touched, row.pk), reverse=True)
    found = _cards(team, {row.pk: row.column for row in picked})
    return [
        _column(key, [row for row in picked if row.column == key], found, totals[key], 0)
        for key in TITLES
    ]


def column(team: Team, key: str, skip: int, filters: Filters = NOTHING) -> Column:
    """The next cards of one column."""
    posts = narrow(Post.objects.for_team(team), team, filters)
    picked = [Picked(*row) for row in _latest(posts, team, key, skip)]
    total = _totals(posts, team)[key]
    return _column(key, picked, _cards(team, {row.pk: key for row in picked}), total, skip)


class Picked(NamedTuple):
    pk: int
    column: str
    touched: datetime


def _in(team: Team, key: str) -> Q:
    """What is in a column: trouble takes a post out of the one that its stage has."""
    stages = [stage for stage, name in _COLUMN_OF.items() if name == key]
    return Q(stage__in=stages) & ~troubled(team) if stages else troubled(team)


def _latest(posts: QuerySet[Post], team: Team, key: str, skip: int) -> QuerySet[Any, Any]:
    """The last touched of one column, as `Picked` takes them."""
    there = posts.filter(_in(team, key)).annotate(column=Value(key, CharField()))
    ordered = there.order_by("-updated_at", "-pk").values_list("pk", "column", "updated_at")
    return ordered[skip : skip + PER_COLUMN]


def _totals(posts: QuerySet[Post], team: Team) -> dict[str, int]:
    """How many each column has, in one statement that only counts the stages."""
    all_of = posts.order_by().values("stage").annotate(bad=Value(0), n=Count("pk"))
    bad = posts.filter(troubled(team)).order_by()
    bad_of = bad.values("stage").annotate(bad=Value(1), n=Count("pk"))
    totals = dict.fromkeys(TITLES, 0)
    rows = all_of.values_list("stage", "bad", "n").union(
        bad_of.values_list("stage", "bad", "n"), all=True
    )
    for stage, is_bad, n in rows:
        totals[_COLUMN_OF[Stage(stage)]] += -n if is_bad else n
        totals["attention"] += n if is_bad else 0
    return totals


def _cards(team: Team, columns: Mapping[int, str]) -> dict[int, BoardCard]:
    telling = Delivery.objects.for_team(team).filter(
        AT_RISK | Q(state__in=TROUBLED | IN_FLIGHT), post__in=columns
    )
    deliveries: dict[int, list[Delivery]] = {}
    for delivery in telling.order_by("pk"):
        deliveries.setdefault(delivery.post_id, []).append(delivery)
    found = cards(Post.objects.for_team(team), columns)
    return {
        pk: _board_card(card, columns[pk], deliveries.get(pk, [])) for pk, card in found.items()
    }


def _board_card(card: Card, column: str, deliveries: list[Delivery]) -> BoardCard:
    at_risk = any(d.at_risk for d in deliveries)
    status = status_of(card.post.stage, [d.state for d in deliveries], at_risk=at_risk)
    bad = next((d for d in deliveries if d.state in TROUBLED or d.at_risk), None)
    if column == "attention":
        status = "attention"
    said = (bad.warning if bad.at_risk else bad.problem) if bad else ""
    return BoardCard(card, status, column, said, bad.pk if bad else None)


def _column(
    key: str, picked: list[Picked], found: dict[int, BoardCard], total: int, skip: int
) -> Column:
    shown = [found[row.pk] for row in picked if row.pk in found]
    return Column(key, shown, total, skip + len(picked))


def one_card(team: Team, post: Post) -> BoardCard:
    """Where a post truly is, for an answer that heals the page."""
    whens = [When(stage=stage, then=Value(key)) for stage, key in _COLUMN_OF.items()]
    placed = Case(When(troubled(team), then=Value("attention")), *whens, output_field=CharField())
    posts = Post.objects.for_team(team).annotate(column=placed)
    key = str(posts.values("column").get(pk=post.pk)["column"])
    return _cards(team, {post.pk: key})[post.pk]
