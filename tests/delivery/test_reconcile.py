"""What became of a doubtful send is found out, or a person is asked. Nothing is guessed."""

from datetime import timedelta

import pytest
from django.utils import timezone

from delivery import dispatcher, reconcile, worker
from notifications.models import Message
from posts import workflow
from posts.models import Delivery
from posts.states import DeliveryState
from publishers.models import Channel
from tests.factories.delivery import channel_of, due_delivery, sending, unknown

pytestmark = pytest.mark.django_db

QUIET = 601


def look(delivery: Delivery) -> Delivery:
    """The looks that are due now."""
    for one in reconcile.due():
        reconcile.look(one.delivery_id, one.checks)
    delivery.refresh_from_db()
    return delivery


def again(delivery: Delivery) -> Delivery:
    Delivery.objects.filter(pk=delivery.pk).update(check_at=timezone.now())
    return look(delivery)


def live(platform, delivery: Delivery) -> None:
    platform.accept({"token": str(delivery.client_token), "text": "…"}, keyed=False)


def test_found_means_published_also_before_the_quiet_time(platform, team):
    delivery = unknown(due_delivery(team))
    live(platform, delivery)

    look(delivery)

    assert (delivery.state, delivery.remote_id) == (DeliveryState.PUBLISHED, "p1")
    assert delivery.permalink.endswith("/p1")
    assert delivery.check_at is None


def test_absence_before_the_quiet_time_proves_nothing(platform, team):
    delivery = unknown(due_delivery(team), since=100)

    look(delivery)

    assert (delivery.state, delivery.absent_reads) == (DeliveryState.UNKNOWN, 0)
    wait = delivery.check_at - timezone.now()
    assert timedelta(seconds=490) < wait <= timedelta(seconds=501)


def test_absent_twice_after_the_quiet_time_goes_out_again(platform, team):
    delivery = unknown(due_delivery(team, seconds=-QUIET), since=QUIET)

    look(delivery)
    assert (delivery.state, delivery.absent_reads) == (DeliveryState.UNKNOWN, 1)
    assert delivery.check_at > timezone.now() + timedelta(seconds=100)
    again(delivery)
    assert delivery.state == DeliveryState.QUEUED

    for claim in dispatcher.tick():
        worker.run(claim.delivery_id, claim.attempt_no)
    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.PUBLISHED
    assert len(platform.posts) == 1


def test_absence_seen_late_is_looked_at_twice_all_the_same(platform, team):
    """Nothing looked for an hour, because nothing ran: still a second look decides."""
    delivery = unknown(due_delivery(team, seconds=-QUIET), since=3600)

    look(delivery)
    assert (delivery.state, delivery.absent_reads) == (DeliveryState.UNKNOWN, 1)
    assert again(delivery).state == DeliveryState.QUEUED


def test_a_failed_read_is_not_absence(platform, team):
    delivery = unknown(due_delivery(team, seconds=-QUIET), since=QUIET)
    look(delivery)
    platform.reads = ["500"]

    again(delivery)

    assert (delivery.state, delivery.absent_reads) == (DeliveryState.UNKNOWN, 0)


def test_reads_that_keep_failing_end_with_a_person(platform, team, alice, bob):
    delivery = unknown(due_delivery(team, bob, seconds=-QUIET - 240), since=QUIET + 240)
    platform.reads = ["500"]

    look(delivery)

    assert delivery.state == DeliveryState.NEEDS_HUMAN
    assert delivery.problem == "The list could not be read."
    assert {m.user for m in Message.objects.filter(kind="delivery_unsure")} == {alice, bob}


def test_two_that_fit_are_never_guessed(platform, team):
    delivery = unknown(due_delivery(team, seconds=-QUIET - 240), since=QUIET + 240)
    live(platform, delivery)
    live(platform, delivery)

    assert look(delivery).state == DeliveryState.NEEDS_HUMAN
    assert delivery.problem == "More than one post fits."


def test_absent_but_too_late_asks(platform, team):
    delivery = unknown(due_delivery(team, seconds=-29 * 60), since=QUIET)
    Delivery.objects.filter(pk=delivery.pk).update(absent_reads=1, late_after=timedelta(minutes=20))

    look(delivery)

    assert delivery.state == DeliveryState.NEEDS_HUMAN
    assert delivery.problem == "It is not live, and its time has passed."


