"""A post by bob that carol (a member) and ruth (outside) are asked about."""

import re

import pytest
from django.core.cache import cache

from approvals.services.ask import ask
from notifications.models import Message
from notifications.sealing import unseal
from tests.factories.approvals import ReviewerFactory, StageFactory
from tests.factories.posts import MediaAssetFactory, PostFactory, PostMediaFactory, refresh_hash
from tests.factories.publishers import ChannelFactory


@pytest.fixture(autouse=True)
def fresh_limits():
    cache.clear()


@pytest.fixture
def stage(team, carol):
    stage = StageFactory(workflow__team=team)
    ReviewerFactory(stage=stage, membership=carol.memberships.get(team=team))
    ReviewerFactory(stage=stage, outside=True)
    return stage


@pytest.fixture
def post(team, bob):
    post = PostFactory(
        team=team,
        author=bob,
        title="Forty buoys",
        body="Sea level data from forty buoys is open.",
        channels=[ChannelFactory(team=team), ChannelFactory(team=team)],
    )
    PostMediaFactory(post=post, asset=MediaAssetFactory(team=team), alt="A yellow buoy at dusk")
    return refresh_hash(post)


@pytest.fixture
def review(post, bob, stage):
    return ask(post=post, by=bob, note="Is the number right?")


@pytest.fixture
def link_of():
    """`link_of("ruth@…")`: the path in the mail that this address gets."""

    def find(email: str) -> str:
        asked = Message.objects.filter(kind="review_asked").order_by("-pk")
        message = next(m for m in asked if email in (m.email, m.user.email if m.user else ""))
        return re.sub(r"^https?://[^/]+", "", unseal(message.sealed)["link"])

    return find


@pytest.fixture
def ruth(client, review, link_of):
    """Ruth's browser with the page open."""
    response = client.get(link_of("ruth@harbour.test"))
    assert response.status_code == 302
    client.page = response["Location"]
    return client
