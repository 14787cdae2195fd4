"""A platform that only tells figures, over real HTTP, and posts that went out there."""

from datetime import timedelta

import pytest
from django.utils import timezone

from publishers import registry
from tests.analytics.gauge import GAUGES, Gauge
from tests.factories.posts import DeliveryFactory, PostFactory
from tests.factories.publishers import ChannelFactory, grant_for


@pytest.fixture
def gauge(monkeypatch):
    server = Gauge()
    server.start()
    for slug, adapter in GAUGES.items():
        monkeypatch.setitem(registry.ADAPTERS, slug, adapter)
        monkeypatch.setenv(f"PLATFORM_{slug.upper()}_API_URL", server.url)
    yield server
    server.stop()


@pytest.fixture
def connected(team):
    """`connected("gauge")`: a channel with tokens."""

    def connect(platform="gauge", of=team, **fields):
        channel = ChannelFactory(team=of, platform=platform, **fields)
        grant_for(channel)
        return channel

    return connect


@pytest.fixture
def went_out(bob):
    """`went_out(channel, "p1", hours=2)`: live for as long."""

    def publish(channel, remote_id, **age):
        at = timezone.now() - timedelta(**age)
        post = PostFactory(team=channel.team, author=bob, stage="done")
        return DeliveryFactory(
            queued=True,
            state="published",
            post=post,
            channel=channel,
            due_at=at,
            published_at=at,
            remote_id=remote_id,
        )

    return publish
