"""An account that loses its subscription: what is too long now is said before its time."""

from datetime import timedelta

import pytest
from django.utils import timezone

from delivery import dispatcher, worker
from publishers.models import Channel
from publishers.sandbox import accounts
from publishers.sandbox.models import RemotePost
from publishers.sandbox.platforms.x import people
from tests.delivery.ahead import BEFORE, NEAR, due_in, look
from tests.factories.delivery import due_delivery
from tests.factories.posts import PostFactory
from tests.factories.publishers import ChannelFactory, grant_for

pytestmark = pytest.mark.django_db(transaction=True)

LONG = "High water at nine. " * 30


@pytest.fixture(autouse=True)
def sandbox(live_server, settings):
    settings.SITE_URL = live_server.url
    settings.SANDBOX_URL = f"{live_server.url}/sandbox"


@pytest.fixture
def channel(team):
    """Connected a while ago, so that the platform is asked again."""
    account = accounts.create("x", "harbourtrust")
    ago = timezone.now() - timedelta(days=1)
    made = ChannelFactory(
        team=team,
        platform="x",
        remote_id=account.remote_id,
        handle=account.handle,
        kind="premium",
        connected_at=ago,
    )
    grant_for(made, access=accounts.mint_tokens(account).access)
    return made


def long_post(team, bob):
    return PostFactory(team=team, author=bob, stage="scheduled", body=LONG)


def test_a_long_post_goes_out(team, bob, channel):
    delivery = due_delivery(team, bob, channel=channel, post=long_post(team, bob))
    [claim] = dispatcher.tick()
    worker.run(claim.delivery_id, claim.attempt_no)
    delivery.refresh_from_db()
    assert delivery.state == "published"
    assert RemotePost.objects.get().text == LONG.strip()


@pytest.mark.parametrize("minutes", [None, NEAR])
def test_what_is_too_long_now_is_said_before_its_time(team, bob, channel, monkeypatch, minutes):
    delivery = due_in(BEFORE, team, bob, channel=channel, post=long_post(team, bob))
    if minutes == NEAR:
        assert look(delivery).warning == ""

    monkeypatch.setattr(people, "PREMIUM", frozenset())
    Channel.objects.update(checked_at=timezone.now() - timedelta(hours=1))
    look(delivery, minutes)

    assert "X takes 280 characters from this account; this is 319 over." in delivery.warning
    assert delivery.warning_about == "content"
    assert delivery.state == "queued"
    channel.refresh_from_db()
    assert (channel.kind, channel.state) == ("person", "connected")


def test_a_channel_of_which_nothing_is_known_has_the_room_of_all(team, bob, channel):
    Channel.objects.update(kind="person")
    delivery = due_delivery(team, bob, channel=channel, post=long_post(team, bob))
    [claim] = dispatcher.tick()
    worker.run(claim.delivery_id, claim.attempt_no)
    delivery.refresh_from_db()
    assert delivery.state == "failed"
    assert "X takes 280 characters from this account" in delivery.problem
    assert not RemotePost.objects.exists()
