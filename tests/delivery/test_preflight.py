"""Before it is due: it is looked over, and at its second one call is left."""

import time
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db.models.functions import Now
from django.utils import timezone

from delivery import dispatcher, preflight, turns, worker
from posts.models import Delivery, MediaAsset
from posts.states import DeliveryState
from publishers.contract import Media, Payload
from publishers.models import Grant
from tests.delivery.ahead import BEFORE, NEAR, due_in, look, move, with_picture
from tests.delivery.parrot import Parrot

pytestmark = pytest.mark.django_db
with_threads = pytest.mark.django_db(transaction=True)


def test_half_an_hour_before_it_is_looked_over_and_nothing_is_sent(platform, team, bob):
    delivery = look(with_picture(BEFORE, team, bob))

    assert (delivery.state, delivery.warning) == (DeliveryState.QUEUED, "")
    assert delivery.prepared_hash == ""
    assert platform.asked == []
    assert turns.take() == []
    ten_before = delivery.due_at - timedelta(minutes=10)
    assert abs(delivery.preflight_at - ten_before) < timedelta(minutes=1)


def test_it_is_not_looked_at_before_that_nor_at_the_last_moment(platform, team, bob):
    due_in(31, team, bob)
    due_in(0.3, team, bob)
    due_in(-1, team, bob)

    assert turns.take() == []


def test_ten_minutes_before_its_pictures_are_uploaded(platform, team, bob):
    delivery = look(with_picture(BEFORE, team, bob))

    look(delivery, NEAR)

    assert platform.uploads == ["A buoy"]
    assert delivery.prepared_hash == delivery.content_hash
    assert delivery.state == DeliveryState.QUEUED
    assert delivery.attempt_no == 0
    assert turns.take() == []


def test_many_bytes_and_slow_platforms_begin_sooner():
    spec = replace(Parrot.spec, prepare_minutes=45)
    assert turns.opens(Parrot.spec) == timedelta(minutes=30)
    assert turns.opens(spec) == timedelta(minutes=65)

    small, large = _pictured(90_000), _pictured(60_000_000)
    assert preflight.preparing(Parrot.spec, small) < timedelta(minutes=10.1)
    assert preflight.preparing(Parrot.spec, large) == timedelta(minutes=16)
    assert preflight.preparing(spec, large) == timedelta(minutes=51)


def _pictured(size: int) -> Payload:
    one = Media("0" * 64, "image/png", 640, 480, size, "A pier", read=lambda: b"")
    return Payload("Hello", (one,), "token", timezone.now())


@with_threads
def test_at_its_second_exactly_one_call_is_left(platform, team, bob):
    delivery = with_picture(BEFORE, team, bob)
    Grant.objects.update(expires_at=timezone.now() + timedelta(minutes=BEFORE + 1))
    look(delivery, NEAR)
    assert [path for _, path in platform.asked] == ["/session", "/uploads"]

    move(delivery, 1.5 / 60)
    for claim in dispatcher.tick():
        worker.run(claim.delivery_id, claim.attempt_no)

    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.PUBLISHED
    second = delivery.due_at.timestamp()
    around = [path for at, path in platform.asked if second - 1.5 < at < second + 1]
    assert around == ["/posts"]


def test_a_platform_that_prepares_for_a_while_is_asked_again(platform, team, bob):
    platform.prepares = ["processing", "processing"]
    delivery = look(with_picture(NEAR, team, bob))

    assert (delivery.warning, delivery.prepared_hash) == ("", "")
    assert timedelta(0) < delivery.preflight_at - timezone.now() < timedelta(seconds=8)

    Delivery.objects.update(preflight_at=Now())
    look(delivery, 4)
    assert "still preparing" in delivery.warning

    Delivery.objects.update(preflight_at=Now())
    look(delivery)
    assert delivery.warning == ""
    assert delivery.prepared_hash == delivery.content_hash


def test_what_would_end_before_its_time_is_made_anew(platform, team, bob, monkeypatch):
    delivery = with_picture(NEAR, team, bob)
    asset = MediaAsset.objects.get()
    soon = f'{{"id": "u9", "until": {time.time() + 60}}}'
    Delivery.objects.update(handles={asset.sha256: soon})

    look(delivery)
    assert platform.uploads == ["A buoy"]

    late = f'{{"id": "u9", "until": {time.time() + 7200}}}'
    Delivery.objects.update(handles={asset.sha256: late}, preflight_at=Now())
    look(delivery)
    assert platform.uploads == ["A buoy"]


def test_a_look_costs_few_statements(platform, team, bob, django_assert_max_num_queries):
    look(due_in(BEFORE, team, bob))
    [turn] = _fresh_turn()

    with django_assert_max_num_queries(5):
        preflight.run(turn)


def _fresh_turn():
    Delivery.objects.update(preflight_at=Now(), preflight_lease_until=None)
    return turns.take()
