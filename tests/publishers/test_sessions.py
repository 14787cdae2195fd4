"""Sessions: renewed in time, by one process at a time, and never given up for a passing fault."""

from datetime import timedelta

import pytest
from django.utils import timezone

from notifications.models import LiveEvent, Message
from publishers import crypto, services, sessions, standing, tasks
from publishers.contract import Reconnect, TryLater
from publishers.models import Grant
from publishers.sessions import Session
from tests.factories.publishers import ChannelFactory, grant_for
from tests.publishers.granted import granted, state, token

# -- opening


def test_a_session_is_the_platforms_adapter_with_the_opened_token(channel, platform):
    granted(channel, platform, 7200)
    opened = sessions.open_session(channel.pk)
    assert token(opened) == "canary-access-1"
    assert type(opened.adapter).spec.slug == "tide"
    assert opened.adapter.account.remote_id == "t1"
    assert opened.adapter.app.client_id == "tide-client"
    assert opened.version == 1
    assert "canary" not in repr(opened)
    assert platform.calls["/token"] == 0


def test_a_token_without_end_is_used_as_it_is(channel, platform):
    granted(channel, platform, None, refresh="")
    assert token(sessions.open_session(channel.pk)) == "canary-access-1"


@pytest.mark.parametrize("ends_in", [299, 0, -3600])
def test_a_token_about_to_end_is_renewed_first(channel, platform, ends_in):
    granted(channel, platform, ends_in)
    opened = sessions.open_session(channel.pk)
    assert token(opened) == "canary-access-2"
    assert opened.version == 2
    grant = Grant.objects.get()
    assert crypto.decrypt(grant.refresh_token, row=grant.row("refresh")) == "canary-refresh-2"
    assert grant.refresh_lease_until is None
    assert grant.expires_at > timezone.now() + timedelta(hours=1)
    assert token(sessions.open_session(channel.pk)) == "canary-access-2"
    assert platform.calls["/token"] == 1


def test_a_platform_that_keeps_the_refresh_token_answers_without_one(channel, platform):
    granted(channel, platform, 60)
    platform.answer = (200, {"access_token": "canary-kept", "expires_in": 3600})
    assert token(sessions.open_session(channel.pk)) == "canary-kept"
    grant = Grant.objects.get()
    assert crypto.decrypt(grant.refresh_token, row=grant.row("refresh")) == "canary-refresh-1"


@pytest.mark.parametrize(
    "fault", [(500, {}), (429, {}), (200, {}), (401, {"error": "invalid_client"})]
)
def test_a_passing_fault_uses_what_still_works_and_never_disconnects(channel, platform, fault):
    granted(channel, platform, 120)
    platform.answer = fault
    assert token(sessions.open_session(channel.pk)) == "canary-access-1"
    Grant.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert isinstance(sessions.open_session(channel.pk), TryLater)
    assert state(channel) == "connected"
    assert Message.objects.count() == 0
    assert Grant.objects.get().refresh_lease_until is None


def test_a_platform_that_cannot_be_reached_is_tried_later(channel, platform, monkeypatch):
    granted(channel, platform, -1)
    monkeypatch.setenv("PLATFORM_TIDE_API_URL", "http://127.0.0.1:1")
    assert isinstance(sessions.open_session(channel.pk), TryLater)
    assert state(channel) == "connected"


def test_a_spent_refresh_token_asks_to_reconnect_and_tells_the_admins_once(
    channel, platform, alice, bob, vera
):
    granted(channel, platform, -1, refresh="canary-spent")
    refused = sessions.open_session(channel.pk)
    assert isinstance(refused, Reconnect)
    assert isinstance(sessions.open_session(channel.pk), Reconnect)
    assert isinstance(sessions.renew(channel.pk), Reconnect)
    assert state(channel) == "reconnect"
    assert channel.problem == refused.reason
    assert [message.user for message in Message.objects.all()] == [alice]
    data = Message.objects.get().data
    assert data["url"] == "/t/tidewater/channels/"
    assert "canary" not in str(data)
    assert data["waiting"] == "Its posts wait until it is connected again."
    assert LiveEvent.objects.filter(topic=f"channel:{channel.pk}").count() == 1
    assert platform.calls["/token"] == 1


def test_what_cannot_be_renewed_ends_with_its_token(channel, platform):
    granted(channel, platform, 60, refresh="")
    assert token(sessions.open_session(channel.pk)) == "canary-access-1"
    Grant.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert isinstance(sessions.open_session(channel.pk), Reconnect)
    assert state(channel) == "reconnect"


def test_a_disconnected_channel_has_no_session(channel, platform):
    granted(channel, platform, 7200)
    services.disconnect(channel)
    assert isinstance(sessions.open_session(channel.pk), Reconnect)
    assert isinstance(sessions.renew(channel.pk), Reconnect)


def test_a_lost_key_is_a_fault_of_ours_and_disconnects_nobody(channel, platform):
    first = granted(channel, platform, 7200)
    Grant.objects.update(access_token=first.refresh_token)
    opened = sessions.open_session(channel.pk)
    assert isinstance(opened, TryLater)
    assert "canary" not in opened.reason
    assert state(channel) == "connected"


# -- renewing after a refused token


def test_renewing_gives_another_token_although_the_old_one_had_not_ended(channel, platform):
    granted(channel, platform, 7200)
    assert token(sessions.renew(channel.pk, 1)) == "canary-access-2"


