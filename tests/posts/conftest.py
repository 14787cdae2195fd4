"""What the composer's tests start from."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from posts.models import MediaAsset, Post
from posts.services import schedule
from posts.times import from_utc
from publishers import registry
from publishers.models import Channel
from tests.factories.posts import MediaAssetFactory, PostFactory
from tests.factories.publishers import ChannelFactory


@pytest.fixture
def open_team(team):
    """A team that publishes without review."""
    team.review_required = False
    team.save(update_fields=["review_required"])
    return team


@pytest.fixture
def channel(team) -> Channel:
    return ChannelFactory(team=team)


@pytest.fixture
def asset(team) -> MediaAsset:
    return MediaAssetFactory(team=team, name="buoy.jpg", width=2400, height=1600)


@pytest.fixture
def bobs(as_user, bob, team):
    return as_user(bob)


@pytest.fixture
def tidewater(team) -> Channel:
    """A channel that files name."""
    return ChannelFactory(team=team, name="Tidewater", handle="tide.example")


@pytest.fixture
def post(team, alice, channel) -> Post:
    return PostFactory(team=team, author=alice, channels=[channel], title="Open water day")


@pytest.fixture
def posts(team, bob, channel):
    return [PostFactory(team=team, author=bob, title=f"P{n}", channels=[channel]) for n in range(3)]


@pytest.fixture
def scheduled(open_team, bob, channel):
    post = PostFactory(team=open_team, author=bob, title="Soon", channels=[channel])
    at = from_utc(timezone.now() + timedelta(days=2), "Europe/Lisbon")
    return schedule.schedule(post=post, at=at, by=bob)


@pytest.fixture
def taking(monkeypatch):
    """`taking("x", videos=1)`: from now on that platform has these limits."""

    def change(slug: str, **limits) -> None:
        adapter = registry.ADAPTERS[slug]
        spec = replace(adapter.spec, limits=replace(adapter.spec.limits, **limits))
        changed = type(adapter.__name__, (adapter,), {"spec": spec})
        monkeypatch.setitem(registry.ADAPTERS, slug, changed)

    return change
