"""What the database refuses of items: none out of order, none twice, none taken back."""

import pytest
from django.utils import timezone

from posts.models import Delivery, DeliveryPart
from posts.states import DeliveryState
from tests.delivery.refusals import ask_now, refused
from tests.factories.delivery import AttemptFactory, due_delivery

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("platform")]


def part(delivery: Delivery, seq: int, **fields) -> DeliveryPart:
    known = {"kind": "part", "remote_id": f"p{seq + 1}", "published_at": timezone.now(), **fields}
    return DeliveryPart.objects.create(delivery=delivery, seq=seq, **known)


def test_an_item_is_sent_only_when_the_one_before_it_is_live(team):
    delivery = due_delivery(team)
    with refused("item 1 of delivery .* has nothing before it"):
        AttemptFactory(delivery=delivery, item=1)
    part(delivery, 0)
    AttemptFactory(delivery=delivery, item=1)
    with refused("item 2 of delivery .* has nothing before it"):
        AttemptFactory(delivery=delivery, item=2)


def test_the_journal_may_know_of_an_item_before_the_one_before_it(team):
    AttemptFactory(delivery=due_delivery(team), item=1, worker="journal")


@pytest.mark.parametrize("worker", ["host:1:1", "journal"])
def test_a_live_item_is_not_sent_again(team, worker):
    delivery = due_delivery(team)
    part(delivery, 0)
    with refused("is live already"):
        AttemptFactory(delivery=delivery, item=0, worker=worker)


def test_items_are_live_in_their_order_and_once(team):
    delivery = due_delivery(team)
    with refused("has nothing before it"):
        part(delivery, 1)
    part(delivery, 0)
    part(delivery, 1)
    with refused("part_once"):
        part(delivery, 1, remote_id="p9")
    with refused("part_remote_once"):
        part(delivery, 2, remote_id="p2")


def test_what_is_live_stays_as_it_is(team):
    delivery = due_delivery(team)
    row = part(delivery, 0)
    with refused("cannot be changed"):
        DeliveryPart.objects.update(remote_id="p9")
    with refused("item 0 of delivery .* is live"):
        row.delete()
        ask_now()


@pytest.mark.parametrize("state", [DeliveryState.DRAFT, DeliveryState.CANCELLED])
def test_what_is_partly_live_is_not_taken_back(team, state):
    due_delivery(team)
    Delivery.objects.update(remote_id="p1")
    with refused("is partly live"):
        Delivery.objects.update(state=state)
    with refused("cannot become another post"):
        Delivery.objects.update(remote_id="p2")
    with refused("cannot become another post"):
        Delivery.objects.update(remote_id=None)
