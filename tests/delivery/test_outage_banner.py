"""The banner of an outage: what it says, and what is decided from it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from delivery import dispatcher
from delivery.models import Outage
from delivery.queries.outages import banner
from delivery.services import outages as services
from posts.errors import BadTime, UnknownDelivery
from posts.models import Delivery
from posts.states import DeliveryState
from posts.times import from_utc
from tests.delivery.silence import HOUR, missed, silent_since
from tests.factories.delivery import channel_of, due_delivery, troubled

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("platform")]


@pytest.fixture
def held(team, bob):
    """Three that waited through an outage, two of them on one channel; and one of before."""
    channel = channel_of(team)
    rows = [
        due_delivery(team, bob, channel=channel, seconds=-2 * HOUR),
        due_delivery(team, bob, channel=channel, seconds=-2 * HOUR + 300),
        due_delivery(team, bob, seconds=-2 * HOUR + 600),
    ]
    troubled(due_delivery(team, bob, seconds=-9 * HOUR), "missed")
    silent_since(3 * HOUR)
    dispatcher.tick()
    assert len(missed(*rows)) == 3
    return rows


def test_the_banner_says_from_when_to_when_and_how_many(
    team, other_team, held, django_assert_max_num_queries
):
    with django_assert_max_num_queries(1):
        shown = banner(team)

    outage = Outage.objects.get()
    assert (shown.pk, shown.began, shown.ended) == (outage.pk, outage.began_at, outage.ended_at)
    assert shown.waiting == 3
    assert banner(other_team) is None


def test_published_one_a_minute(team, bob, held):
    pk = banner(team).pk

    answer = services.publish_paced(team=team, outage=pk, by=bob)

    first, second, third = (Delivery.objects.get(pk=row.pk) for row in held)
    assert {row.state for row in (first, second, third)} == {DeliveryState.QUEUED}
    assert second.run_at - first.run_at == timedelta(seconds=60)
    assert third.run_at == first.run_at
    assert answer.done == 3
    assert banner(team) is None


def test_given_another_time(team, bob, held):
    at = from_utc(timezone.now() + timedelta(hours=5), "Europe/Lisbon")

    services.reschedule(team=team, outage=banner(team).pk, by=bob, at=at)

    due = [Delivery.objects.get(pk=row.pk).due_at for row in held]
    assert due[0] == at.at
    assert [moment - due[0] for moment in due] == [row.due_at - held[0].due_at for row in held]
    past = from_utc(timezone.now() - timedelta(hours=5), "Europe/Lisbon")
    with pytest.raises(BadTime):
        services.reschedule(team=team, outage=Outage.objects.get().pk, by=bob, at=past)


def test_dropped_and_taken_back(team, bob, held):
    pk = banner(team).pk
    answer = services.drop(team=team, outage=pk, by=bob)
    assert banner(team) is None
    assert answer.undo is not None

    services.bulk.undo(team=team, pk=answer.undo.pk, by=bob)

    assert banner(team).waiting == 3


def test_another_team_decides_about_nothing_of_ours(other_team, mallory, team, held):
    answer = services.drop(team=other_team, outage=banner(team).pk, by=mallory)

    assert answer.done == 0
    assert banner(team).waiting == 3
    with pytest.raises(UnknownDelivery):
        services.drop(team=other_team, outage=10**9, by=mallory)
