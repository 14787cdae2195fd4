"""What is due soon: its token lasts until then, and the platform is asked now and then."""

from datetime import timedelta

import pytest
from django.utils import timezone

from publishers import standing
from publishers.contract import Reconnect, TryLater
from publishers.models import Channel, Grant
from publishers.sessions import Session
from tests.factories.publishers import ChannelFactory, grant_for

LONG_AGO = timedelta(days=1)


@pytest.fixture
def channel(team, alice, platform):
    ago = timezone.now() - LONG_AGO
    made = ChannelFactory(team=team, platform="tide", remote_id="t1", connected_at=ago)
    tokens = platform.new_tokens()
    grant_for(made, access=tokens["access_token"], refresh=tokens["refresh_token"])
    return made


@pytest.fixture
def due():
    return timezone.now() + timedelta(minutes=25)


def fresh(channel):
    return Channel.objects.select_related("grant").get(pk=channel.pk)


def ends_in(minutes: float, **fields) -> None:
    Grant.objects.update(expires_at=timezone.now() + timedelta(minutes=minutes), **fields)


def test_the_platform_is_asked_once_in_a_while(channel, platform, due):
    for _ in range(3):
        assert isinstance(standing.foresee(fresh(channel), due), Session)
    assert (platform.calls["/accounts"], platform.calls["/token"]) == (1, 0)

    Channel.objects.update(checked_at=timezone.now() - standing.FRESH)
    standing.foresee(fresh(channel), due)
    assert platform.calls["/accounts"] == 2


def test_of_which_kind_an_account_is_now_is_known_at_once(channel, platform, due):
    """What it may do there depends on it."""
    platform.accounts[0]["kind"] = "patron"
    read = fresh(channel)
    standing.foresee(read, due)
    assert (read.kind, fresh(channel).kind) == ("patron", "patron")

    platform.accounts[0]["kind"] = "person"
    standing.check(channel.pk)
    assert fresh(channel).kind == "person"


@pytest.mark.parametrize(("minutes", "renewed"), [(26, 1), (29, 1), (31, 0)])
def test_a_token_that_would_end_around_then_is_renewed_now(
    channel, platform, due, minutes, renewed
):
    ends_in(minutes)
    session = standing.foresee(fresh(channel), due)
    assert isinstance(session, Session)
    assert session.lasts(due)
    assert platform.calls["/token"] == renewed
    # A token that was handed out just now needs no second opinion.
    assert platform.calls["/accounts"] == 1 - renewed


def test_a_passing_fault_of_renewing_is_told_apart(channel, platform, due):
    ends_in(10)
    platform.answer = (503, {})
    session = standing.foresee(fresh(channel), due)
    assert isinstance(session, Session)
    assert not session.lasts(due)
    assert platform.calls["/token"] == 1
    assert Channel.objects.get().state == "connected"


def test_a_token_that_cannot_be_renewed_is_still_good_until_it_ends(channel, platform, due):
    ends_in(10, refresh_token="")
    session = standing.foresee(fresh(channel), due)
    assert isinstance(session, Session)
    assert not session.lasts(due)
    assert platform.calls == {}


def test_a_token_revoked_there_is_found_and_the_channel_says_so(channel, platform, due):
    platform.live.clear()
    assert isinstance(standing.foresee(fresh(channel), due), Reconnect)
    assert Channel.objects.get().state == "reconnect"


def test_a_platform_that_cannot_be_asked_says_nothing_against_us(
    channel, platform, due, monkeypatch
):
    monkeypatch.setenv("PLATFORM_TIDE_API_URL", "http://127.0.0.1:1")
    assert isinstance(standing.foresee(fresh(channel), due), Session)
    assert Channel.objects.get().problem == ""
    assert isinstance(standing.check(channel.pk), TryLater)


def test_an_app_password_is_renewed_to_ask(team, alice, platform, due):
    tokens = platform.new_tokens()
    ago = timezone.now() - LONG_AGO
    channel = ChannelFactory(team=team, platform="rock", connected_at=ago)
    grant_for(channel, access=tokens["access_token"], refresh=tokens["refresh_token"])

    for _ in range(3):
        assert isinstance(standing.foresee(fresh(channel), due), Session)
    assert platform.calls["/session"] == 1

    Grant.objects.update(refreshed_at=ago)
    Channel.objects.update(checked_at=ago)
    platform.live.clear()
    assert isinstance(standing.foresee(fresh(channel), due), Reconnect)
