"""Posts of a team by what is written in them, the latest touched first."""

from dataclasses import dataclass

from accounts.models import Team
from posts.models import Post
from posts.queries.cards import Card, cards
from posts.queries.filters import Filters, narrow

MOST = 8
# Longer than anything that is looked for; what is pasted beyond it says nothing more.
LONGEST = 100


@dataclass(frozen=True)
class Hit:
    card: Card
    status: str


def find(team: Team, text: str) -> list[Hit]:
    """In three statements. Without words, what was touched last."""
    posts = Post.objects.for_team(team)
    wanted = narrow(posts, team, Filters(text=text[:LONGEST]))
    ids = list(wanted.order_by("-updated_at", "-pk").values_list("pk", flat=True)[:MOST])
    found = cards(team, ids, states=True)
    return [Hit(found[pk], _status(found[pk])) for pk in ids if pk in found]


def _status(card: Card) -> str:
    return card.status(card.states, at_risk=card.at_risk)
