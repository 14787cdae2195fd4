"""Calls that the journal knows and no delivery answers for: listed, and told to people."""

import pytest

from delivery import instance
from delivery.models import Rewind, Stray
from notifications.models import Message
from posts.states import DeliveryState
from tests.delivery.forgotten import line_of, now, remembered
from tests.factories.delivery import channel_of, due_delivery
from tests.factories.posts import DeliveryFactory, PostFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("platform")]


def test_of_a_draft_that_nobody_ever_saw_people_are_told(team):
    draft = DeliveryFactory(post=PostFactory(team=team), team=team, channel=channel_of(team))
    remembered(line_of(draft, content_hash="e" * 64))

    instance.locked()

    assert now(draft).state == DeliveryState.DRAFT
    assert Stray.objects.get().delivery_no == draft.pk


def test_a_call_for_nothing_is_listed_for_its_channel(team, alice):
    delivery = due_delivery(team, seconds=3600)
    gone = line_of(delivery, delivery=delivery.pk + 1000, post=delivery.post_id + 1000)
    remembered(gone)

    instance.locked()

    stray = Stray.objects.get()
    assert (stray.team, stray.channel, stray.at) == (team, delivery.channel, gone.at)
    assert Message.objects.get(kind="database_rewound").data["reason"] == (
        "1 post may be live that Drumbeat no longer knows."
    )
    assert now(delivery).state == DeliveryState.QUEUED
    instance.forget()
    instance.locked()
    assert (Stray.objects.count(), Rewind.objects.count()) == (1, 1)


@pytest.mark.parametrize("change", ["team", "channel", "account"])
def test_numbers_that_are_others_by_now_show_nobody_anything(team, other_team, change):
    delivery = due_delivery(team, seconds=3600)
    other = channel_of(other_team)
    theirs = {"team": other_team.pk, "channel": other.pk, "account": "parrot_read:else"}
    remembered(line_of(delivery, delivery=10**6, **{change: theirs[change]}))

    instance.locked()

    stray = Stray.objects.get()
    assert (stray.team, stray.channel) == (None, None)


def test_the_number_of_another_delivery_is_not_taken_for_it(team):
    delivery = due_delivery(team, seconds=3600)
    remembered(line_of(delivery, post=delivery.post_id + 1))

    instance.locked()

    assert now(delivery).state == DeliveryState.QUEUED
    assert Stray.objects.get().delivery_no == delivery.pk
