"""Connecting by app password: what is kept of it, and what is refused."""

import pytest
from django.urls import reverse

from publishers.models import Channel
from tests.factories.publishers import ChannelFactory
from tests.publishers.channels_page import PAGE, text

ROCK = reverse("publishers:connect", args=["tidewater", "rock"])


def typed(**changes):
    return {"identifier": "@tide.rock", "secret": "canary-password", "host": "", **changes}


def test_an_app_password_opens_a_session_and_is_not_kept(as_user, alice, platform, caplog):
    caplog.set_level("DEBUG")
    assert "App password" in text(as_user(alice).get(ROCK))
    response = as_user(alice).post(ROCK, typed())
    assert response.headers["Location"] == PAGE
    channel = Channel.objects.select_related("grant").get()
    assert (channel.platform, channel.handle, channel.state) == ("rock", "tide.rock", "connected")
    assert "canary" not in str(vars(channel.grant))
    assert "canary" not in caplog.text


def test_a_wrong_app_password_keeps_what_was_typed_but_not_the_secret(as_user, alice, platform):
    page = text(as_user(alice).post(ROCK, typed(secret="canary-wrong")), 422)
    assert "did not accept that handle and password" in page
    assert 'value="tide.rock"' in page or 'value="@tide.rock"' in page
    assert "canary" not in page
    assert Channel.objects.count() == 0


@pytest.mark.parametrize("missing", ["identifier", "secret"])
def test_empty_fields_are_named(as_user, alice, platform, missing):
    page = text(as_user(alice).post(ROCK, typed(**{missing: " "})), 422)
    assert "This field is required" in page
    assert platform.calls["/session"] == 0


@pytest.mark.parametrize(
    "host",
    [
        "http://169.254.169.254",
        "http://localhost:5432",
        "https://[::1]",
        "http://10.0.0.1",
        "file:///etc/passwd",
        "http://user@example.com",
        "http://127.0.0.1:22",
    ],
)
def test_a_server_inside_is_not_called(as_user, alice, platform, host):
    page = text(as_user(alice).post(ROCK, typed(host=host)), 422)
    assert "is not an address that may be called" in page
    assert Channel.objects.count() == 0


@pytest.mark.parametrize("field", ["identifier", "secret", "host"])
def test_a_nul_byte_is_refused(as_user, alice, platform, field):
    assert "Null characters" in text(as_user(alice).post(ROCK, typed(**{field: "a\x00b"})), 422)


def test_reconnecting_by_password_with_another_account_is_refused(as_user, alice, team, platform):
    channel = ChannelFactory(
        team=team, platform="rock", remote_id="did:rock:9", handle="old.rock", state="reconnect"
    )
    page = text(as_user(alice).post(ROCK, typed(reconnects=channel.pk)), 409)
    assert "old.rock" in page
    assert "tide.rock" in page
    assert list(Channel.objects.values_list("state", flat=True)) == ["reconnect"]
