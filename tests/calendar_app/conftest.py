"""A Wednesday in December, for the database as well, as far as people's decisions ask it."""

from datetime import time

import pytest
import time_machine
from django.utils import timezone

from calendar_app.models import Slot
from posts import clock
from posts.services import schedule
from posts.times import from_utc
from tests.calendar_app.december import NOW
from tests.factories.posts import PostFactory
from tests.factories.publishers import ChannelFactory


@pytest.fixture
def wednesday(monkeypatch):
    monkeypatch.setattr(clock, "ask", timezone.now)
    with time_machine.travel(NOW, tick=True):
        yield NOW


@pytest.fixture
def give():
    """`give(channel, "09:30", days=(0, 2))`: slots of that channel's week."""

    def slots(channel, *times: str, days=range(7)):
        return Slot.objects.bulk_create(
            Slot(team=channel.team, channel=channel, weekday=day, at=time.fromisoformat(at))
            for day in days
            for at in times
        )

    return slots


@pytest.fixture
def free_team(team):
    """A team that asks for no review."""
    team.review_required = False
    team.save(update_fields=["review_required"])
    return team


@pytest.fixture
def channel(team):
    return ChannelFactory(team=team, name="News")


@pytest.fixture
def every_morning(channel, give):
    """Its slot at 09:30."""
    return give(channel, "09:30")


@pytest.fixture
def planned(team, bob, channel):
    """`planned("Title", at(11, 9, 30))`: a post with that text and time."""

    def plan(title, moment, body="", channels=(), texts=None):
        post = PostFactory(
            team=team, author=bob, title=title, body=body or title, channels=channels or [channel]
        )
        if texts:
            post.variants.update(text=texts)
        if moment:
            schedule.plan(post=post, at=from_utc(moment, "Europe/Lisbon"), by=bob)
        post.refresh_from_db()
        return post

    return plan
