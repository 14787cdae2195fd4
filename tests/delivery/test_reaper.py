"""What dead workers held: claims return, sends become unknown. What is late is held."""

from datetime import timedelta

import pytest
from django.utils import timezone

from delivery import dispatcher, reaper
from notifications.models import Message
from posts.models import Delivery
from posts.states import DeliveryState
from publishers.models import Channel
from tests.factories.delivery import claimed, due_delivery, sending

pytestmark = pytest.mark.django_db


def expire(delivery: Delivery) -> None:
    Delivery.objects.filter(pk=delivery.pk).update(
        lease_until=timezone.now() - timedelta(seconds=1)
    )


def test_an_expired_claim_is_queued_again(platform, team):
    delivery = due_delivery(team)
    claimed(delivery)
    expire(delivery)

    assert reaper.reap() == 1
    delivery.refresh_from_db()

    assert (delivery.state, delivery.owner, delivery.lease_until) == ("queued", "", None)
    assert (delivery.attempt_no, delivery.failures) == (1, 1)


def test_an_expired_send_is_unknown_and_nothing_else(platform, team):
    delivery = due_delivery(team)
    sending(delivery)
    expire(delivery)

    reaper.reap()
    delivery.refresh_from_db()

    assert delivery.state == DeliveryState.UNKNOWN
    assert delivery.unknown_since is not None
    assert delivery.check_at > timezone.now()
    assert delivery.attempts.get().outcome is None


def test_living_leases_are_left_alone(platform, team):
    claimed(due_delivery(team))
    sending(due_delivery(team))

    assert reaper.reap() == 0


def test_what_ends_its_workers_again_and_again_waits_ever_longer(platform, team):
    delivery = due_delivery(team, failures=4)
    claimed(delivery)
    expire(delivery)

    reaper.reap()
    delivery.refresh_from_db()

    assert (delivery.state, delivery.failures) == (DeliveryState.QUEUED, 5)
    assert delivery.run_at > timezone.now() + timedelta(seconds=40)


def test_an_offer_nobody_took_is_nobodys_failure(platform, team):
    delivery = due_delivery(team)
    dispatcher.tick()
    expire(delivery)

    reaper.reap()
    delivery.refresh_from_db()

    assert (delivery.state, delivery.failures) == (DeliveryState.QUEUED, 0)


def test_late_posts_are_held_and_told_of(platform, team, alice, bob):
    late = due_delivery(team, bob, seconds=-31 * 60)
    intime = due_delivery(team, bob, seconds=-29 * 60)

    assert reaper.sweep() == 1
    late.refresh_from_db()
    intime.refresh_from_db()

    assert late.state == DeliveryState.MISSED
    assert late.problem == "It could not go out within 30 minutes of its time."
    assert intime.state == DeliveryState.QUEUED
    told = Message.objects.filter(kind="delivery_missed")
    assert {message.user for message in told} == {alice, bob}


def test_a_missed_post_says_what_kept_it(platform, team):
    late = due_delivery(team, seconds=-31 * 60)
    Channel.objects.update(state="reconnect", problem="Parrot ended our access.")

    reaper.sweep()
    late.refresh_from_db()

    assert late.problem.endswith("Parrot ended our access.")


def test_one_bad_row_does_not_stop_the_others(platform, team, monkeypatch):
    bad = due_delivery(team, seconds=-40 * 60)
    good = due_delivery(team, seconds=-35 * 60)
    miss = reaper._miss

    def sometimes(delivery: Delivery) -> None:
        if delivery.pk == bad.pk:
            raise ValueError("a row that cannot be read")
        miss(delivery)

    monkeypatch.setattr(reaper, "_miss", sometimes)
    assert reaper.sweep() == 1
    good.refresh_from_db()
    assert good.state == DeliveryState.MISSED
