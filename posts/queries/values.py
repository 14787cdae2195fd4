"""What posts can be filtered by: a team's channels, tags, campaigns and people, by name."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from django.db.models import CharField, F, QuerySet, Value
from django.db.models.functions import Coalesce, NullIf

from accounts.models import Membership, Team
from posts.models import Campaign, Tag
from publishers.models import Channel

type Kind = Literal["channel", "tag", "campaign", "person"]
MOST = 500


@dataclass(frozen=True)
class Choice:
    """`platform` is a channel's own; people carry the id of their account."""

    kind: Kind
    pk: int
    name: str
    platform: str


def choices(team: Team, kind: Kind) -> list[Choice]:
    """All of one kind by name, up to MOST."""
    return [Choice(*row) for row in _of(team, kind).order_by("said", "of")[:MOST]]


def every(team: Team, kinds: Iterable[Kind]) -> list[Choice]:
    """All of several kinds by name, up to MOST of each, in one statement."""
    first, *others = [_of(team, kind).order_by("said", "of")[:MOST] for kind in kinds]
    return [Choice(*row) for row in first.union(*others, all=True)]


def chosen(team: Team, wanted: Mapping[Kind, Iterable[int]]) -> list[Choice]:
    """Those of `wanted` that the team has, in one statement; in none if nothing is wanted."""
    parts = [_of(team, kind).filter(of__in=list(ids)) for kind, ids in wanted.items() if ids]
    if not parts:
        return []
    found = parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]
    return [Choice(*row) for row in found]


def platforms(team: Team) -> list[str]:
    """The slugs of those that the team has channels on."""
    found = Channel.objects.for_team(team).order_by("platform").values_list("platform", flat=True)
    return list(found.distinct())


def _of(team: Team, kind: Kind) -> QuerySet[Any, Any]:
    """Rows as `Choice` takes them."""
    name: Any = F("name")
    platform: Any = Value("")
    of = F("pk")
    rows: QuerySet[Any]
    if kind == "channel":
        rows, platform = Channel.objects.for_team(team), F("platform")
        name = _first("name", "handle")
    elif kind == "person":
        rows, of = Membership.objects.for_team(team), F("user_id")
        name = _first("user__name", "user__email")
    else:
        rows = (Tag if kind == "tag" else Campaign).objects.for_team(team)
    return (
        rows.order_by()
        .annotate(
            what=Value(kind, CharField()),
            of=of,
            said=Coalesce(name, Value(""), output_field=CharField()),
            where=Coalesce(platform, Value(""), output_field=CharField()),
        )
        .values_list("what", "of", "said", "where")
    )


def _first(name: str, other: str) -> Coalesce:
    return Coalesce(NullIf(name, Value("")), other)
