"""The board: seven columns of cards, counted whole and fetched a few at a time."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import (
    Case,
    CharField,
    Q,
    QuerySet,
    Value,
    When,
)
from django.utils.translation import gettext as _text

from accounts.models import Team
from calendar_app.grouping import Place, in_lane
from calendar_app.queries.counts import COLUMN_OF, COUNTED, TITLES, Counts, counted, counted_whole
from posts.models import Delivery, Post
from posts.queries.cards import Card, cards
from posts.queries.filters import NOTHING, Filters, narrow
from posts.queries.status import AT_RISK, troubled
from posts.states import IN_FLIGHT, TROUBLED, DeliveryState, Stage
from ui.prepared import Prepared
from ui.templatetags.ui import plural_of

PER_COLUMN = 15


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
    """`most`: what the team wants in it at most; None where that is not said, or not asked.

    `beyond`: there are more than were counted.
    """

    key: str
    cards: list[BoardCard]
    total: int
    shown: int
    most: int | None = None
    beyond: bool = False

    @property
    def title(self) -> str:
        return str(TITLES[self.key])

    @property
    def counted(self) -> str:
        return f"{COUNTED}+" if self.beyond else str(self.total)

    @property
    def least(self) -> int:
        return COUNTED if self.beyond else self.total

    @property
    def label(self) -> str:
        posts = plural_of(self.least, "post,posts")
        return f"{self.title}, {posts.replace(' ', '+ ', 1) if self.beyond else posts}"

    @property
    def more(self) -> int:
        return max(int(self.beyond), self.total - self.shown)

    @property
    def more_counted(self) -> str:
        return f"{max(COUNTED - self.shown, 1)}+" if self.beyond else str(self.more)

    @property
    def over(self) -> int:
        return max(0, self.total - self.most) if self.most else 0


def board(team: Team, filters: Filters = NOTHING) -> list[Column]:
    """All columns with their first cards, in five statements."""
    if filters:
        posts = narrow(Post.objects.for_team(team), team, filters)
        counts, newest = counted(posts, team, filters), list(_newest(posts, team))
    else:
        counts, newest = counted_whole(team), _NEWEST.rows(team=team.pk)
    picked = [Picked(*row) for row in newest]
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


def _newest(posts: QuerySet[Post], team: Team) -> QuerySet[Any, Any]:
    """The last touched of every column."""
    first, *others = [_latest(posts, team, key, 0) for key in TITLES]
    return first.union(*others, all=True)


def _newest_of_all(team: int) -> QuerySet[Any, Any]:
    owner = Team(pk=team)
    return _newest(Post.objects.for_team(owner), owner)


_NEWEST = Prepared(_newest_of_all, "team")


def cards_in(team: Team, columns: Mapping[int, str]) -> dict[int, BoardCard]:
    """In three statements."""
    telling = Delivery.objects.for_team(team).filter(
        AT_RISK | Q(state__in=TROUBLED | IN_FLIGHT), post__in=columns
    )
    deliveries: dict[int, list[Delivery]] = {}
    for delivery in telling.select_related("channel").order_by("pk"):
        deliveries.setdefault(delivery.post_id, []).append(delivery)
    found = cards(team, columns)
    return {
        pk: _board_card(card, columns[pk], deliveries.get(pk, [])) for pk, card in found.items()
    }


def _board_card(card: Card, column: str, deliveries: list[Delivery]) -> BoardCard:
    at_risk = any(d.at_risk for d in deliveries)
    status = card.status([d.state for d in deliveries], at_risk=at_risk)
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
    most, total, upto = counts.limits.get(key), counts.totals[key], skip + len(picked)
    beyond = counts.beyond(key) and len(picked) == PER_COLUMN
    if counts.beyond(key) and not beyond:
        total = upto
    return Column(key, shown, total, upto, most, beyond)


def one_card(team: Team, post: Post) -> BoardCard:
    """Where a post truly is, for an answer that heals the page."""
    whens = [When(stage=stage, then=Value(key)) for stage, key in COLUMN_OF.items()]
    placed = Case(When(troubled(team), then=Value("attention")), *whens, output_field=CharField())
    posts = Post.objects.for_team(team).annotate(column=placed)
    key = str(posts.values("column").get(pk=post.pk)["column"])
    return cards_in(team, {post.pk: key})[post.pk]
