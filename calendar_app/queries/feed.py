"""What a feed shows: the posts around today, so many a day."""

from dataclasses import dataclass
from datetime import UTC, timedelta

from django.db.models import F, QuerySet
from django.utils import timezone

from accounts.models import Team, User
from calendar_app.models import Feed
from posts.queries.cards import cards
from posts.queries.filters import NOTHING, Filters
from posts.queries.planned import Planned, attach, rows

BEHIND, AHEAD = timedelta(days=14), timedelta(days=120)
PER_DAY = 20


@dataclass(frozen=True)
class Reading:
    """`more`: the last post that is shown of a day, and how many more the day has."""

    items: list[Planned]
    more: list[tuple[Planned, int]]


def feeds_of(team: Team, user: User) -> QuerySet[Feed]:
    return Feed.objects.for_team(team).filter(user=user)


def by_nonce(nonce: str) -> Feed | None:
    """The feed of this address, as long as its owner can sign in and is in the team; who has left
    and come back asks for a new one.
    """
    found = Feed.objects.select_related("team", "user").filter(nonce=nonce, user__is_active=True)
    since = {"team__memberships__created_at__lte": F("created_at")}
    return found.filter(team__memberships__user=F("user"), **since).first()


def read(feed: Feed) -> Reading:
    """In three statements, however many posts there are."""
    now = timezone.now().astimezone(UTC)
    found = rows(
        feed.team,
        start=now - BEHIND,
        end=now + AHEAD,
        zone=feed.team.time_zone,
        per_day=PER_DAY,
        filters=Filters(people=(feed.user_id,)) if feed.mine else NOTHING,
    )
    items = attach(found, cards(feed.team, {row.post_id for row in found}))
    by_day: dict[object, list[Planned]] = {}
    for item in items:
        by_day.setdefault(item.day, []).append(item)
    more = [(day[-1], day[-1].of_day - len(day)) for day in by_day.values()]
    return Reading(items, [(last, n) for last, n in more if n > 0])
