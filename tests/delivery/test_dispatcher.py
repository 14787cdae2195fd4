"""Claims: one per channel, never the same twice, given back when nobody can be told."""

import threading
from collections import Counter
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from kombu.exceptions import OperationalError

from delivery import dispatcher, gates, leases, permits, tasks, worker
from delivery.leases import OFFER
from delivery.models import Heartbeat
from posts.models import Approval, Delivery
from posts.states import DeliveryState
from publishers.models import Channel
from tests.factories.delivery import channel_of, due_delivery, sending

pytestmark = pytest.mark.django_db


def ids(claims) -> list[int]:
    return [claim.delivery_id for claim in claims]


def test_a_claim_is_an_offer_with_a_lease(platform, team):
    delivery = due_delivery(team)

    [claim] = dispatcher.tick()
    delivery.refresh_from_db()

    assert (claim.delivery_id, claim.attempt_no) == (delivery.pk, 1)
    assert claim.platform == "parrot_read"
    assert delivery.state == DeliveryState.CLAIMED
    assert delivery.owner.startswith(OFFER)
    left = delivery.lease_until - timezone.now()
    assert leases.LEASE - timedelta(seconds=5) < left <= leases.LEASE + timedelta(seconds=1)


def test_what_is_due_is_claimed_a_portion_at_a_time(platform, team, monkeypatch):
    monkeypatch.setattr(dispatcher, "AT_ONCE", 2)
    due = [due_delivery(team, channel=channel_of(team), seconds=-9 + n).pk for n in range(6)]

    assert ids(dispatcher.tick(limit=3)) == due[:3]
    assert ids(dispatcher.tick()) == due[3:]


def test_what_was_claimed_before_the_database_failed_goes_out(platform, team, monkeypatch):
    monkeypatch.setattr(dispatcher, "AT_ONCE", 1)
    first, second = (due_delivery(team, channel=channel_of(team)) for _ in range(2))
    rooms = iter([gates.room()])

    def fail() -> dict[str, int]:
        try:
            return next(rooms)
        except StopIteration:
            raise DatabaseError("the connection is gone") from None

    monkeypatch.setattr(gates, "room", fail)

    assert ids(dispatcher.tick()) == [first.pk]
    with pytest.raises(DatabaseError):
        dispatcher.tick()
    assert Delivery.objects.get(pk=second.pk).state == DeliveryState.QUEUED


def test_one_per_channel_and_the_oldest_first(platform, team):
    channel = channel_of(team)
    later = due_delivery(team, channel=channel, seconds=-5)
    older = due_delivery(team, channel=channel, seconds=-60)
    elsewhere = due_delivery(team)

    assert ids(dispatcher.tick()) == [older.pk, elsewhere.pk]
    assert dispatcher.tick() == []
    later.refresh_from_db()
    assert later.state == DeliveryState.QUEUED


def test_a_crowded_channel_does_not_keep_others_waiting(platform, team, other_team):
    crowded = channel_of(team)
    for _ in range(30):
        due_delivery(team, channel=crowded, seconds=-300)
    other = due_delivery(other_team)

    assert other.pk in ids(dispatcher.tick(limit=5))


@pytest.mark.parametrize(
    "obstacle",
    [
        {"paused": True},
        {"state": Channel.State.RECONNECT},
        {"next_slot_at": timezone.now() + timedelta(hours=1)},
    ],
)
def test_a_channel_that_cannot_take_it_is_left_alone(platform, team, obstacle):
    delivery = due_delivery(team)
    Channel.objects.filter(pk=delivery.channel_id).update(**obstacle)

    assert dispatcher.tick() == []


def test_what_is_not_approved_is_not_claimed(platform, team):
    due_delivery(team)
    Approval.objects.update(revoked_at=timezone.now())

    assert dispatcher.tick() == []


def test_what_is_too_late_is_not_claimed(platform, team):
    due_delivery(team, seconds=-31 * 60)

    assert dispatcher.tick() == []


def test_a_channel_under_way_is_busy(platform, team):
    channel = channel_of(team)
    sending(due_delivery(team, channel=channel))
    due_delivery(team, channel=channel)

    assert dispatcher.tick() == []


@pytest.mark.django_db(transaction=True)
def test_somebody_planning_on_a_channel_does_not_hold_it_up(platform, team):
    delivery = due_delivery(team)
    claims: list[int] = []

    def tick() -> None:
        try:
            claims.extend(ids(dispatcher.tick()))
        finally:
            connection.close()

    with transaction.atomic():
        due_delivery(team, channel=delivery.channel, seconds=3600)
        # As in the middle of a commit: the new row holds its channel's key.
        connection.check_constraints()
        other = threading.Thread(target=tick)
        other.start()
        other.join()

    assert claims == [delivery.pk]


