"""Opening, renewing and closing the calendars that a person reads elsewhere."""

from django.utils import timezone

from accounts.models import Team, User
from calendar_app import addresses
from calendar_app.models import Feed


def give(*, team: Team, user: User, mine: bool) -> Feed:
    """The feed of this person, with a new address: whoever had the old one reads no more."""
    feed, _created = Feed.objects.update_or_create(
        team=team,
        user=user,
        mine=mine,
        defaults={"nonce": addresses.nonce(), "read_at": None},
    )
    return feed


def close(*, team: Team, user: User, mine: bool) -> None:
    Feed.objects.for_team(team).filter(user=user, mine=mine).delete()


def note_reading(feed: Feed) -> None:
    Feed.objects.filter(pk=feed.pk).update(read_at=timezone.now())
