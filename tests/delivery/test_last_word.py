"""The database has the last word before a call, and a late or repeated message none.

What was claimed may meanwhile be too late, on a channel that somebody holds, or somebody else's.
"""

from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.db.models.functions import Now
from django.utils import timezone

from delivery import dispatcher, poison, reaper, reconcile, worker
from delivery.services import bulk
from posts import workflow
from posts.models import Delivery
from posts.services import deliveries
from posts.states import DeliveryState
from posts.times import from_utc
from publishers import services
from publishers.models import Channel
from tests.delivery.parrot import Parrot
from tests.factories.delivery import channel_of, due_delivery, due_thread

pytestmark = pytest.mark.django_db(transaction=True)

D = DeliveryState


def go(delivery: Delivery) -> Delivery:
    for claim in dispatcher.tick():
        worker.run(claim.delivery_id, claim.attempt_no)
    delivery.refresh_from_db()
    return delivery


def aged(delivery: Delivery, **fields: object) -> None:
    """As if its doubt were old enough to be settled by the next look."""
    long_ago = Now() - timedelta(minutes=11)
    Delivery.objects.filter(pk=delivery.pk).update(
        unknown_since=long_ago, check_at=Now() - timedelta(seconds=1), **fields
    )


# -- too late


def test_a_message_that_comes_hours_later_finds_nothing(platform, team, bob):
    """The machine was off with the message in its broker."""
    delivery = due_delivery(team, bob)
    [claim] = dispatcher.tick()
    hours_ago = Now() - timedelta(hours=3)
    Delivery.objects.update(due_at=hours_ago, run_at=hours_ago, lease_until=hours_ago)

    worker.run(claim.delivery_id, claim.attempt_no)
    reaper.reap()
    reaper.sweep()

    delivery.refresh_from_db()
    assert delivery.state == D.MISSED
    assert platform.texts() == []


def test_its_limit_passes_while_it_is_prepared(platform, team, bob):
    delivery = due_delivery(team, bob, seconds=0)
    [claim] = dispatcher.tick()
    ready = worker.prepare(claim.delivery_id, claim.attempt_no)
    Delivery.objects.update(late_after=timedelta(0))

    assert not ready.send()
    reaper.sweep()

    delivery.refresh_from_db()
    assert delivery.state == D.MISSED
    assert platform.texts() == []


def test_a_thread_that_has_begun_in_time_is_finished(platform, team, bob):
    delivery = due_thread(team, bob)

    def too_late_for_another() -> None:
        Delivery.objects.update(late_after=timedelta(0))
        connection.close()

    platform.on_publish = too_late_for_another
    assert go(delivery).state == D.PUBLISHED


# -- a closed channel


def hold(channel: Channel) -> None:
    services.pause(channel, paused=True)


@pytest.mark.parametrize("close", [hold, services.disconnect])
def test_a_channel_closed_after_the_claim(platform, team, bob, close):
    delivery = due_delivery(team, bob)
    [claim] = dispatcher.tick()
    ready = worker.prepare(claim.delivery_id, claim.attempt_no)
    close(Channel.objects.get())

    assert not ready.send()

    delivery.refresh_from_db()
    assert (delivery.state, delivery.failures) == (D.QUEUED, 0)
    assert platform.texts() == []


def test_a_thread_stops_where_its_channel_was_held_and_goes_on_there(platform, team, bob):
    delivery = due_thread(team, bob)
    channel = delivery.channel

    def once() -> None:
        platform.on_publish = lambda: None
        hold(Channel.objects.get())
        connection.close()

    platform.on_publish = once
    assert go(delivery).state == D.QUEUED
    assert platform.texts() == ["One."]

    services.pause(channel, paused=False)
    assert go(delivery).state == D.PUBLISHED
    assert platform.texts() == ["One.", "Two.", "Three."]


# -- somebody else's


def test_a_later_post_that_was_doubted_holds_up_no_channel(platform, team, bob):
    """As after a restore: its attempt is known, and it was proved not to be there."""
    channel = channel_of(team)
    later = due_delivery(team, bob, channel=channel, seconds=3600)
    workflow.move(later, "doubt", unknown_since=Now(), check_at=Now(), checks=0, absent_reads=0)
    for _ in range(2):
        aged(later)
        for one in reconcile.due():
            reconcile.look(one.delivery_id, one.checks)
    later.refresh_from_db()
    assert (later.state, later.run_at) == (D.QUEUED, later.due_at)
    Delivery.objects.filter(pk=later.pk).update(run_at=Now())

    assert go(due_delivery(team, bob, channel=channel)).state == D.PUBLISHED
    later.refresh_from_db()
    assert later.attempt_no == 0


