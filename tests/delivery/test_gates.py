"""How many deliveries each platform may still take."""

import pytest

from delivery import gates
from posts.states import DeliveryState
from tests.factories.delivery import channel_of, claimed, due_delivery, sending, unknown

pytestmark = pytest.mark.django_db


def test_every_platform_of_this_installation_has_its_slots(platform, django_assert_max_num_queries):
    with django_assert_max_num_queries(2):
        room = gates.room()

    assert room["parrot_read"] == room["x"] == gates.PLATFORM_SLOTS


def test_what_is_claimed_or_sent_takes_a_slot_of_its_platform_alone(platform, team, other_team):
    claimed(due_delivery(team))
    sending(due_delivery(other_team))
    unknown(due_delivery(team))
    due_delivery(team)

    room = gates.room()

    assert room["parrot_read"] == gates.PLATFORM_SLOTS - 2
    assert room["parrot_key"] == gates.PLATFORM_SLOTS


def test_a_full_platform_has_no_room_and_others_have(platform, team, monkeypatch):
    for _ in range(2):
        other = due_delivery(team, channel=channel_of(team, "parrot_read"))
        sending(other)
    assert other.state == DeliveryState.SENDING
    monkeypatch.setattr(gates, "PLATFORM_SLOTS", 1)

    room = gates.room()

    assert room["parrot_read"] == 0
    assert room["parrot_key"] == 1
