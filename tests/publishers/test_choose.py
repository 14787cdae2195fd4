"""Which account a consent connects: the one it had, or one that was chosen."""

from datetime import timedelta

import pytest
from django.utils import timezone

from publishers import consents, crypto
from publishers.models import Channel, Grant, OAuthState
from tests.factories.accounts import MembershipFactory
from tests.factories.publishers import ChannelFactory, grant_for
from tests.publishers.dance import CHANNELS, CONNECT, chooser_of, dance

# -- reconnecting


def test_reconnecting_keeps_the_row(as_user, alice, team, platform):
    channel = ChannelFactory(
        team=team, platform="tide", remote_id="t1", state="reconnect", problem="x", paused=True
    )
    grant_for(channel, access="old")
    assert dance(as_user(alice), platform, reconnects=channel.pk).status_code == 302
    channel.refresh_from_db()
    assert (channel.state, channel.problem, channel.paused) == ("connected", "", True)
    assert channel.grant.version == 2
    assert crypto.decrypt(channel.grant.access_token, row=channel.grant.row("access")).startswith(
        "canary-access"
    )


def test_reconnecting_with_another_account_is_refused_with_both_names(
    as_user, alice, team, platform
):
    channel = ChannelFactory(
        team=team, platform="tide", remote_id="t9", handle="@harbour", state="reconnect"
    )
    before = grant_for(channel, access="old")
    response = dance(as_user(alice), platform, reconnects=channel.pk)
    assert response.status_code == 409
    page = response.content.decode()
    assert "@tidewater" in page
    assert "@harbour" in page
    assert list(Channel.objects.values_list("remote_id", "state")) == [("t9", "reconnect")]
    channel.refresh_from_db()
    assert channel.grant.access_token == before.access_token
    assert OAuthState.objects.get().tokens == ""


def test_reconnecting_picks_its_own_account_among_several(as_user, alice, team, platform):
    platform.accounts.append({"remote_id": "page", "handle": "@page", "kind": "organisation"})
    channel = ChannelFactory(team=team, platform="tide", remote_id="page", state="disconnected")
    assert dance(as_user(alice), platform, reconnects=channel.pk).status_code == 302
    assert list(Channel.objects.values_list("remote_id", "state")) == [("page", "connected")]


def test_another_teams_channel_cannot_be_reconnected(as_user, alice, other_team, platform):
    channel = ChannelFactory(team=other_team, platform="tide", remote_id="t1")
    for asked in (channel.pk, "nonsense", "-1", 10**30):
        response = as_user(alice).post(CONNECT, {"reconnects": asked})
        assert response.status_code == 404
    assert OAuthState.objects.count() == 0


# -- several accounts, and accounts that others have


def several(platform):
    platform.accounts = [
        {"remote_id": "t1", "handle": "@tidewater", "name": "Tidewater"},
        {"remote_id": "t2", "handle": "@page", "name": "<b>Page</b>", "kind": "organisation"},
        {"remote_id": "t3", "handle": "@other", "name": "Other", "kind": "organisation"},
    ]


def test_several_accounts_are_chosen_from(as_user, alice, platform):
    several(platform)
    client = as_user(alice)
    response = dance(client, platform)
    row = OAuthState.objects.get()
    chooser = chooser_of(row.pk)
    assert response.headers["Location"] == chooser
    assert "canary" not in row.tokens
    page = client.get(chooser).content.decode()
    assert "&lt;b&gt;Page&lt;/b&gt;" in page
    assert "canary" not in page
    assert Channel.objects.count() == 0
    assert client.post(chooser, {"account": ["t1", "t3"]}).status_code == 302
    assert set(Channel.objects.values_list("remote_id", flat=True)) == {"t1", "t3"}
    assert len(set(Grant.objects.values_list("family", flat=True))) == 1
    row.refresh_from_db()
    assert row.tokens == ""
    assert client.get(chooser).status_code == 404
    assert client.post(chooser, {"account": "t2"}).status_code == 404


@pytest.mark.parametrize("chosen", [[], ["t9"], ["t1", "t9"]])
def test_a_choice_of_nothing_or_of_what_was_not_offered_is_422(as_user, alice, platform, chosen):
    several(platform)
    client = as_user(alice)
    chooser = dance(client, platform).headers["Location"]
    response = client.post(chooser, {"account": chosen})
    assert response.status_code == 422
    assert Channel.objects.count() == 0
    assert client.get(chooser).status_code == 200


def test_only_the_same_session_chooses_and_only_for_ten_minutes(
    as_user, alice, team, mallory, platform
):
    several(platform)
    client = as_user(alice)
    chooser = dance(client, platform).headers["Location"]
    MembershipFactory(team=team, user=mallory, role="admin")
    assert as_user(alice).get(chooser).status_code == 404
    assert as_user(mallory).get(chooser).status_code == 404
    OAuthState.objects.update(used_at=timezone.now() - timedelta(minutes=11))
    assert client.get(chooser).status_code == 404
    consents.forget()
    assert OAuthState.objects.get().tokens == ""
    OAuthState.objects.update(created_at=timezone.now() - timedelta(days=2))
    consents.forget()
    assert OAuthState.objects.count() == 0


def test_an_account_of_another_team_needs_a_second_yes_and_names_nobody(
    as_user, alice, other_team, platform
):
    ChannelFactory(team=other_team, platform="tide", remote_id="t1")
    client = as_user(alice)
    chooser = dance(client, platform).headers["Location"]
    page = client.get(chooser).content.decode()
    assert "another team on this server" in page
    assert "Harbour" not in page
    response = client.post(chooser, {"account": "t1"})
    assert response.status_code == 422
    assert "another team on this server" in response.content.decode()
    assert Channel.objects.count() == 1
    assert client.post(chooser, {"account": "t1", "confirmed": "1"}).status_code == 302
    assert Channel.objects.filter(remote_id="t1").count() == 2


def test_an_account_that_the_other_team_disconnected_needs_no_question(
    as_user, alice, other_team, platform
):
    ChannelFactory(team=other_team, platform="tide", remote_id="t1", state="disconnected")
    assert dance(as_user(alice), platform).headers["Location"] == CHANNELS
