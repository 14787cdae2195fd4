"""Posts of a team by what is written in them, the latest touched first."""

from dataclasses import dataclass

from django.db.models import BooleanField, ExpressionWrapper, Q

from accounts.models import Team
from posts.models import Post
from posts.models.post import WORDS
from posts.queries.cards import Card, cards
from posts.queries.filters import Filters, asked, narrow

MOST = 8
# Of the posts touched last: among these are the first hits of words that very many have.
LATEST = 400
# Longer than anything that is looked for; what is pasted beyond it says nothing more.
LONGEST = 100
_ORDER = ("-updated_at", "-pk")


@dataclass(frozen=True)
class Hit:
    card: Card
    status: str


def find(team: Team, text: str) -> list[Hit]:
    """In four statements at most. Without words, what was touched last."""
    text = text[:LONGEST]
    ids = _among_latest(team, text) if text else []
    if len(ids) < MOST:
        wanted = narrow(Post.objects.for_team(team), team, Filters(text=text))
        ids = list(wanted.order_by(*_ORDER).values_list("pk", flat=True)[:MOST])
    found = cards(team, ids, states=True)
    return [Hit(found[pk], _status(found[pk])) for pk in ids if pk in found]


def _among_latest(team: Team, text: str) -> list[int]:
    """The index of words gives all that have them, in no order."""
    hit = ExpressionWrapper(Q(words=asked(text)), output_field=BooleanField())
    latest = Post.objects.for_team(team).alias(words=WORDS).annotate(hit=hit).order_by(*_ORDER)
    return [pk for pk, is_hit in latest.values_list("pk", "hit")[:LATEST] if is_hit][:MOST]


def _status(card: Card) -> str:
    return card.status(card.states, at_risk=card.at_risk)
