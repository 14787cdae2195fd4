"""Connecting a channel is told in the audit log, and none of its secrets is."""

import pytest

from accounts.models import AuditEntry
from publishers import services
from publishers.contract import Account, Tokens

pytestmark = pytest.mark.django_db
CANARY = "CANARY9f3e7c1d5b2a8f6e4c0d"


def connected(team, alice):
    account = Account(remote_id="r1", handle="tide.example", name="Tide", token=CANARY)
    tokens = Tokens(access=CANARY, refresh=CANARY, scopes=("read", "write"))
    return services.connect(team=team, platform="bluesky", account=account, tokens=tokens, by=alice)


def test_a_channel_is_told_of_from_its_beginning_to_its_end(team, alice):
    channel = connected(team, alice)
    connected(team, alice)
    services.pause(channel, paused=True)
    services.pause(channel, paused=True)
    services.pause(channel, paused=False)
    services.disconnect(channel)
    services.disconnect(channel)
    told = list(AuditEntry.objects.order_by("pk").values())
    assert [entry["verb"] for entry in told] == [
        "channel.connect",
        "channel.reconnect",
        "channel.pause",
        "channel.resume",
        "channel.disconnect",
    ]
    assert {(e["team_id"], e["subject_id"], e["subject"]) for e in told} == {
        (team.pk, channel.pk, "Tide")
    }
    assert told[0]["actor_id"] == alice.pk
    assert told[0]["after"]["account"] == "tide.example"
    assert CANARY not in str(told)
