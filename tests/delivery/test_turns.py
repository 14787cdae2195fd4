"""Whose preflight is next: fair to teams and platforms, quick among half a million old rows."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from delivery import instance, tasks, turns
from delivery.lane import Work
from delivery.lanes import Lanes
from posts.models import Delivery
from posts.states import DeliveryState
from tests.delivery.ahead import due_in
from tests.factories.delivery import channel_of
from tests.factories.posts import DeliveryFactory, PostFactory
from tests.processes import wait_until

pytestmark = pytest.mark.django_db


def taken(**how) -> list[int]:
    return [turn.delivery_id for turn in turns.take(**how)]


def test_a_channel_has_one_at_a_time_the_earliest_first(platform, team, bob):
    channel = channel_of(team)
    later = due_in(9, team, bob, channel=channel)
    first = due_in(8, team, bob, channel=channel)

    assert taken() == [first.pk]
    assert taken() == []

    Delivery.objects.filter(pk=first.pk).update(preflight_lease_until=None)
    assert taken() == [later.pk]


def test_a_platform_has_few_at_once_and_keeps_no_other_waiting(platform, team, bob):
    for _ in range(5):
        due_in(8, team, bob)
    other = due_in(20, team, bob, channel=channel_of(team, "parrot_key"))

    first = taken(most=3)

    assert len(first) == 4
    assert other.pk in first
    assert taken(most=3) == []


def test_teams_take_turns(platform, team, other_team, bob, mallory):
    mine = [due_in(8 + n / 10, team, bob).pk for n in range(6)]
    theirs = due_in(20, other_team, mallory).pk

    assert taken(most=2) == [mine[0], theirs]


def test_what_cannot_be_sent_anyway_is_left_alone(platform, team, bob):
    due_in(8, team, bob, channel=channel_of(team, "no_such_platform"))
    Delivery.objects.create(
        team=team, post=PostFactory(team=team), channel=channel_of(team), due_at=timezone.now()
    )

    assert taken() == []


def test_a_closed_channel_is_looked_at_once_until_it_opens(platform, team, bob):
    channel = channel_of(team, state="reconnect")
    delivery = due_in(8, team, bob, channel=channel)
    late = timezone.now() + timedelta(hours=1)

    assert taken() == [delivery.pk]
    Delivery.objects.update(preflight_lease_until=None, preflight_at=late)
    assert taken() == []
    type(channel).objects.update(state="connected")
    assert taken() == [delivery.pk]


def test_the_statement_finds_its_rows_by_index(platform, team, bob):
    channel = channel_of(team)
    model = due_in(8, team, bob, channel=channel)
    old = timezone.now() - timedelta(days=9)
    Delivery.objects.bulk_create(
        DeliveryFactory.build(
            team=team,
            post=model.post,
            channel=channel,
            state=DeliveryState.CANCELLED,
            due_at=old,
            run_at=old,
        )
        for _ in range(5000)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE posts_delivery")
        cursor.execute(f"EXPLAIN {turns.WAITING}", turns.parameters(turns.IN_HAND))
        plan = "\n".join(row[0] for row in cursor.fetchall())

    assert "delivery_preflight" in plan
    assert "Seq Scan on posts_delivery" not in plan


@pytest.mark.django_db(transaction=True)
def test_the_tick_hands_them_to_a_lane_of_their_own(platform, team, bob):
    delivery = due_in(8, team, bob, channel=channel_of(team, paused=True))

    tasks.look_ahead()

    wait_until(lambda: Delivery.objects.exclude(warning="").filter(pk=delivery.pk).exists(), 20)


def test_a_platform_that_is_behind_with_what_is_due_is_left_out(platform, team, bob):
    delivery = due_in(8, team, bob)
    slug = delivery.channel.platform
    lanes, ended = Lanes(threads=1), threading.Event()
    assert lanes.behind == []
    for _ in range(2):
        lanes.run(slug, Work(team.pk, ended.wait))

    assert lanes.behind == [slug]
    assert taken(without=lanes.behind) == []
    ended.set()
    wait_until(lambda: not lanes.behind)
    assert taken(without=lanes.behind) == [delivery.pk]


@pytest.mark.django_db(transaction=True)
def test_what_has_not_begun_when_the_process_ends_is_anybodys(platform, team, bob):
    due_in(8, team, bob)
    [turn] = turns.take()
    lanes = Lanes()
    lanes.close()

    lanes.ahead(turn)

    [again] = turns.take()
    assert again.number == turn.number + 1


def test_another_installations_database_is_left_alone(platform, team, bob, monkeypatch):
    due_in(8, team, bob)
    monkeypatch.setattr(instance, "locked", lambda: "This database is another's.")

    assert taken() == []
