"""The days of the calendar, beside a reckoning that looks at every post and delivery by itself."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from posts.models import Delivery, Post
from posts.queries.filters import Filters
from posts.queries.planned import Whole, rows, rows_by_hour
from posts.states import DeliveryState
from tests.factories.posts import DeliveryFactory, PostFactory
from tests.factories.publishers import ChannelFactory

pytestmark = pytest.mark.django_db
START = datetime(2026, 12, 1, tzinfo=UTC)
END = START + timedelta(days=4)
MOST = 3


@pytest.fixture
def channels(team):
    return [ChannelFactory(team=team, platform=name) for name in ("mastodon", "bluesky", "x")]


def moment(dice):
    """Around the days that are asked for, some before and after; seldom at the same time."""
    return START + timedelta(minutes=30 * dice.randrange(-48, 6 * 48))


def plan(team, channels, author, seed):
    """Posts that go out at their own time, at another on some channels, or not at all."""
    dice = random.Random(seed)
    for number in range(40):
        at = moment(dice) if dice.random() < 0.9 else None
        trashed = timezone.now() if dice.random() < 0.05 else None
        by = {"author": author} if number % 3 else {}
        post = PostFactory(team=team, planned_at=at, trashed_at=trashed, **by)
        for channel in dice.sample(channels, dice.randrange(0, 4)):
            due = at if dice.random() < 0.6 else moment(dice) if dice.random() < 0.8 else None
            # As whatever is put in the bin is.
            gone = trashed or dice.random() < 0.15
            state = DeliveryState.CANCELLED if gone else DeliveryState.DRAFT
            DeliveryFactory(post=post, team=team, channel=channel, due_at=due, state=state)


def reckoned(team, length, only=(), author=None):
    """(part, time, post) of everything shown, each part in order; a part is as long as `length`."""
    shown = []
    wanted = {channel.pk for channel in only}
    for post in Post.objects.for_team(team):
        every = Delivery.objects.filter(post=post).exclude(state="cancelled")
        due = [(one.due_at, one.channel_id) for one in every if one.due_at]
        times = [at for at, channel in due if not wanted or channel in wanted]
        if not due and post.planned_at and not post.trashed_at and not wanted:
            times = [post.planned_at]
        if author and post.author != author:
            continue
        firsts = {}
        for at in sorted(at for at in times if START <= at < END):
            firsts.setdefault((at - START) // length, at)
        shown += [(part, at, post.pk) for part, at in firsts.items()]
    return sorted(shown)


def of_each(shown, most):
    parts = {}
    for part, at, post in shown:
        parts.setdefault(part, []).append((at, post))
    some = [(at, post, len(all_)) for all_ in parts.values() for at, post in all_[:most]]
    return sorted(some)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("narrowed", ["", "channel", "author", "both"])
def test_days_and_hours_are_as_reckoned(team, channels, bob, seed, narrowed):
    plan(team, channels, bob, seed)
    only = channels[:2] if narrowed in ("channel", "both") else ()
    author = bob if narrowed in ("author", "both") else None
    filters = Filters(
        channels=tuple(channel.pk for channel in only), authors=(bob.pk,) if author else ()
    )
    asked = {"start": START, "end": END, "zone": "UTC", "filters": filters}
    by_day = rows(team, per_day=MOST, **asked)
    hours = rows_by_hour(team, per_hour=1, **asked)
    days = reckoned(team, timedelta(days=1), only, author)
    assert [(row.at, row.post_id, row.of_day) for row in by_day] == of_each(days, MOST)
    expected = of_each(reckoned(team, timedelta(hours=1), only, author), 1)
    assert [(row.at, row.post_id, row.of_day) for row in hours] == expected


@pytest.mark.parametrize("page", [1, 2])
def test_a_page_of_one_day(team, channels, bob, page):
    plan(team, channels, bob, 11)
    whole = Whole(START.date(), page, 3)
    found = rows(team, start=START, end=END, zone="UTC", per_day=1, whole=whole)
    day = [(at, post) for part, at, post in reckoned(team, timedelta(days=1)) if part == 0]
    assert len(day) > 3
    shown = [(row.at, row.post_id) for row in found if whole.has(row)]
    assert shown == day[whole.skip : whole.skip + 3]
