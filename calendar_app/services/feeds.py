"""Opening, renewing and closing the calendars that a person reads elsewhere."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import Team, User
from calendar_app import addresses
from calendar_app.models import Feed

MINUTE = timedelta(minutes=1)


@transaction.atomic
def give(*, team: Team, user: User, mine: bool) -> Feed:
    """The feed of this person, with a new address: whoever had the old one reads no more."""
    feed, _created = Feed.objects.update_or_create(
        team=team,
        user=user,
        mine=mine,
        defaults={"nonce": addresses.nonce(), "read_at": None, "created_at": timezone.now()},
    )
    audit.write("feed.give", team=team.pk, by=user, after={"mine": mine})
    return feed


@transaction.atomic
def close(*, team: Team, user: User, mine: bool) -> None:
    if Feed.objects.for_team(team).filter(user=user, mine=mine).delete()[0]:
        audit.write("feed.close", team=team.pk, by=user, after={"mine": mine})


def note_reading(feed: Feed) -> None:
    """Once a minute: an address may be asked for more often than anybody looks here."""
    now = timezone.now()
    if feed.read_at is None or now - feed.read_at > MINUTE:
        Feed.objects.filter(pk=feed.pk).update(read_at=now)
