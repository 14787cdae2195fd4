"""The drawer beside the calendar: posts without a time."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Count, Window

from accounts.models import Team
from posts.models import Post
from posts.queries.cards import Card
from posts.queries.filters import NOTHING, Filters, narrow
from posts.states import Stage

IN_DRAWER = 30


@dataclass(frozen=True)
class Drawer:
    """The first of them, the latest touched first; `total` counts all."""

    cards: list[Card]
    total: int

    @classmethod
    def of(cls, waiting: Iterable[tuple[int, int]], found: Mapping[int, Card]) -> "Drawer":
        counted = list(waiting)
        total = counted[0][1] if counted else 0
        return cls([found[pk] for pk, _ in counted if pk in found], total)

    @property
    def more(self) -> int:
        return self.total - len(self.cards)


def unscheduled(team: Team, filters: Filters = NOTHING) -> list[tuple[int, int]]:
    """Ids of the drawer's posts, each with the count of all."""
    waiting = Post.objects.for_team(team).filter(planned_at=None).exclude(stage=Stage.DONE)
    counted = narrow(waiting, team, filters).annotate(total=Window(Count("pk")))
    latest = counted.order_by("-updated_at", "-pk")
    return list(latest.values_list("pk", "total")[:IN_DRAWER])