@pytest.mark.django_db(transaction=True)
def test_many_dispatchers_at_once_claim_each_row_once(platform, team):
    channels = [channel_of(team) for _ in range(12)]
    for channel in channels:
        due_delivery(team, channel=channel)
        due_delivery(team, channel=channel)
    together = threading.Barrier(6)
    claims: list[int] = []

    def tick() -> None:
        try:
            together.wait()
            for _ in range(3):
                claims.extend(ids(dispatcher.tick()))
        finally:
            connection.close()

    threads = [threading.Thread(target=tick) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(claims) == len(set(claims)) == 12
    held = Delivery.objects.filter(state=DeliveryState.CLAIMED)
    assert held.values("channel").distinct().count() == held.count() == 12
    assert set(held.values_list("attempt_no", flat=True)) == {1}


def test_an_offer_nobody_took_is_found_after_five_seconds(platform, team):
    delivery = due_delivery(team)
    [claim] = dispatcher.tick()
    assert dispatcher.lost_offers() == []

    left = leases.LEASE - dispatcher.LOST_AFTER - timedelta(seconds=1)
    Delivery.objects.filter(pk=delivery.pk).update(lease_until=timezone.now() + left)

    assert list(dispatcher.lost_offers()) == [claim]
    worker.run(claim.delivery_id, claim.attempt_no)
    assert dispatcher.lost_offers() == []
    assert len(platform.posts) == 1


def test_what_cannot_be_handed_over_is_given_back_at_once(platform, team, monkeypatch):
    """The broker refuses: the row is free for the other path, and the tick keeps silent."""
    delivery = due_delivery(team)

    def away(*args, **kwargs):
        raise OperationalError("connection refused")

    monkeypatch.setattr(tasks.publish, "apply_async", away)
    tasks.dispatch()
    delivery.refresh_from_db()

    assert delivery.state == DeliveryState.QUEUED
    assert delivery.owner == ""
    assert not Heartbeat.objects.exists()
    assert ids(dispatcher.tick()) == [delivery.pk]


def test_the_tick_hands_over_ids_and_beats(platform, team, monkeypatch):
    delivery = due_delivery(team)
    sent = []
    monkeypatch.setattr(
        tasks.publish, "apply_async", lambda args, **options: sent.append((args, options))
    )

    tasks.dispatch()

    offer = (delivery.pk, 1, "parrot_read", delivery.channel_id, team.pk)
    assert sent == [((offer,), {"retry": False, "queue": "publish.parrot_read"})]
    assert dispatcher.silent_for("dispatch") < timedelta(seconds=5)


def test_what_is_due_together_shares_messages_and_each_worker_has_its_part(
    platform, team, monkeypatch
):
    made = [due_delivery(team) for _ in range(tasks.TOGETHER + 2)]
    sent = []
    monkeypatch.setattr(tasks.publish, "apply_async", lambda args, **options: sent.append(args))

    tasks.dispatch()

    assert [len(message) for message in sent] == [tasks.TOGETHER, 2]
    assert {offer[0] for message in sent for offer in message} == {one.pk for one in made}


def test_one_message_that_cannot_be_sent_takes_back_its_own_offers_alone(
    platform, team, monkeypatch
):
    made = [due_delivery(team) for _ in range(tasks.TOGETHER + 2)]

    def away_for_the_second(args, **options):
        if len(args) == 2:
            raise OperationalError("connection refused")

    monkeypatch.setattr(tasks.publish, "apply_async", away_for_the_second)
    tasks.dispatch()

    states = Counter(Delivery.objects.filter(pk__in=[d.pk for d in made]).values_list("state"))
    assert states == {(DeliveryState.CLAIMED,): tasks.TOGETHER, (DeliveryState.QUEUED,): 2}
    assert not Heartbeat.objects.exists()


def test_taking_back_leaves_alone_what_a_worker_has(platform, team):
    delivery = due_delivery(team)
    claims = dispatcher.tick()
    assert permits.take(delivery.pk, 1) is not None

    dispatcher.take_back(*claims)
    delivery.refresh_from_db()

    assert delivery.state == DeliveryState.CLAIMED


def test_silence_is_measured_by_the_databases_clock(db):
    assert dispatcher.silent_for("dispatch") is None
    Heartbeat.objects.create(name="dispatch", at=timezone.now() - timedelta(seconds=7))

    assert timedelta(seconds=6) < dispatcher.silent_for("dispatch") < timedelta(seconds=9)
    dispatcher.beat("dispatch")
    assert dispatcher.silent_for("dispatch") < timedelta(seconds=2)


def test_what_is_for_another_day_stands_in_nobodys_way(platform, team):
    """However its turn came to be before its day."""
    channel, now = channel_of(team), timezone.now()
    tomorrows = due_delivery(team, channel=channel, seconds=86400)
    Delivery.objects.filter(pk=tomorrows.pk).update(run_at=now - timedelta(hours=1))
    due = due_delivery(team, channel=channel)

    assert [claim.delivery_id for claim in dispatcher.tick()] == [due.pk]
