"""A token that the platform refuses is renewed, and only where it cannot be a person signs in."""

import pytest
from django.utils import timezone

from delivery import dispatcher, worker
from notifications.models import Message
from posts.models import Delivery
from posts.states import DeliveryState
from publishers.models import Channel
from tests.factories.delivery import due_delivery
from tests.factories.posts import MediaAssetFactory, PostMediaFactory

pytestmark = pytest.mark.django_db


def go(delivery: Delivery) -> Delivery:
    """One tick and one worker."""
    for claim in dispatcher.tick():
        worker.run(claim.delivery_id, claim.attempt_no)
    delivery.refresh_from_db()
    return delivery


def test_a_refused_token_is_renewed_once_and_the_post_goes_out(platform, team, bob):
    platform.script = ["401"]
    delivery = due_delivery(team, bob)

    go(delivery)
    assert Channel.objects.get().state == "connected"
    go(delivery)

    assert delivery.state == DeliveryState.PUBLISHED
    assert [attempt.outcome for attempt in delivery.attempts.all()] == ["reconnect", "ok"]
    assert Channel.objects.get().grant.version == 2


def test_a_token_refused_twice_asks_for_a_person_and_keeps_the_post(platform, team, alice, bob):
    platform.script = ["401", "401"]
    delivery = due_delivery(team, bob)

    go(delivery)
    go(delivery)

    assert delivery.state == DeliveryState.QUEUED
    assert Channel.objects.get().state == "reconnect"
    told = Message.objects.get(kind="channel_reconnect")
    assert told.user == alice
    assert told.data["waiting"] == "One post waits until it is connected again."
    assert dispatcher.tick() == []


def test_a_token_that_cannot_be_renewed_just_now_signs_nobody_out(platform, team, alice, bob):
    platform.script, platform.sessions = ["401", "401"], ["503", "503"]
    delivery = due_delivery(team, bob)

    for failures in (1, 2):
        go(delivery)
        assert (delivery.state, delivery.failures) == (DeliveryState.QUEUED, failures)
        Delivery.objects.update(run_at=timezone.now())
    go(delivery)

    assert delivery.state == DeliveryState.PUBLISHED
    assert Channel.objects.get().state == "connected"
    assert not Message.objects.filter(kind="channel_reconnect").exists()


def test_a_token_refused_at_the_upload_is_renewed_without_an_attempt(platform, team, bob):
    platform.prepares = ["401"]
    picture = PostMediaFactory.build(asset=MediaAssetFactory(team=team), post=None)
    delivery = go(due_delivery(team, bob, pictures=[picture]))

    assert delivery.state == DeliveryState.PUBLISHED
    assert delivery.attempts.count() == 1
