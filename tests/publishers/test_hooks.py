"""What platforms tell us by themselves: proved, kept once, and acted on where access ended."""

import hashlib
import hmac
import json
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from publishers import hooks, registry
from publishers.models import Channel, Grant, HookEvent
from tests.factories.publishers import ChannelFactory, grant_for
from tests.publishers.doors import Harbour

pytestmark = pytest.mark.django_db
URL = reverse("publishers:hook", args=["harbour"])
SECRET = "canary-client-secret"


@pytest.fixture(autouse=True)
def harbour(monkeypatch):
    monkeypatch.setitem(registry.ADAPTERS, "harbour", Harbour)
    monkeypatch.setenv("PLATFORM_HARBOUR_CLIENT_ID", "ours")
    monkeypatch.setenv("PLATFORM_HARBOUR_CLIENT_SECRET", SECRET)
    monkeypatch.setenv("PLATFORM_HARBOUR_HOOK_TOKEN", "say-this")


def event(number: int = 1, kind: str = "comment", account: str = "t1") -> dict[str, str]:
    return {"id": f"e{number}", "kind": kind, "account": account}


def tell(client, *events, secret: str = SECRET):
    body = json.dumps(events)
    signature = hmac.new(secret.encode(), body.encode(), hashlib.sha256).hexdigest()
    headers = {"X-Signature": signature}
    return client.post(URL, body, content_type="application/json", headers=headers)


def test_a_handshake_is_answered_to_who_knows_our_word(client):
    good = client.get(URL, {"token": "say-this", "challenge": "<b>1234</b>"})
    assert (good.status_code, good.content) == (200, b"<b>1234</b>")
    assert good.headers["Content-Type"] == "text/plain"
    assert good.headers["X-Content-Type-Options"] == "nosniff"
    assert client.get(URL, {"token": "guessed", "challenge": "1"}).status_code == 403


def test_what_is_signed_is_kept_once_however_often_it_is_said(client):
    for _again in range(3):
        assert tell(client, event(1), event(2)).status_code == 200
    assert sorted(HookEvent.objects.values_list("event_id", flat=True)) == ["e1", "e2"]


@pytest.mark.parametrize("secret", ["", "another"])
def test_what_is_not_signed_is_refused(client, secret):
    assert tell(client, event(), secret=secret).status_code == 403
    assert not HookEvent.objects.exists()


@pytest.mark.parametrize("body", [b'[{"id": "e9"}]', b"{", b"\x00", b"[" * 100_000])
def test_what_was_altered_is_refused_before_it_is_read(client, body):
    signed = hmac.new(SECRET.encode(), b"[]", hashlib.sha256).hexdigest()
    headers = {"X-Signature": signed}
    answer = client.post(URL, body, content_type="application/json", headers=headers)
    assert answer.status_code == 403
    assert not HookEvent.objects.exists()


def test_an_account_of_another_team_is_left_alone(client, team, other_team):
    ours = ChannelFactory(team=team, platform="harbour", remote_id="t1")
    theirs = ChannelFactory(team=other_team, platform="harbour", remote_id="t2")
    elsewhere = ChannelFactory(team=other_team, platform="bluesky", remote_id="t1")

    tell(client, event(kind="revoked"))

    for channel in (ours, theirs, elsewhere):
        channel.refresh_from_db()
    assert ours.state == Channel.State.RECONNECT
    assert {theirs.state, elsewhere.state} == {Channel.State.CONNECTED}


def test_a_withdrawn_access_asks_for_a_reconnect_once(client, team, alice):
    channel = ChannelFactory(team=team, platform="harbour", remote_id="t1")
    other = ChannelFactory(team=team, platform="harbour", remote_id="t2")

    for _again in range(2):
        tell(client, event(kind="revoked"))

    channel.refresh_from_db()
    other.refresh_from_db()
    assert channel.state == Channel.State.RECONNECT
    assert "withdrawn on Harbour" in channel.problem
    assert other.state == Channel.State.CONNECTED


@pytest.mark.parametrize(
    ("connected", "refreshed", "state"),
    [
        (-60, -60, "reconnect"),
        (0.9, 0.9, "reconnect"),
        (60, 60, "connected"),
        (-60, 60, "connected"),
    ],
)
def test_what_was_withdrawn_before_is_not_the_access_of_now(
    client, team, connected, refreshed, state
):
    """Told again, or late, after somebody connected the account anew."""
    at = timezone.now() - timedelta(hours=1)
    channel = ChannelFactory(
        team=team,
        platform="harbour",
        remote_id="t1",
        connected_at=at + timedelta(seconds=connected),
    )
    grant_for(channel)
    Grant.objects.update(refreshed_at=at + timedelta(seconds=refreshed))

    tell(client, {**event(kind="revoked"), "at": at.isoformat()})

    channel.refresh_from_db()
    assert channel.state == state


@pytest.mark.parametrize("platform", ["nowhere", "bluesky"])
def test_a_platform_that_does_not_speak_has_no_address(client, platform):
    assert client.post(reverse("publishers:hook", args=[platform])).status_code == 404


def test_what_is_too_large_is_not_read(client):
    assert client.post(URL, b"x" * 1_000_001, content_type="text/plain").status_code == 413


def test_what_is_old_is_forgotten(client):
    tell(client, event(1), event(2))
    old = timezone.now() - timedelta(days=91)
    HookEvent.objects.filter(event_id="e1").update(heard_at=old)

    hooks.forget()

    assert HookEvent.objects.get().event_id == "e2"
