"""The tests' own platforms, registered beside the real ones, and what a connection needs."""

import os

import pytest

from publishers import registry
from tests.factories.publishers import ChannelFactory
from tests.publishers.platform import Rock, Server, Tide


@pytest.fixture
def platform(monkeypatch):
    """A running platform with both ways to connect: "tide" by OAuth, "rock" by app password."""
    with Server() as server:
        for adapter in (Tide, Rock):
            slug = adapter.spec.slug
            monkeypatch.setitem(registry.ADAPTERS, slug, adapter)
            monkeypatch.setenv(f"PLATFORM_{slug.upper()}_API_URL", server.origin)
        monkeypatch.setitem(os.environ, "PLATFORM_TIDE_CLIENT_ID", "tide-client")
        monkeypatch.setitem(os.environ, "PLATFORM_TIDE_CLIENT_SECRET", "canary-client-secret")
        yield server


@pytest.fixture
def channel(team, alice, platform):
    return ChannelFactory(team=team, platform="tide", remote_id="t1", handle="@tidewater")