def test_with_a_key_it_is_repeated_at_once_and_stays_one(platform, team):
    platform.script = ["500_after"]
    delivery = due_delivery(team, channel=channel_of(team, "parrot_key"))
    [claim] = dispatcher.tick()
    worker.run(claim.delivery_id, claim.attempt_no)
    platform.reads = ["500"]
    again(delivery)
    assert delivery.state == DeliveryState.UNKNOWN

    again(delivery)

    assert delivery.state == DeliveryState.PUBLISHED
    assert len(platform.posts) == 1
    assert delivery.attempts.get().idempotent


def test_with_a_key_absence_is_decisive(platform, team):
    delivery = unknown(due_delivery(team, channel=channel_of(team, "parrot_key")))

    assert look(delivery).state == DeliveryState.QUEUED
    [claim] = dispatcher.tick()
    worker.run(claim.delivery_id, claim.attempt_no)
    assert len(platform.posts) == 1


@pytest.mark.parametrize("slug", ["parrot_ask", "parrot_twofold"])
def test_where_nothing_can_be_seen_a_person_is_asked_at_once(platform, team, bob, slug):
    """And is told what the platform said."""
    platform.script = ["500_after"]
    delivery = due_delivery(team, bob, channel=channel_of(team, slug))
    [claim] = dispatcher.tick()
    worker.run(claim.delivery_id, claim.attempt_no)
    delivery.refresh_from_db()
    said = delivery.problem
    assert delivery.state == DeliveryState.UNKNOWN

    look(delivery)

    assert (delivery.state, delivery.problem) == (DeliveryState.NEEDS_HUMAN, said)
    assert said


def test_a_kind_of_account_that_can_be_seen_is_looked_up(platform, team):
    channel = channel_of(team, "parrot_twofold", kind="organization")
    delivery = unknown(due_delivery(team, channel=channel))
    live(platform, delivery)

    assert look(delivery).state == DeliveryState.PUBLISHED


def test_a_signed_out_channel_cannot_tell(platform, team):
    delivery = unknown(due_delivery(team, seconds=-QUIET), since=QUIET)
    Channel.objects.update(state="reconnect", problem="Signed out.")

    assert look(delivery).state == DeliveryState.UNKNOWN
    assert delivery.absent_reads == 0


def test_a_look_is_leased_and_old_messages_do_nothing(platform, team):
    delivery = unknown(due_delivery(team, seconds=-QUIET), since=QUIET)
    [one] = reconcile.due()
    assert reconcile.due() == []

    reconcile.look(one.delivery_id, one.checks - 1)
    delivery.refresh_from_db()
    assert delivery.absent_reads == 0

    reconcile.look(one.delivery_id, one.checks)
    reconcile.look(one.delivery_id, one.checks)
    delivery.refresh_from_db()
    assert delivery.state in (DeliveryState.UNKNOWN, DeliveryState.QUEUED)


@pytest.mark.parametrize(
    ("word", "state"),
    [("done", "published"), ("refused", "failed"), ("lost", "unknown"), ("working", "accepted")],
)
def test_an_accepted_post_is_followed_to_its_end(platform, team, word, state):
    platform.script, platform.jobs = ["processing"], [word]
    delivery = due_delivery(team)
    [claim] = dispatcher.tick()
    worker.run(claim.delivery_id, claim.attempt_no)
    assert again(delivery).state == state


def test_a_finished_post_of_another_delivery_is_looked_into(platform, team):
    channel = channel_of(team)
    platform.script, platform.jobs = ["processing", "processing"], ["done", "done"]
    for _ in range(2):
        delivery = due_delivery(team, channel=channel)
        [claim] = dispatcher.tick()
        worker.run(claim.delivery_id, claim.attempt_no)
        found = again(delivery)

    assert found.state == DeliveryState.UNKNOWN
    assert "another delivery" in found.problem


def test_processing_does_not_last_for_ever(platform, team):
    delivery = due_delivery(team)
    sending(delivery)
    workflow.move(
        delivery,
        "accept",
        handles={"processing": "j1"},
        owner="",
        lease_until=None,
        check_at=timezone.now(),
        sent_at=timezone.now() - timedelta(hours=25),
        run_at=timezone.now() - timedelta(hours=25),
    )
    platform.jobs = ["working"]

    assert look(delivery).state == DeliveryState.UNKNOWN
