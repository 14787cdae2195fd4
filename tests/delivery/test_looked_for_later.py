"""A decision about what may be live takes nothing away: it is looked for before it is sent again.

Taken off its day and planned again, or given another time while it was due.
"""

from datetime import timedelta

import pytest
from django.db.models.functions import Now
from django.utils import timezone

from delivery.models import Outage
from posts.models import Delivery, Post
from posts.services import deliveries, schedule
from posts.states import DeliveryState
from posts.times import from_utc
from publishers.models import Channel
from tests.delivery.parts import go
from tests.factories.delivery import channel_of, due_delivery, troubled

pytestmark = pytest.mark.django_db

D = DeliveryState


def later(hours: float = 1):
    return from_utc(timezone.now() + timedelta(hours=hours), "Europe/Lisbon")


def live(platform, delivery: Delivery) -> None:
    """It went out, and nobody was told."""
    platform.accept({"token": str(delivery.client_token), "text": "…"}, keyed=False)


def planned_again(delivery: Delivery, bob) -> Delivery:
    """Its post has a new time, on the same channel."""
    schedule.schedule(post=Post.objects.get(pk=delivery.post_id), by=bob, at=later())
    return Delivery.objects.get(channel=delivery.channel_id, state=D.QUEUED)


def come(delivery: Delivery) -> Delivery:
    """Its new time is there, and a worker."""
    Delivery.objects.filter(pk=delivery.pk).update(due_at=Now(), run_at=Now())
    Channel.objects.update(next_slot_at=timezone.now() - timedelta(seconds=1))
    return go(delivery)


# -- taken off its day


@pytest.mark.parametrize("kind", ["parrot_read", "parrot_key"])
@pytest.mark.parametrize("state", ["missed", "failed"])
def test_what_is_planned_again_is_looked_for_from_its_first_time_on(
    platform, team, bob, state, kind
):
    delivery = due_delivery(team, bob, channel=channel_of(team, kind), seconds=-3 * 3600)
    if state == "failed":
        Delivery.objects.update(late_after=timedelta(hours=9))
    delivery, first = troubled(delivery, state), delivery.due_at
    live(platform, delivery)

    schedule.unschedule(post=delivery.post, by=bob)
    again = planned_again(delivery, bob)

    assert again.handles["look_from"] == first.isoformat()
    assert come(again).state == D.PUBLISHED
    assert platform.calls == []


def test_what_was_refused_keeps_its_key_when_it_is_planned_again(platform, team, bob):
    delivery = troubled(due_delivery(team, bob), "failed")

    schedule.unschedule(post=delivery.post, by=bob)

    assert planned_again(delivery, bob).handles["created_at"] == delivery.due_at.isoformat()


def test_what_was_not_due_yet_is_not_looked_for(platform, team, bob):
    delivery = due_delivery(team, bob, seconds=600)

    schedule.unschedule(post=delivery.post, by=bob)
    again = planned_again(delivery, bob)
    deliveries.move(delivery=again, by=bob, at=later(2))
    deliveries.cancel(delivery=again, by=bob)

    assert planned_again(delivery, bob).handles == {}


# -- moved while it was due


def test_what_was_due_in_an_outage_and_is_moved_is_looked_for(platform, team, bob):
    delivery = due_delivery(team, bob, seconds=-30)
    now = timezone.now()
    Outage.objects.create(
        began_at=now - timedelta(seconds=90), ended_at=now - timedelta(seconds=20)
    )
    live(platform, delivery)

    deliveries.move(delivery=delivery, by=bob, at=later())

    assert come(delivery).state == D.PUBLISHED
    assert platform.calls == []


def test_a_second_move_keeps_the_first_time_and_what_adapters_keep(platform, team, bob):
    delivery = due_delivery(team, bob, seconds=-30, handles={"1/answers": "p1"})
    first = delivery.due_at.isoformat()

    deliveries.move(delivery=delivery, by=bob, at=later())
    deliveries.move(delivery=delivery, by=bob, at=later(2))

    assert Delivery.objects.get().handles == {"1/answers": "p1", "look_from": first}