def test_renewing_a_version_that_is_history_takes_the_newer_one(channel, platform):
    granted(channel, platform, 7200)
    sessions.renew(channel.pk, 1)
    assert token(sessions.renew(channel.pk, 1)) == "canary-access-2"
    assert platform.calls["/token"] == 1


def test_a_late_refusal_does_not_undo_a_reconnect(channel, platform, team, alice):
    granted(channel, platform, 7200)
    Grant.objects.update(version=2)
    assert not services.mark_reconnect(channel.pk, "refused", version=1)
    assert state(channel) == "connected"
    assert services.mark_reconnect(channel.pk, "refused", version=2)
    assert not services.mark_reconnect(channel.pk, "refused", version=2)
    assert Message.objects.count() == 1


def test_app_password_sessions_renew_by_their_own_adapter(team, alice, platform):
    channel = ChannelFactory(team=team, platform="rock", remote_id="did:rock:1")
    granted(channel, platform, 60)
    assert token(sessions.open_session(channel.pk)) == "canary-access-2"
    assert platform.calls["/session"] == 1
    platform.live.clear()
    assert isinstance(sessions.renew(channel.pk), Reconnect)
    assert state(channel) == "reconnect"


# -- channels of one consent


def test_channels_of_one_consent_are_renewed_together(channel, team, platform):
    page = ChannelFactory(team=team, platform="tide", remote_id="page")
    first = granted(channel, platform, 60)
    access, refresh = "canary-access-1", "canary-refresh-1"
    grant_for(page, access=access, refresh=refresh, ends_in=60, family=first.family)
    assert token(sessions.open_session(page.pk)) == "canary-access-2"
    assert token(sessions.open_session(channel.pk)) == "canary-access-2"
    assert platform.calls["/token"] == 1
    platform.live.clear()
    assert isinstance(sessions.renew(page.pk), Reconnect)
    assert (state(page), state(channel)) == ("reconnect", "reconnect")


# -- the tick


def test_the_tick_renews_what_ends_within_half_an_hour(channel, team, platform):
    near = granted(channel, platform, 1500)
    later = granted(ChannelFactory(team=team, platform="tide"), platform, 2400)
    gone = ChannelFactory(team=team, platform="tide", state="reconnect")
    granted(gone, platform, 60)
    granted(ChannelFactory(team=team, platform="tide"), platform, 60, refresh="")
    tasks.refresh()
    assert platform.calls["/token"] == 1
    near.refresh_from_db()
    later.refresh_from_db()
    assert (near.version, later.version) == (2, 1)


def test_the_tick_leaves_alone_what_was_just_renewed_or_is_being_renewed(channel, platform):
    granted(channel, platform, 60)
    Grant.objects.update(refreshed_at=timezone.now())
    tasks.refresh()
    Grant.objects.update(
        refreshed_at=timezone.now() - timedelta(hours=1),
        refresh_lease_until=timezone.now() + timedelta(minutes=1),
    )
    tasks.refresh()
    assert platform.calls["/token"] == 0


def test_one_platform_in_trouble_does_not_stop_the_tick(channel, team, platform):
    granted(channel, platform, -60, refresh="canary-spent")
    fine = granted(ChannelFactory(team=team, platform="tide"), platform, 60)
    tasks.refresh()
    fine.refresh_from_db()
    assert fine.version == 2
    assert state(channel) == "reconnect"


# -- asking whether all is well


def test_a_check_asks_the_platform_and_learns_the_new_name(channel, platform):
    granted(channel, platform, 7200)
    platform.accounts[0] |= {"handle": "@tidewater.sea", "name": "Tidewater Sea"}
    assert isinstance(standing.check(channel.pk), Session)
    channel.refresh_from_db()
    assert (channel.handle, channel.name) == ("@tidewater.sea", "Tidewater Sea")
    assert channel.checked_at is not None


def test_a_check_renews_a_refused_token_once(channel, platform):
    granted(channel, platform, 7200)
    platform.live.discard("canary-access-1")
    assert isinstance(standing.check(channel.pk), Session)
    assert platform.calls["/token"] == 1


def test_a_check_that_finds_something_odd_says_so_and_stops_nothing(channel, platform):
    granted(channel, platform, 7200)
    platform.accounts[0]["remote_id"] = "somebody-else"
    assert isinstance(standing.check(channel.pk), TryLater)
    assert state(channel) == "connected"
    assert "does not list @tidewater" in channel.problem
    platform.accounts[0]["remote_id"] = "t1"
    standing.check(channel.pk)
    assert state(channel) == "connected"
    assert channel.problem == ""
    assert LiveEvent.objects.filter(topic=f"channel:{channel.pk}").count() == 2


def test_a_check_by_task_takes_an_id(channel, platform):
    granted(channel, platform, 7200)
    tasks.check(channel.pk)
    channel.refresh_from_db()
    assert channel.checked_at is not None


# -- nothing to read along the way


def test_tokens_are_in_no_log(channel, platform, caplog):
    caplog.set_level("DEBUG")
    granted(channel, platform, 60)
    sessions.open_session(channel.pk)
    platform.answer = (500, {"error": "canary-echo"})
    sessions.renew(channel.pk)
    standing.check(channel.pk)
    assert "canary" not in caplog.text
