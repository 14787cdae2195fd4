"""What the composer offers to choose from: the team's tags, campaigns and people."""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import CharField, F, QuerySet, Value
from django.db.models.functions import Coalesce, NullIf

from accounts.models import Membership, Team
from posts.models import Campaign, Tag

MOST = 200


@dataclass(frozen=True)
class Choices:
    """Names by the alphabet, at most `MOST` tags and campaigns; people with their user's id."""

    tags: list[str] = field(default_factory=list)
    campaigns: list[str] = field(default_factory=list)
    people: list[tuple[int, str]] = field(default_factory=list)


def choices(team: Team) -> Choices:
    """In one statement."""
    tags = _rows("tag", Tag.objects.for_team(team), "pk", "name").order_by("named")[:MOST]
    campaigns = _rows("campaign", Campaign.objects.for_team(team), "pk", "name")
    named = Coalesce(NullIf("user__name", Value("")), "user__email", output_field=CharField())
    people = Membership.objects.for_team(team).annotate(shown=named)
    every = tags.union(
        campaigns.order_by("named")[:MOST], _rows("person", people, "user_id", "shown"), all=True
    )
    found = Choices()
    for what, pk, name in every.order_by("named"):
        if what == "person":
            found.people.append((pk, name))
        else:
            (found.tags if what == "tag" else found.campaigns).append(name)
    return found


def _rows(what: str, rows: QuerySet[Any], key: str, named: str) -> QuerySet[Any, Any]:
    told = {"what": Value(what, CharField()), "key": F(key), "named": F(named)}
    found: QuerySet[Any, Any] = rows.order_by().annotate(**told).values_list("what", "key", "named")
    return found
