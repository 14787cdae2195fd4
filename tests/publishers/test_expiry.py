"""Access that ends and cannot renew itself: told days ahead, once for each step, to who can act."""

from datetime import timedelta

import pytest
from django.utils import timezone

from notifications.models import Message
from publishers import expiry, instance
from publishers.contract import Account, Tokens
from publishers.models import Grant
from publishers.services import connect
from tests.factories.publishers import ChannelFactory, grant_for

pytestmark = pytest.mark.django_db
DAY = 86_400


@pytest.fixture
def channel(team, alice, bob):
    return ChannelFactory(team=team, platform="linkedin", handle="Ines", remote_id="urn:li:1")


def ends(channel, days: float) -> None:
    Grant.objects.filter(channel=channel).update(
        expires_at=timezone.now() + timedelta(days=days, seconds=-60)
    )


def told() -> int:
    return Message.objects.filter(kind="channel_ends").count()


def test_each_step_is_told_once_to_who_can_sign_in(channel, team, alice):
    grant_for(channel, refresh="", ends_in=8 * DAY)
    assert expiry.warn() == 0
    for days, so_far in ((7, 1), (6, 1), (3, 2), (2, 2), (1, 3), (0.5, 3)):
        ends(channel, days)
        expiry.warn()
        expiry.warn()
        assert told() == so_far, days
    message = Message.objects.filter(kind="channel_ends").first()
    assert message.user == alice
    assert "cannot be renewed without you" in message.sentence
    assert message.data["url"].endswith(f"/t/{team.slug}/channels/")
    assert message.data["ends"].endswith(" (Lisbon)")


def test_found_late_only_the_nearest_step_is_told(channel):
    grant_for(channel, refresh="", ends_in=DAY // 2)
    assert expiry.warn() == 1
    assert expiry.warn() == 0
    assert Grant.objects.get().warned_days == 1


def test_a_new_sign_in_begins_anew(channel, team, alice):
    grant_for(channel, refresh="", ends_in=DAY)
    expiry.warn()
    tokens = Tokens("new", "", 5 * DAY)
    connect(
        team=team, platform="linkedin", account=Account("urn:li:1", "Ines"), tokens=tokens, by=alice
    )
    assert expiry.warn() == 1
    assert Grant.objects.get().warned_days == 7


@pytest.mark.parametrize("case", ["renews", "signed out", "ended", "never"])
def test_nobody_hears_of_what_needs_nobody(channel, case):
    grant_for(channel, refresh="again" if case == "renews" else "", ends_in=DAY)
    if case == "signed out":
        channel.state = "reconnect"
        channel.save()
    if case in ("ended", "never"):
        past = timezone.now() - timedelta(days=1)
        Grant.objects.update(expires_at=past if case == "ended" else None)
    assert expiry.warn() == 0


def test_a_copy_of_the_database_warns_nobody(channel, monkeypatch):
    grant_for(channel, refresh="", ends_in=DAY)
    monkeypatch.setattr(instance, "foreign", lambda: "another one's")
    assert expiry.warn() == 0
