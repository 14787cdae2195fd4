"""Many doubtful posts are looked up one after the other, and no team waits behind another's."""

import pytest
from django.utils import timezone

from delivery import looks, reconcile
from delivery.lanes import Lanes
from posts.models import Delivery
from posts.states import DeliveryState
from tests.factories.delivery import channel_of, due_delivery, unknown
from tests.processes import wait_until

pytestmark = pytest.mark.django_db


def taken(*how) -> list[int]:
    return [look.delivery_id for look in reconcile.due(*how)]


def test_teams_take_turns(platform, team, other_team):
    mine = [unknown(due_delivery(team), since=900 - n).pk for n in range(4)]
    theirs = unknown(due_delivery(other_team), since=30).pk

    assert set(taken(2)) == {mine[0], theirs}
    assert taken(2) == mine[1:3]


def test_a_platform_that_is_busy_keeps_no_other_waiting(platform, team):
    slow = [unknown(due_delivery(team), since=900 - n).pk for n in range(4)]
    other = unknown(due_delivery(team, channel=channel_of(team, "parrot_key"))).pk

    assert set(taken(3, {"parrot_read": 2})) == {slow[0], other}
    assert taken(3, {"parrot_read": 5}) == []


@pytest.mark.django_db(transaction=True)
def test_what_is_left_is_looked_up_without_a_tick(platform, team):
    rows = [unknown(due_delivery(team)) for _ in range(looks.IN_HAND * 2 + 1)]
    for row in rows:
        platform.accept({"token": str(row.client_token), "text": "…"}, keyed=False)
    Delivery.objects.update(check_at=timezone.now())
    lanes = Lanes(1)

    looks.begin(lanes)

    found = Delivery.objects.filter(state=DeliveryState.PUBLISHED)
    try:
        wait_until(lambda: found.count() == len(rows), 20)
    finally:
        lanes.close()
        lanes.join(20)


@pytest.mark.django_db(transaction=True)
def test_when_it_ends_nothing_more_is_leased(platform, team):
    unknown(due_delivery(team))
    lanes = Lanes(1)
    lanes.close()

    looks.begin(lanes)

    assert len(reconcile.due()) == 1