def test_a_look_of_an_earlier_doubt_settles_no_later_one(platform, team, bob, monkeypatch):
    """It has as many looks as the first one had when that look froze."""
    delivery = due_delivery(team, bob)
    platform.script = ["500", "500_after"]
    assert go(delivery).state == D.UNKNOWN
    aged(delivery)
    [first] = reconcile.due()
    reconcile.look(first.delivery_id, first.checks)
    aged(delivery)
    [frozen] = reconcile.due()
    sees, rest = Parrot.find, []

    def find(self, payload, step):
        seen = sees(self, payload, step)
        if not rest:
            rest.append(True)
            aged(delivery)
            [other] = reconcile.due()
            reconcile.look(other.delivery_id, other.checks)
            assert go(delivery).state == D.UNKNOWN
            aged(delivery, checks=frozen.checks, absent_reads=1)
        return seen

    monkeypatch.setattr(Parrot, "find", find)
    reconcile.look(frozen.delivery_id, frozen.checks)

    delivery.refresh_from_db()
    assert delivery.state == D.UNKNOWN
    assert len(platform.texts()) == 1


# -- the reaper's own trouble


def expired(delivery: Delivery) -> None:
    dispatcher.tick()
    Delivery.objects.filter(pk=delivery.pk).update(lease_until=Now() - timedelta(seconds=1))


def test_what_the_database_could_not_do_is_no_fault_of_the_row(platform, team, bob, monkeypatch):
    delivery = due_delivery(team, bob)
    expired(delivery)

    def cut(_: Delivery) -> None:
        raise OperationalError("server closed the connection unexpectedly")

    with monkeypatch.context() as patch:
        patch.setattr(reaper, "_expire", cut)
        reaper.reap()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.problem) == (D.CLAIMED, "")

    reaper.reap()
    assert go(delivery).state == D.PUBLISHED


def test_what_another_reaper_gave_back_is_not_put_aside(platform, team, bob):
    delivery = due_delivery(team, bob)
    expired(delivery)
    rows = Delivery.objects.filter(lease_until__lt=Now())
    reaper.reap()

    poison.put_aside(delivery.pk, among=rows, attempt_no=1)

    delivery.refresh_from_db()
    assert (delivery.state, delivery.problem) == (D.QUEUED, "")
    assert go(delivery).state == D.PUBLISHED


# -- sent again


@pytest.mark.parametrize("read", ["500", "404"])
def test_what_was_refused_and_is_live_is_looked_for_before_it_is_sent_again(
    platform, team, bob, read
):
    """Right after the refusal it could not be seen."""
    delivery = due_delivery(team, bob)
    platform.script = ["400_after"]
    platform.reads = [read] * 3
    assert go(delivery).state == D.FAILED
    platform.reads = []

    deliveries.resend(delivery=delivery, by=bob)

    assert go(delivery).state == D.PUBLISHED
    assert platform.texts() == [delivery.post.body]


def test_what_is_refused_keeps_its_key(platform, team, bob):
    delivery = due_delivery(team, bob, channel=channel_of(team, "parrot_key"))
    due = delivery.due_at
    platform.script = ["400"]
    assert go(delivery).state == D.FAILED

    deliveries.resend(delivery=delivery, by=bob)

    delivery.refresh_from_db()
    assert delivery.handles["created_at"] == due.isoformat()


def asked(delivery: Delivery, platform) -> Delivery:
    """It is live, nobody heard so, and it cannot be looked up."""
    platform.script = ["500_after"]
    assert go(delivery).state == D.UNKNOWN
    aged(delivery)
    Delivery.objects.update(unknown_since=Now() - timedelta(minutes=20))
    platform.reads = ["500"] * 5
    for one in reconcile.due():
        reconcile.look(one.delivery_id, one.checks)
    delivery.refresh_from_db()
    assert delivery.state == D.NEEDS_HUMAN
    return delivery


def test_another_time_is_no_answer_to_whether_it_is_live(platform, team, bob):
    delivery = asked(due_delivery(team, bob), platform)
    later = from_utc(timezone.now() + timedelta(minutes=5), "UTC")
    for decide, when in ((bulk.reschedule, {"at": later}), (bulk.retry, {}), (bulk.pace, {})):
        answer = decide(team=team, ids=[delivery.pk], by=bob, **when)
        assert not answer.results[0].done
        assert "Say first whether it is" in answer.results[0].words
    delivery.refresh_from_db()
    assert delivery.state == D.NEEDS_HUMAN


def test_a_platform_that_only_fails_is_not_asked_for_ever(platform, team, bob):
    """It knows a repeat by its key, so nothing but the team's plan ends it."""
    delivery = due_delivery(team, bob, channel=channel_of(team, "parrot_key"))
    platform.script = ["500"] * 50
    pauses = []
    while go(delivery).state == D.UNKNOWN:
        Delivery.objects.update(check_at=Now() - timedelta(seconds=1))
        for one in reconcile.due():
            reconcile.look(one.delivery_id, one.checks)
        delivery.refresh_from_db()
        pauses.append(delivery.run_at - timezone.now() > timedelta(seconds=5))
        Delivery.objects.update(run_at=Now())
    assert delivery.state == D.NEEDS_HUMAN
    assert "Tried 5 times" in delivery.problem
    assert pauses == [False, True, True, True, False]
    assert len(platform.calls) == 5
