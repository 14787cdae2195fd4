"""The board: seven columns of cards, counted whole and fetched a few at a time."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
    Window,
)
from django.db.models.functions import RowNumber
from django.utils.translation import gettext_lazy as _

from accounts.models import Team
from posts.models import Delivery, Post
from posts.queries.cards import Card, cards
from posts.queries.status import AT_RISK, status_of
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


def board(team: Team) -> list[Column]:
    """All columns with their first cards, in six statements."""
    ranked = _placed(team).annotate(
        nth=Window(RowNumber(), partition_by=F("column"), order_by=_ORDER),
        of_column=Window(Count("pk"), partition_by=F("column")),
    )
    picked = list(
        ranked.filter(nth__lte=PER_COLUMN).values_list("pk", "column", "of_column", "nth")
    )
    picked.sort(key=lambda row: row[3])
    found = _cards(team, picked)
    return [_column(key, [row for row in picked if row[1] == key], found, 0) for key in TITLES]


def column(team: Team, key: str, skip: int) -> Column:
    """The next cards of one column."""
    placed = _placed(team).filter(column=key).annotate(of_column=Window(Count("pk")))
    rows = placed.order_by(*_ORDER).values_list("pk", "column", "of_column")[
        skip : skip + PER_COLUMN
    ]
    picked = [(*row, nth) for nth, row in enumerate(rows)]
    return _column(key, picked, _cards(team, picked), skip)


_ORDER = [F("updated_at").desc(), F("pk").desc()]

type Picked = tuple[int, str, int, int]


def _placed(team: Team) -> QuerySet[Any]:
    """Posts with the `column` that each is in."""
    trouble = Delivery.objects.filter(team=team, post=OuterRef("pk"), state__in=TROUBLED)
    whens = [When(stage=stage, then=Value(key)) for stage, key in _COLUMN_OF.items()]
    placed = Case(When(Exists(trouble), then=Value("attention")), *whens, output_field=CharField())
    return Post.objects.for_team(team).annotate(column=placed)


def _cards(team: Team, picked: Iterable[Picked]) -> dict[int, BoardCard]:
    columns = {row[0]: row[1] for row in picked}
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


def _column(key: str, picked: list[Picked], found: dict[int, BoardCard], skip: int) -> Column:
    shown = [found[row[0]] for row in picked if row[0] in found]
    return Column(key, shown, picked[0][2] if picked else skip, skip + len(picked))


def one_card(team: Team, post: Post) -> BoardCard:
    """Where a post truly is, for an answer that heals the page."""
    key = str(_placed(team).values("column").get(pk=post.pk)["column"])
    return _cards(team, [(post.pk, key, 0, 0)])[post.pk]
