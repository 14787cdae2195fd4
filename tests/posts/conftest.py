"""What the composer's tests start from."""

import pytest

from posts.models import Post
from publishers.models import Channel
from tests.factories.posts import PostFactory
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
def post(team, alice, channel) -> Post:
    return PostFactory(team=team, author=alice, channels=[channel], title="Open water day")
